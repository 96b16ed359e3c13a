// SPDX-License-Identifier: BSD-2-Clause
//
// Reloads under traffic: what doesn't change isn't to notice those that change something else.
#pragma once

#include <chrono>
#include <cstdint>

#include "bench/contender.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::bench {

struct reload_verdict {
    unsigned reloads = 0;
    // Of two virtual routers that no reload changed.
    std::uint64_t probes = 0;
    std::uint64_t lost = 0;
    duration longest_gap{0};
    duration longest_silence{0}; ///< between two adverts, which leave every 100 ms
    /// Of these two and three others that stay Active whatever changes in them; both hosts.
    unsigned transitions = 0;
    unsigned wrong_ends = 0; ///< reloads that didn't lead to the addresses in the file within five seconds
    std::uint64_t capture_lost = 0;
};

/// The Active router of a pair reads a changed file `times` times. Each differs from the one before in one to three
/// ways: addresses added, removed and moved between routers, priorities, advert intervals, scripts and who tracks
/// them, notify scripts, announcements, preemption, a whole router more or less. xvrrp is also given files with an
/// error now and then, which are to change nothing.
reload_verdict storm_of_reloads(daemon which, unsigned times, std::uint32_t seed);

} // namespace xvrrp::bench
