// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's receive stamps (see kernel_stamp.hpp).
#include "lab/kernel_stamp.hpp"

#include <cstring>
#include <ctime>

namespace xvrrp::lab {
namespace {

std::chrono::nanoseconds since_epoch(const timespec& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::nanoseconds clock_now(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return since_epoch(now);
}

} // namespace

std::chrono::system_clock::time_point receive_stamp(msghdr& message)
{
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
            return std::chrono::system_clock::time_point(since_epoch(stamp));
        }
    }
    return std::chrono::system_clock::time_point(clock_now(CLOCK_REALTIME));
}

time_point to_steady(std::chrono::system_clock::time_point stamp)
{
    const auto offset = clock_now(CLOCK_REALTIME) - clock_now(CLOCK_MONOTONIC);
    return time_point(stamp.time_since_epoch() - offset);
}

} // namespace xvrrp::lab
