// SPDX-License-Identifier: BSD-2-Clause
//
// From what was recorded during a trial to what it says. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "failover/stall_watch.hpp"
#include "failover/trial.hpp"
#include "lab/address_watch.hpp"
#include "lab/probe.hpp"
#include "lab/traffic.hpp"

namespace xvrrp::failover {

/// Everything that was seen, from before the failure until the failed router was Active again.
struct evidence {
    failure_kind failure = failure_kind::cut;
    std::string address;                 ///< the virtual one
    std::string failed;                  ///< role of the host
    std::map<unsigned, std::string> ttl; ///< of the answers of each host: its role
    time_point inject_from, inject_to;   ///< before and after the failure was brought about
    time_point healed;                   ///< when its undoing began
    time_point end;
    lab::probe_log client;
    std::vector<lab::advert> adverts;                 ///< of the routers
    std::vector<lab::address_claim> claims;           ///< theirs too
    std::vector<lab::address_change> address_changes; ///< on the failed host
    bool address_kept = false;
    std::vector<stall> machine_stalls;
    duration stall_limit{0}; ///< shorter ones don't matter, nor those of less than a twentieth of the longest gap
};

/// Without number, time of day and timeline.
[[nodiscard]] trial judge(const evidence& seen);

} // namespace xvrrp::failover
