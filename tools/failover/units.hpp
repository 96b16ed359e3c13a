// SPDX-License-Identifier: BSD-2-Clause
//
// Durations as people write and read them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::failover {

/// "300us", "1ms", "0.5s", "10min": a number, a fraction allowed, and a unit; more than zero.
result<duration> parse_duration(std::string_view text);

/// "300us", "1ms", "1.5s": in the largest unit of us, ms and s that makes it 1 or more.
std::string to_text(duration length);

[[nodiscard]] double milliseconds(duration length);

} // namespace xvrrp::failover
