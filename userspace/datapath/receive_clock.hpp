// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel stamps packets for sockets with CLOCK_REALTIME; VRRP's deadlines are on CLOCK_MONOTONIC. Pure but for
// sample().
#pragma once

#include <ctime>

#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

class receive_clock {
public:
    /// What both clocks show at one moment.
    struct reading {
        time_point monotonic;
        std::chrono::nanoseconds realtime; ///< since 1970
    };
    static reading sample();

    /// The monotonic time of a stamp. The realtime clock may have been stepped since the packet came: the result is
    /// never after `now`, never before the last moment at which nothing was waiting, and never before an earlier
    /// packet's.
    time_point to_monotonic(std::chrono::nanoseconds stamp, const reading& now);
    /// Nothing was waiting at that moment: what comes later was received later.
    void queue_was_empty(time_point at) { floor_ = std::max(floor_, at); }

private:
    time_point floor_{};
};

} // namespace xvrrp::datapath
