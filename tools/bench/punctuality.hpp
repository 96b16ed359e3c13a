// SPDX-License-Identifier: BSD-2-Clause
//
// Whether adverts leave in time while a router also has hundreds of scripts to run.
#pragma once

#include <chrono>

#include "bench/contender.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::bench {

struct busy_router {
    daemon which = daemon::xvrrp;
    unsigned routers = 100; ///< Active, version 3, adverts every 100 ms
    unsigned scripts = 255; ///< each tracked by one of the routers
    std::chrono::milliseconds script_interval{100};
};

/// How far the time between two adverts of a virtual router was from the advert interval.
struct punctuality {
    std::uint64_t adverts = 0;
    duration p50{0}, p99{0}, p999{0}, longest{0};
    std::uint64_t script_runs = 0; ///< what the machine started as processes meanwhile
    double cpu_percent = 0;        ///< of the daemon without its scripts, of one core
    std::uint64_t capture_lost = 0;
};

/// Watches from the switch for `length`, once all routers are Active.
punctuality measure_punctuality(const busy_router& what, std::chrono::seconds length);

} // namespace xvrrp::bench
