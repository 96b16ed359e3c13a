// SPDX-License-Identifier: BSD-2-Clause
//
// What `xvrrpctl status` prints for people: a line for each instance, then what is wrong, then the details. Pure.
#pragma once

#include <string>
#include <vector>

#include "control/snapshot.hpp"

namespace xvrrp::control {

/// The whole report, lines ended with '\n'.
[[nodiscard]] std::string render_status(const daemon_status& status);

/// What an operator should act on: a sentence each, empty when all is well.
[[nodiscard]] std::vector<std::string> warnings(const daemon_status& status);

/// "4 s", "2 min 5 s", "3 h 10 min", "12 d 4 h"; below ten seconds with a tenth.
[[nodiscard]] std::string format_span(double seconds);

} // namespace xvrrp::control
