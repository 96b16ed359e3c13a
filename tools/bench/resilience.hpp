// SPDX-License-Identifier: BSD-2-Clause
//
// What must not make a standby take over: being frozen, being starved of its processor, being flooded. An Active router
// and a standby of the same daemon on one LAN, watched from the switch: a takeover is false unless the capture shows
// that the Active router was truly silent for Active_Down_Interval, which a stall of the whole machine makes at 10 ms.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bench/contender.hpp"
#include "lab/flood.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::bench {

/// Virtual routers 1 to `routers`, version 3 where the interval isn't whole seconds.
struct group {
    daemon which = daemon::xvrrp;
    unsigned routers = 1;
    std::chrono::milliseconds advert_interval{1000};
    std::string xdp_mode = "auto"; ///< xvrrp
};

/// What was seen from the start of the disturbance until all was quiet again.
struct verdict {
    unsigned trials = 0;            ///< routers of the standby times disturbances
    unsigned transitions = 0;       ///< of the standby's routers
    unsigned true_silences = 0;     ///< gaps of the Active router of at least Active_Down_Interval, all routers
    unsigned false_takeovers = 0;   ///< routers that made a transition though their Active router hadn't been silent
    double standby_cpu_percent = 0; ///< of one core, during the disturbance
    double achieved_rate = 0;       ///< of the flood, frames per second
    std::uint64_t capture_lost = 0; ///< frames that the capture missed; the judgement is of little worth unless 0
};

/// The standby is stopped (SIGSTOP) for `length`, `times` times.
verdict freeze_standby(const group& routers, std::chrono::milliseconds length, unsigned times);

/// `loops` busy loops run beside both for `length`.
verdict starve(const group& routers, unsigned loops, std::chrono::seconds length);

/// Forged adverts on the segment for `length`.
verdict flood(const group& routers, lab::forgery kind, std::uint64_t frames_per_second, std::chrono::seconds length);

} // namespace xvrrp::bench
