// SPDX-License-Identifier: BSD-2-Clause
//
// How long a takeover takes inside one router, by its number of VIPs, and how long an advert takes from the kernel's
// stamp to the state machine.
#pragma once

#include <chrono>
#include <vector>

#include "bench/contender.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::bench {

/// One takeover, seen from outside: nothing of it is the daemon's word but `decided_to_last_garp`.
struct takeover {
    duration advert_to_last_garp{0};              ///< first advert to the last GARP of the first round, on the wire
    std::optional<duration> decided_to_last_garp; ///< xvrrp, by its own clock: with the addresses, which it sets first
};

/// A sole router with this many VIPs (those beyond 20 aren't advertised) starts, and becomes Active.
std::vector<takeover> measure_takeovers(daemon which, unsigned vips, unsigned trials);

struct reaction {
    std::uint64_t adverts = 0;
    std::chrono::duration<double, std::micro> p50{0}, p99{0}, longest{0};
};

/// A standby of xvrrp hears `routers` Active ones at 10 ms adverts.
reaction measure_reaction(unsigned routers, std::chrono::seconds length);

} // namespace xvrrp::bench
