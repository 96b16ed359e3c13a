// SPDX-License-Identifier: BSD-2-Clause
//
// The file that a contender reads. Pure.
#pragma once

#include <string>

#include "failover/setting.hpp"

namespace xvrrp::failover {

inline constexpr const char* virtual_address = "10.0.0.70";
inline constexpr unsigned virtual_router = 51;
inline constexpr const char* instance_name = "VI_1";

/// keepalived.conf for xvrrpd and keepalived: version 2 where the interval is whole seconds, else 3.
[[nodiscard]] std::string configuration(const setting& contender, unsigned priority);

} // namespace xvrrp::failover
