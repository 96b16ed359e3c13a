// SPDX-License-Identifier: BSD-2-Clause
//
// Many virtual routers of one daemon, numbered from 1: their names, their addresses, and their states.
#pragma once

#include <string>

#include "bench/contender.hpp"

namespace xvrrp::bench {

[[nodiscard]] std::string router_name(unsigned number);
/// 10.0.1.NUMBER.
[[nodiscard]] std::string address_of(unsigned number);
/// Until the first `count` are in that state, and the log, which is written a moment later, says that they entered one.
/// Throws after a minute.
void wait_for_all(const contender& which, unsigned count, const std::string& state);

} // namespace xvrrp::bench
