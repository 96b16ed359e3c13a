// SPDX-License-Identifier: BSD-2-Clause
//
// The two clocks run at the same rate (NTP slews both), so one difference serves for all that wait in a queue.
#include "datapath/receive_clock.hpp"

#include <algorithm>

namespace xvrrp::datapath {

receive_clock::reading receive_clock::sample()
{
    timespec realtime{};
    const time_point before = std::chrono::steady_clock::now();
    ::clock_gettime(CLOCK_REALTIME, &realtime);
    const time_point after = std::chrono::steady_clock::now();
    return {.monotonic = before + (after - before) / 2,
            .realtime = std::chrono::seconds(realtime.tv_sec) + std::chrono::nanoseconds(realtime.tv_nsec)};
}

time_point receive_clock::to_monotonic(std::chrono::nanoseconds stamp, const reading& now)
{
    const time_point converted = now.monotonic - (now.realtime - stamp);
    floor_ = std::clamp(converted, std::min(floor_, now.monotonic), now.monotonic);
    return floor_;
}

} // namespace xvrrp::datapath
