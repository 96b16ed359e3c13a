// SPDX-License-Identifier: BSD-2-Clause
//
// Nothing fails, but the machine is busy, a standby sleeps now and then, and the Active router's frames come late:
// whoever takes over is wrong.
#pragma once

#include <cstdint>
#include <vector>

#include "failover/experiment.hpp"
#include "failover/setting.hpp"

namespace xvrrp::failover {

struct disturbance {
    duration length = std::chrono::minutes(10);
    unsigned loops = 4;                                        ///< busy, of ordinary priority
    duration freeze_every = std::chrono::seconds(15);          ///< one of the standbys, in turn
    duration longest_freeze = std::chrono::milliseconds(3000); ///< SIGSTOP for a tenth of it up to all of it
    /// What the Active router says is held back so often, as if its processor were taken away; zero: never.
    duration hold_every{0};
    duration shortest_hold = std::chrono::milliseconds(5);
    duration longest_hold = std::chrono::milliseconds(60);
};

struct idle_report {
    duration length{0};
    unsigned takeovers = 0; ///< times that another router than the first began to advertise
    unsigned freezes = 0;
    unsigned holds = 0;
    std::uint64_t probes = 0, lost = 0, duplicates = 0;
    duration longest_gap{0};
    duration machine_stall{0};        ///< the longest
    std::uint64_t machine_stalls = 0; ///< longer than the limit
    std::vector<double> loads{};      ///< of a processor, 0 to 1 and more: each router's processes, the Active's first
};

/// `tell` is called about once a second with what was seen so far; it ends early if that returns false.
result<idle_report> stay_idle(experiment& lab, const disturbance& what, const conditions& how, const stall_watch& watch,
                              const std::function<bool(const idle_report&)>& tell);

/// A takeover is a router's advert after at least a second without one of it. Pure.
[[nodiscard]] unsigned count_takeovers(const std::vector<lab::advert>& adverts, const std::string& active,
                                       duration interval);

} // namespace xvrrp::failover
