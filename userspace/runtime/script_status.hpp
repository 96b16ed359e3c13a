// SPDX-License-Identifier: BSD-2-Clause
//
// What is known of a script, for `xvrrpctl status`. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "control/snapshot.hpp"
#include "track/script_check.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

/// "waiting", "succeeded", "failed": part of the JSON interface, a name never changes its meaning.
[[nodiscard]] std::string_view verdict_name(core::script_verdict verdict);

/// `tracked_by`: names of instances.
[[nodiscard]] control::script_status to_status(const track::script_check& check, std::vector<std::string> tracked_by,
                                               time_point now);

} // namespace xvrrp::runtime
