// SPDX-License-Identifier: BSD-2-Clause
//
// Skew_Time and Active_Down_Interval (RFC 9568 6.1, RFC 3768 6.1), in nanoseconds without rounding. Pure; used by
// core/router.
#pragma once

#include <cstdint>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// Version 3: (256 - Priority) / 256 of `interval`, the Active router's (RFC 9568 6.1).
/// Version 2: (256 - Priority) / 256 of a second, whatever the interval is (RFC 3768 6.1).
[[nodiscard]] duration skew_time(vrrp_version version, priority own, duration interval);

/// How many missing adverts the RFCs take for a router's death (RFC 9568 6.1, Active_Down_Interval).
inline constexpr std::uint32_t standard_missing_adverts = 3;

/// `missing_adverts` intervals and Skew_Time: the silence after which a Backup takes over. `interval` is the Active
/// router's as learned from its adverts in version 3, the configured one in version 2.
[[nodiscard]] duration active_down_interval(vrrp_version version, priority own, duration interval,
                                            std::uint32_t missing_adverts = standard_missing_adverts);

} // namespace xvrrp::core
