// SPDX-License-Identifier: BSD-2-Clause
#include "bench/reloads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "bench/many.hpp"
#include "lab/capture.hpp"
#include "lab/eventually.hpp"
#include "lab/probe.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"

namespace xvrrp::bench {
namespace {

using namespace std::chrono_literals;
using test::must;

constexpr unsigned kept = 2;    ///< routers that no reload changes
constexpr unsigned changed = 3; ///< and those behind them that stay Active whatever changes
constexpr unsigned all_routers = kept + changed;
constexpr unsigned passing = all_routers + 1; ///< comes and goes
constexpr unsigned first_spare = 100;         ///< of the addresses that routers have besides their own
constexpr unsigned spares = 12;
constexpr auto pause = 250ms; ///< between two reloads

/// What a file says of a router that may change.
struct changing {
    std::set<unsigned> spare{}; ///< addresses besides its own
    unsigned priority = 200;
    unsigned interval_ms = 100;
    bool tracks = false;
    bool notifies = false;
    bool preempts = true;
    unsigned garp_delay = 5;
};

/// What one file says.
struct revision {
    std::array<changing, changed> routers{};
    bool with_passing = false;
    unsigned script_interval = 1;
    bool broken = false; ///< an error in it
};

test::instance_text router(unsigned number, unsigned priority)
{
    test::instance_text each;
    each.name = router_name(number);
    each.vrid = number;
    each.priority = priority;
    each.version = 3;
    each.advert_int = "0.1";
    each.addresses = {address_of(number)};
    return each;
}

test::instance_text text_of(unsigned number, const changing& now)
{
    test::instance_text each = router(number, now.priority);
    each.advert_int = fmt::format("{}", now.interval_ms / 1000.0);
    for (const unsigned spare : now.spare) {
        each.addresses.push_back(address_of(spare));
    }
    if (now.tracks) {
        each.more.emplace_back("track_script {\n    check\n  }");
    }
    if (now.notifies) {
        each.more.emplace_back("notify /bin/true");
    }
    if (!now.preempts) {
        each.more.emplace_back("nopreempt");
    }
    each.more.push_back(fmt::format("garp_master_delay {}", now.garp_delay));
    return each;
}

std::string text_of(const revision& now)
{
    std::vector<test::instance_text> all;
    for (unsigned i = 1; i <= kept; ++i) {
        all.push_back(router(i, 200));
    }
    for (unsigned i = 0; i < changed; ++i) {
        all.push_back(text_of(kept + 1 + i, now.routers.at(i)));
    }
    if (now.with_passing) {
        all.push_back(router(passing, 200));
    }
    return fmt::format("global_defs {{\n  script_user root\n}}\n"
                       "vrrp_script check {{\n  script \"/bin/true\"\n  interval {}\n  weight 2\n}}\n",
                       now.script_interval) +
           test::configuration_text(all) + (now.broken ? "vrrp_instance {\n" : "");
}

/// Changes one thing.
class changer {
public:
    changer(daemon which, std::uint32_t seed) : which_(which), random_(seed) {}

    void change(revision& now)
    {
        changing& one = now.routers.at(below(changed));
        switch (below(10)) {
        case 0:
            toggle_spare(now, one);
            break;
        case 1:
            move_spare(now);
            break;
        case 2:
            one.priority = 150 + below(100);
            break;
        case 3:
            one.interval_ms = one.interval_ms == 100 ? 200 : 100;
            break;
        case 4:
            one.tracks = !one.tracks;
            break;
        case 5:
            one.notifies = !one.notifies;
            break;
        case 6:
            one.preempts = !one.preempts;
            break;
        case 7:
            one.garp_delay = 1 + below(5);
            break;
        case 8:
            now.with_passing = !now.with_passing;
            break;
        default:
            now.script_interval = 1 + below(3);
        }
    }
    /// keepalived takes from a file with an error what it can: that is no trial.
    bool breaks() { return which_ == daemon::xvrrp && below(10) == 0; }
    unsigned below(unsigned end) { return std::uniform_int_distribution<unsigned>(0, end - 1)(random_); }

private:
    void toggle_spare(revision& now, changing& one)
    {
        const unsigned spare = first_spare + below(spares);
        const bool had = one.spare.contains(spare);
        for (changing& each : now.routers) {
            each.spare.erase(spare);
        }
        if (!had) {
            one.spare.insert(spare);
        }
    }
    void move_spare(revision& now)
    {
        changing& from = now.routers.at(below(changed));
        if (!from.spare.empty()) {
            const unsigned spare = *from.spare.begin();
            from.spare.erase(spare);
            now.routers.at(below(changed)).spare.insert(spare);
        }
    }

