// SPDX-License-Identifier: BSD-2-Clause
//
// What `xvrrpctl failovers` and `xvrrpctl sessions` print for people: a line for each. Pure.
#pragma once

#include <string>
#include <vector>

#include "control/snapshot.hpp"

namespace xvrrp::control {

[[nodiscard]] std::string render_failovers(const std::vector<failover_report>& failovers);
[[nodiscard]] std::string render_sessions(const std::vector<session_status>& sessions);

} // namespace xvrrp::control
