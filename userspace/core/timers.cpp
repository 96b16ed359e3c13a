// SPDX-License-Identifier: BSD-2-Clause
//
// The longest interval is 255 s: 256 times its nanoseconds fit into 64 bits, so the product comes before the division.
#include "core/timers.hpp"

namespace xvrrp::core {

duration skew_time(vrrp_version version, priority own, duration interval)
{
    const duration scaled = version == vrrp_version::v2 ? duration(std::chrono::seconds(1)) : interval;
    return (256 - own.value) * scaled / 256;
}

duration active_down_interval(vrrp_version version, priority own, duration interval, std::uint32_t missing_adverts)
{
    return missing_adverts * interval + skew_time(version, own, interval);
}

} // namespace xvrrp::core