    daemon which_;
    std::mt19937 random_;
};

/// Whether the host has the addresses of the file, and no other that a file ever had.
bool has_what_it_says(const lab::net_namespace& place, const revision& now)
{
    std::set<std::string> expected;
    for (unsigned i = 1; i <= (now.with_passing ? passing : all_routers); ++i) {
        expected.insert(address_of(i) + "/32");
    }
    for (const changing& each : now.routers) {
        for (const unsigned spare : each.spare) {
            expected.insert(address_of(spare) + "/32");
        }
    }
    std::set<std::string> there;
    for (const std::string& each : must(place.addresses_of("eth0"))) {
        if (each.starts_with("10.0.1.")) {
            there.insert(each);
        }
    }
    return there == expected;
}

std::string standby_text()
{
    std::vector<test::instance_text> all;
    for (unsigned i = 1; i <= all_routers; ++i) {
        all.push_back(router(i, 100));
    }
    return test::configuration_text(all);
}

unsigned transitions_of_all(const contender& which)
{
    unsigned count = 0;
    for (unsigned i = 1; i <= all_routers; ++i) {
        count += which.transitions(router_name(i));
    }
    return count;
}

duration longest_silence(const std::vector<lab::advert>& adverts)
{
    duration longest{0};
    for (unsigned i = 1; i <= kept; ++i) {
        for (const lab::silence& each : lab::silences(adverts, "active", i, duration(0))) {
            longest = std::max(longest, each.length());
        }
    }
    return longest;
}

} // namespace

reload_verdict storm_of_reloads(daemon which, unsigned times, std::uint32_t seed)
{
    lab::segment lan = must(lab::segment::create({"active", "standby", "client"}));
    revision now;
    const auto active = contender::start(which, lan["active"].ns(), text_of(now));
    wait_for_all(*active, all_routers, "MASTER");
    const auto standby = contender::start(which, lan["standby"].ns(), standby_text());
    wait_for_all(*standby, all_routers, "BACKUP");
    must(lan["client"].ns().ip("route add 10.0.1.0/24 dev eth0"));
    std::vector<lab::probe> clients;
    for (unsigned i = 1; i <= kept; ++i) {
        clients.push_back(must(lab::probe::start(lan["client"], address_of(i), 1ms)));
        if (!clients.back().wait_for_answers(100, 10s)) {
            throw std::runtime_error(fmt::format("nobody answers for {}", address_of(i)));
        }
    }
    const unsigned before = transitions_of_all(*active) + transitions_of_all(*standby);
    lab::capture heard = must(lab::capture::start(lan, {.hosts = {"active", "standby"}, .echo = false}));
    changer chance(which, seed);
    reload_verdict seen;
    for (; seen.reloads < times; ++seen.reloads) {
        revision next = now;
        for (unsigned changes = 1 + chance.below(3); changes > 0; --changes) {
            chance.change(next);
        }
        next.broken = chance.breaks();
        active->reload(text_of(next));
        std::this_thread::sleep_for(pause);
        if (!next.broken) {
            now = next;
        }
        const bool right = lab::eventually(5s, [&] { return has_what_it_says(lan["active"].ns(), now); }, 20ms);
        seen.wrong_ends += right ? 0 : 1;
    }
    heard.stop();
    seen.capture_lost = heard.lost();
    seen.longest_silence = longest_silence(heard.adverts());
    seen.transitions = transitions_of_all(*active) + transitions_of_all(*standby) - before;
    for (lab::probe& client : clients) {
        const lab::probe_report report = client.stop();
        seen.probes += report.sent;
        seen.lost += report.lost();
        seen.longest_gap = std::max(seen.longest_gap, report.longest_gap);
    }
    return seen;
}

} // namespace xvrrp::bench
