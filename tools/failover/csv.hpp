// SPDX-License-Identifier: BSD-2-Clause
//
// Trials as comma-separated values (RFC 4180): a line for each, times in milliseconds, empty where there is nothing to
// say. Pure.
#pragma once

#include <string>
#include <vector>

#include "failover/trial.hpp"

namespace xvrrp::failover {

[[nodiscard]] std::string to_csv(const std::vector<series>& all);

} // namespace xvrrp::failover
