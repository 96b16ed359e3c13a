// SPDX-License-Identifier: BSD-2-Clause
//
// A real address, probed from this host: when it didn't answer, and who answered.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lab/probe.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::failover {

/// A time without an answer, between two answers or until the end.
struct outage {
    time_point from, to;
    std::uint64_t lost = 0;    ///< probes of that time that were never answered
    duration client_stall{0};  ///< by how much this host was late itself in that time
    mac_address before, after; ///< who answered last before it and first after it
    bool over = true;          ///< false: until the end of the probing
    [[nodiscard]] duration length() const { return to - from; }
};

/// Those of `least` and longer. Pure.
[[nodiscard]] std::vector<outage> find_outages(const lab::probe_log& seen, duration least);

/// How often another MAC address answered than before. Pure.
[[nodiscard]] std::uint64_t count_changes(const lab::probe_log& seen);

} // namespace xvrrp::failover
