// SPDX-License-Identifier: BSD-2-Clause
//
// `xvrrp-failover probe` (see commands.hpp).
#include <fmt/format.h>

#include <thread>

#include "failover/commands.hpp"
#include "failover/outages.hpp"
#include "failover/progress.hpp"
#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

lab::probe_report watch(const lab::probe& client, duration length, const interruption& interrupted)
{
    progress shown;
    const time_point end = std::chrono::steady_clock::now() + length;
    duration reported{0};
    while (std::chrono::steady_clock::now() < end && !interrupted.requested()) {
        std::this_thread::sleep_for(100ms);
        const auto seen = client.report();
        const bool longer = seen.longest_gap > reported;
        reported = std::max<duration>(reported, seen.longest_gap);
        shown.show(fmt::format("{} probes, {} unanswered, longest gap {:.3g} ms", seen.sent, seen.lost(),
                               milliseconds(seen.longest_gap)),
                   longer && seen.longest_gap >= 100ms);
    }
    return client.report();
}

void print_outages(const std::vector<outage>& outages, time_point started)
{
    for (const outage& each : outages) {
        fmt::print("{:>10.3f} s: {:.3g} ms{}, {} probes lost", milliseconds(each.from - started) / 1e3,
                   milliseconds(each.length()), each.over ? "" : " (until the end)", each.lost);
        if (each.over && each.before != each.after) {
            fmt::print(", then {} answers instead of {}", to_string(each.after), to_string(each.before));
        }
        if (each.client_stall >= 1ms) {
            fmt::print(", this host itself was late by {:.3g} ms", milliseconds(each.client_stall));
        }
        fmt::print("\n");
    }
}

} // namespace

exit_status probe(const probe_request& request, const interruption& interrupted)
{
    const auto interval = std::chrono::duration_cast<duration>(std::chrono::duration<double>(1 / request.rate));
    auto client = lab::probe::start_here(request.address, {.interval = interval, .keep_log = true, .realtime = true});
    if (!client) {
        fmt::print(stderr, "xvrrp-failover: {}\n", client.error().what);
        return exit_status::failed;
    }
    watch(*client, request.length, interrupted);
    const auto total = client->stop();
    const auto seen = client->log();
    const auto outages = find_outages(seen, std::max(request.least, 3 * interval));
    if (!seen.sent.empty()) {
        print_outages(outages, seen.sent.front().time);
    }
    fmt::print("{} probes of {}, {} lost, {} answered twice, {} times somebody else answered than before\n", total.sent,
               request.address, total.lost(), total.duplicates, count_changes(seen));
    for (const auto& [mac, answers] : total.answers) {
        fmt::print("{}: {} answers\n", to_string(mac), answers);
    }
    fmt::print("{} outages of {} and more; this host itself was late by {:.3g} ms at most\n", outages.size(),
               to_text(std::max(request.least, 3 * interval)), milliseconds(total.longest_stall));
    return outages.empty() ? exit_status::done : exit_status::outages;
}

} // namespace xvrrp::failover
