// SPDX-License-Identifier: BSD-2-Clause
//
// Series as tables for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "failover/trial.hpp"

namespace xvrrp::failover {

/// What the client saw, then what the routers did, a line for each series; a second line where trials were stalled.
[[nodiscard]] std::string render(const std::vector<series>& all);

} // namespace xvrrp::failover
