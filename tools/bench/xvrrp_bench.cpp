// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrp_bench: long runs of what the tests run briefly, xvrrp and keepalived in the same run. Needs root; everything
// happens in network namespaces of its own.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "bench/punctuality.hpp"
#include "bench/reloads.hpp"
#include "bench/resilience.hpp"
#include "bench/takeover.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;

constexpr std::initializer_list<bench::daemon> contenders = {bench::daemon::xvrrp, bench::daemon::keepalived};

void print_verdict(const std::string& what, const bench::verdict& seen)
{
    fmt::print("{:<52} {:>6} {:>11} {:>8} {:>6} {:>7.2f}%", what, seen.trials, seen.transitions, seen.true_silences,
               seen.false_takeovers, seen.standby_cpu_percent);
    if (seen.achieved_rate > 0) {
        fmt::print("  {:.0f} forged adverts/s", seen.achieved_rate);
    }
    if (seen.capture_lost > 0) {
        fmt::print("  (the capture missed {} frames)", seen.capture_lost);
    }
    fmt::print("\n");
    std::fflush(stdout);
}

void print_heading()
{
    fmt::print("{:<52} {:>6} {:>11} {:>8} {:>6} {:>8}\n", "", "trials", "transitions", "silences", "false", "cpu");
    fmt::print("  trials: virtual routers times disturbances. silences: the Active router itself was silent for\n"
               "  Active_Down_Interval. false: routers that made a transition although theirs wasn't.\n"
               "  cpu: of the standby's daemon, of one core.\n");
}

void run_freeze(unsigned trials)
{
    print_heading();
    struct row {
        std::chrono::milliseconds interval;
        std::chrono::milliseconds frozen;
    };
    for (const row& each : {row{1s, 6s}, row{10ms, 200ms}, row{10ms, 1s}, row{10ms, 5s}}) {
        for (const bench::daemon which : contenders) {
            const bench::group routers{.which = which, .routers = trials, .advert_interval = each.interval};
            print_verdict(fmt::format("{}: adverts {} ms, standby frozen {} ms", name_of(which), each.interval.count(),
                                      each.frozen.count()),
                          bench::freeze_standby(routers, each.frozen, 1));
        }
    }
}

void run_starve(std::chrono::seconds length)
{
    print_heading();
    for (const std::chrono::milliseconds interval : {100ms, 10ms}) {
        for (const bench::daemon which : contenders) {
            const bench::group routers{.which = which, .routers = 10, .advert_interval = interval};
            print_verdict(fmt::format("{}: adverts {} ms, 32 busy loops for {} s", name_of(which), interval.count(),
                                      length.count()),
                          bench::starve(routers, 32, length));
        }
    }
}

void run_flood(std::chrono::seconds length, std::uint64_t rate)
{
    print_heading();
    const std::vector<std::pair<lab::forgery, std::string>> kinds = {
        {lab::forgery::low_ttl, "TTL 254"},
        {lab::forgery::foreign_vrid, "foreign VRID"},
        {lab::forgery::wrong_checksum, "wrong checksum"},
        {lab::forgery::wrong_password, "wrong password"},
        {lab::forgery::unlisted_source, "not in unicast_peer"}};
    for (const std::chrono::milliseconds interval : {1000ms, 10ms}) {
        for (const auto& [kind, words] : kinds) {
            if (kind == lab::forgery::wrong_password && interval < 1s) {
                continue; // passwords are version 2, whose shortest interval is a second
            }
            for (const bench::daemon which : contenders) {
                const bench::group routers{.which = which, .routers = 1, .advert_interval = interval};
                print_verdict(fmt::format("{}: adverts {} ms, {}", name_of(which), interval.count(), words),
                              bench::flood(routers, kind, rate, length));
            }
        }
    }
}

