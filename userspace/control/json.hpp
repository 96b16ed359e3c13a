// SPDX-License-Identifier: BSD-2-Clause
//
// The values of snapshot.hpp as JSON and back. Every field stands under its own name, at its own place; an optional
// that is empty is null. Pure; server, client and xvrrpctl use it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "control/snapshot.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::control {

[[nodiscard]] nlohmann::json to_json(const daemon_status& status);
[[nodiscard]] nlohmann::json to_json(const std::vector<failover_report>& failovers);
[[nodiscard]] nlohmann::json to_json(const std::vector<session_status>& sessions);
/// Fields that are missing keep their defaults and unknown ones are skipped, so that an xvrrpctl and an xvrrpd of
/// different versions understand each other. A field of the wrong type is an error that names it.
[[nodiscard]] result<daemon_status> from_json(const nlohmann::json& document);
[[nodiscard]] result<std::vector<failover_report>> failovers_from_json(const nlohmann::json& document);
[[nodiscard]] result<std::vector<session_status>> sessions_from_json(const nlohmann::json& document);

/// Text of a document. Bytes that aren't UTF-8 (an interface may be named with any) become U+FFFD.
/// `indent`: spaces for each level; negative: all on one line.
[[nodiscard]] std::string dump(const nlohmann::json& document, int indent = -1);

} // namespace xvrrp::control
