// SPDX-License-Identifier: BSD-2-Clause
//
// Outages of an address (see outages.hpp).
#include "failover/outages.hpp"

#include <algorithm>

namespace xvrrp::failover {
namespace {

std::vector<bool> answered_probes(const lab::probe_log& seen)
{
    std::vector<bool> answered(seen.sent.size(), false);
    for (const auto& one : seen.answers) {
        if (one.number < answered.size()) {
            answered[one.number] = true;
        }
    }
    return answered;
}

} // namespace

std::vector<outage> find_outages(const lab::probe_log& seen, duration least)
{
    std::vector<outage> found;
    if (seen.sent.empty()) {
        return found;
    }
    time_point last = seen.sent.front().time;
    mac_address by{};
    const auto look = [&](time_point to, const mac_address& after, bool over) {
        if (to - last >= least) {
            found.push_back({.from = last, .to = to, .before = by, .after = after, .over = over});
        }
    };
    for (const auto& one : seen.answers) {
        look(one.time, one.mac, true);
        last = std::max(last, one.time);
        by = one.mac;
    }
    look(seen.sent.back().time, {}, false);
    const auto answered = answered_probes(seen);
    for (outage& each : found) {
        for (std::size_t i = 0; i < seen.sent.size(); ++i) {
            const auto& probe = seen.sent[i];
            if (probe.time >= each.from && probe.planned <= each.to) {
                each.lost += answered[i] ? 0 : 1;
                each.client_stall = std::max<duration>(each.client_stall, probe.time - probe.planned);
            }
        }
    }
    return found;
}

std::uint64_t count_changes(const lab::probe_log& seen)
{
    std::uint64_t changes = 0;
    for (std::size_t i = 1; i < seen.answers.size(); ++i) {
        changes += seen.answers[i].mac != seen.answers[i - 1].mac ? 1 : 0;
    }
    return changes;
}

} // namespace xvrrp::failover
