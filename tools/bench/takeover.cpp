// SPDX-License-Identifier: BSD-2-Clause
#include "bench/takeover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "lab/capture.hpp"
#include "lab/eventually.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::bench {

namespace {

using namespace std::chrono_literals;
using test::must;

constexpr unsigned advertised = 20;
constexpr unsigned per_subnet = 250;

std::string address_of(unsigned number)
{
    return fmt::format("10.1.{}.{}", number / per_subnet, 1 + number % per_subnet);
}

std::string configuration(unsigned vips)
{
    test::instance_text router;
    router.version = 3;
    router.advert_int = "0.1";
    router.priority = 200;
    router.addresses.clear();
    for (unsigned i = 0; i < std::min(vips, advertised); ++i) {
        router.addresses.push_back(address_of(i));
    }
    router.more = {"garp_master_repeat 1", "garp_master_delay 0"};
    if (vips > advertised) {
        router.more.emplace_back("virtual_ipaddress_excluded {");
        for (unsigned i = advertised; i < vips; ++i) {
            router.more.push_back(address_of(i));
        }
        router.more.emplace_back("}");
    }
    return test::configuration_text({router});
}

/// The time of the announcement that completes the first round, if all have been seen.
std::optional<time_point> end_of_first_round(const std::vector<lab::address_claim>& claims, unsigned vips)
{
    std::set<std::string> announced;
    for (const lab::address_claim& each : claims) {
        if (each.unsolicited && announced.insert(each.address).second && announced.size() == vips) {
            return each.time;
        }
    }
    return std::nullopt;
}

takeover measure_one(daemon which, unsigned vips)
{
    lab::segment lan = must(lab::segment::create({"router"}));
    lab::capture heard = must(lab::capture::start(lan));
    std::unique_ptr<contender> keepalived;
    std::optional<test::xvrrpd> xvrrp;
    if (which == daemon::xvrrp) {
        xvrrp.emplace(lan["router"].ns(), configuration(vips));
    } else {
        keepalived = contender::start(which, lan["router"].ns(), configuration(vips));
    }
    const auto first = heard.wait_for_advert([](const lab::advert& each) { return each.vrid == 51; }, 30s);
    std::optional<time_point> last;
    const bool complete =
        lab::eventually(30s, [&] { return (last = end_of_first_round(heard.claims(), vips)).has_value(); }, 20ms);
    if (!first || !complete) {
        throw std::runtime_error(fmt::format("{} with {} VIPs didn't announce them all", name_of(which), vips));
    }
    takeover seen{.advert_to_last_garp = *last - first->time, .decided_to_last_garp = std::nullopt};
    if (xvrrp) {
        if (const auto timing = xvrrp->instance("VI_1").last_takeover) {
            seen.decided_to_last_garp = std::chrono::duration_cast<duration>(
                std::chrono::duration<double, std::micro>(timing->first_round_microseconds));
        }
    }
    return seen;
}

} // namespace

std::vector<takeover> measure_takeovers(daemon which, unsigned vips, unsigned trials)
{
    std::vector<takeover> all;
    all.reserve(trials);
    for (unsigned i = 0; i < trials; ++i) {
        all.push_back(measure_one(which, vips));
    }
    return all;
}

reaction measure_reaction(unsigned routers, std::chrono::seconds length)
{
    lab::segment lan = must(lab::segment::create({"active", "standby"}));
    const auto text = [&](unsigned priority) {
        std::vector<test::instance_text> all;
        for (unsigned i = 1; i <= routers; ++i) {
            test::instance_text each;
            each.name = fmt::format("VI_{}", i);
            each.vrid = i;
            each.version = 3;
            each.advert_int = "0.01";
            each.priority = priority;
            each.addresses = {fmt::format("10.0.1.{}", i)};
            all.push_back(each);
        }
        return test::configuration_text(all);
    };
    const test::xvrrpd active(lan["active"].ns(), text(200));
    const test::xvrrpd standby(lan["standby"].ns(), text(100));
    if (!standby.wait_for_state("VI_1", "BACKUP")) {
        throw std::runtime_error("the standby doesn't become BACKUP");
    }
    std::this_thread::sleep_for(length);
    const control::reaction_timing timing = standby.status().reaction;
    using microseconds = std::chrono::duration<double, std::micro>;
    return {.adverts = timing.adverts,
            .p50 = microseconds(timing.p50_microseconds),
            .p99 = microseconds(timing.p99_microseconds),
            .longest = microseconds(timing.longest_microseconds)};
}

} // namespace xvrrp::bench