double milliseconds(duration length)
{
    return std::chrono::duration<double, std::milli>(length).count();
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

void run_takeover(unsigned trials)
{
    fmt::print("Takeover of a sole router, medians of {} in ms\n{:>6} {:>28} {:>28} {:>28}\n", trials, "VIPs",
               "xvrrp decision→last GARP", "xvrrp advert→last GARP", "keepalived advert→last GARP");
    for (const unsigned vips : {1U, 20U, 200U, 1000U}) {
        std::vector<double> decided;
        std::vector<double> ours;
        std::vector<double> theirs;
        for (const bench::takeover& each : bench::measure_takeovers(bench::daemon::xvrrp, vips, trials)) {
            decided.push_back(milliseconds(each.decided_to_last_garp.value_or(duration(0))));
            ours.push_back(milliseconds(each.advert_to_last_garp));
        }
        for (const bench::takeover& each : bench::measure_takeovers(bench::daemon::keepalived, vips, trials)) {
            theirs.push_back(milliseconds(each.advert_to_last_garp));
        }
        fmt::print("{:>6} {:>26.3f} {:>26.3f} {:>26.3f}\n", vips, median(decided), median(ours), median(theirs));
        std::fflush(stdout);
    }
    fmt::print("xvrrp sets the addresses before its advert, keepalived after: its figure has them in it, as our first "
               "column has.\n");
}

void run_reaction(std::chrono::seconds length)
{
    const bench::reaction seen = bench::measure_reaction(10, length);
    fmt::print("kernel stamp → state machine, {} adverts: p50 {:.1f} µs, p99 {:.1f} µs, longest {:.1f} µs\n",
               seen.adverts, seen.p50.count(), seen.p99.count(), seen.longest.count());
}

void run_punctual(std::chrono::seconds length, std::chrono::milliseconds script_interval)
{
    fmt::print("100 virtual routers, adverts 100 ms, 255 scripts every {} ms: how far two adverts are from 100 ms, ms\n"
               "{:<12} {:>8} {:>7} {:>7} {:>7} {:>8} {:>14} {:>8}\n",
               script_interval.count(), "", "adverts", "p50", "p99", "p99.9", "longest", "processes/s", "cpu");
    for (const bench::daemon which : contenders) {
        const bench::punctuality seen =
            bench::measure_punctuality({.which = which, .script_interval = script_interval}, length);
        fmt::print(
            "{:<12} {:>8} {:>7.3f} {:>7.3f} {:>7.3f} {:>8.3f} {:>14.0f} {:>7.2f}%\n", name_of(which), seen.adverts,
            milliseconds(seen.p50), milliseconds(seen.p99), milliseconds(seen.p999), milliseconds(seen.longest),
            static_cast<double>(seen.script_runs) / std::chrono::duration<double>(length).count(), seen.cpu_percent);
        if (seen.capture_lost > 0) {
            fmt::print("  (the capture missed {} frames)\n", seen.capture_lost);
        }
        std::fflush(stdout);
    }
    fmt::print("processes: started on this machine, which is nearly all scripts. cpu: of the daemon, of one core.\n");
}

void run_reloads(unsigned times)
{
    fmt::print("Reloads with changes of many kinds, seen by what doesn't change (adverts every 100 ms)\n"
               "{:<12} {:>8} {:>8} {:>6} {:>12} {:>15} {:>12} {:>6}\n",
               "", "reloads", "probes", "lost", "longest gap", "longest silence", "transitions", "wrong");
    for (const bench::daemon which : contenders) {
        const bench::reload_verdict seen = bench::storm_of_reloads(which, times, 1);
        fmt::print("{:<12} {:>8} {:>8} {:>6} {:>9.3f} ms {:>12.3f} ms {:>12} {:>6}\n", name_of(which), seen.reloads,
                   seen.probes, seen.lost, milliseconds(seen.longest_gap), milliseconds(seen.longest_silence),
                   seen.transitions, seen.wrong_ends);
        if (seen.capture_lost > 0) {
            fmt::print("  (the capture missed {} frames)\n", seen.capture_lost);
        }
        std::fflush(stdout);
    }
    fmt::print("transitions: of five routers whose state nothing in the files changes, on both hosts. wrong: reloads "
               "after which\n  the addresses of the host weren't those in the file within 5 s.\n");
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app{"Measures xvrrpd, with keepalived beside it where it has the same to show."};
    app.require_subcommand(1);
    unsigned trials = 50;
    unsigned seconds = 60;
    std::uint64_t rate = 200'000;
    auto* freeze = app.add_subcommand("freeze", "a standby frozen for a while must not take over when it wakes");
    constexpr unsigned most_routers = 250;
    freeze->add_option("--trials", trials, "virtual routers, each of which is a trial")
        ->check(CLI::Range(1U, most_routers))
        ->capture_default_str();
    auto* starve = app.add_subcommand("starve", "nor beside 32 busy loops");
    starve->add_option("--seconds", seconds, "length of each run")->capture_default_str();
    auto* flood = app.add_subcommand("flood", "nor under forged adverts");
    flood->add_option("--seconds", seconds, "length of each run")->capture_default_str();
    flood->add_option("--rate", rate, "forged adverts per second")->capture_default_str();
    auto* takeover = app.add_subcommand("takeover", "from decision to the last GARP of the first round");
    takeover->add_option("--trials", trials, "takeovers of each kind")->capture_default_str();
    auto* reaction = app.add_subcommand("reaction", "from the kernel's stamp of an advert to the state machine");
    reaction->add_option("--seconds", seconds, "length of the run")->capture_default_str();
    unsigned script_interval = 100;
    auto* punctual = app.add_subcommand("punctual", "adverts leave in time while 255 scripts run");
    punctual->add_option("--seconds", seconds, "length of each run")->capture_default_str();
    punctual->add_option("--script-interval", script_interval, "of each script, in ms")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    unsigned reloads = 200;
    auto* reload = app.add_subcommand("reloads", "what doesn't change isn't to notice reloads");
    reload->add_option("--reloads", reloads, "how many")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        if (*freeze) {
            run_freeze(trials);
        } else if (*starve) {
            run_starve(std::chrono::seconds(seconds));
        } else if (*flood) {
            run_flood(std::chrono::seconds(seconds), rate);
        } else if (*takeover) {
            run_takeover(trials);
        } else if (*punctual) {
            run_punctual(std::chrono::seconds(seconds), std::chrono::milliseconds(script_interval));
        } else if (*reload) {
            run_reloads(reloads);
        } else if (*reaction) {
            run_reaction(std::chrono::seconds(seconds));
        }
    } catch (const std::exception& problem) {
        fmt::print(stderr, "xvrrp_bench: {}\n", problem.what());
        return 1;
    }
    return 0;
}
