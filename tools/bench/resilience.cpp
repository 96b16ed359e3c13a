// SPDX-License-Identifier: BSD-2-Clause
#include "bench/resilience.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <thread>

#include "bench/many.hpp"
#include "lab/busy.hpp"
#include "lab/capture.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"

namespace xvrrp::bench {

namespace {

using namespace std::chrono_literals;
using test::must;

constexpr unsigned standby_priority = 100;
constexpr unsigned active_priority = 200;
constexpr const char* password = "secret";

bool is_version_2(const group& routers)
{
    return routers.advert_interval % 1s == 0ms;
}

/// How a scenario differs from plain multicast routers.
struct style {
    bool with_password = false;
    bool unicast = false; ///< between the two, with check_unicast_src
};

std::string configuration(const group& routers, unsigned priority, const style& how, const lab::host& own,
                          const lab::host& other)
{
    std::vector<test::instance_text> all;
    for (unsigned i = 1; i <= routers.routers; ++i) {
        test::instance_text each;
        each.name = router_name(i);
        each.vrid = i;
        each.priority = priority;
        each.version = is_version_2(routers) ? 2 : 3;
        each.advert_int = fmt::format("{}", static_cast<double>(routers.advert_interval.count()) / 1000.0);
        each.auth_pass = how.with_password && is_version_2(routers) ? password : "";
        if (how.unicast) {
            each.unicast_src_ip = own.ipv4();
            each.unicast_peers = {other.ipv4()};
            each.more = {"check_unicast_src"};
        }
        each.addresses = {address_of(i)};
        each.more.emplace_back("garp_master_repeat 1");
        all.push_back(each);
    }
    std::vector<std::string> global;
    if (routers.which == daemon::xvrrp) {
        global.push_back("xdp_mode " + routers.xdp_mode);
    }
    return configuration_text(all, global);
}

/// Active_Down_Interval of the standby (RFC 9568 6.1; RFC 3768 6.1).
duration active_down_interval(const group& routers)
{
    const duration scale = is_version_2(routers) ? duration(1s) : duration(routers.advert_interval);
    return 3 * duration(routers.advert_interval) + scale * (256 - standby_priority) / 256;
}

/// The two routers, up and settled, and a host for mischief.
struct arena {
    lab::segment lan;
    std::unique_ptr<contender> active;
    std::unique_ptr<contender> standby;
};

arena set_up(const group& routers, const style& how)
{
    arena made{.lan = must(lab::segment::create({"active", "standby", "rogue"},
                                                {.xdp_at_switch = routers.xdp_mode == "native"})),
               .active = nullptr,
               .standby = nullptr};
    lab::host& one = made.lan["active"];
    lab::host& two = made.lan["standby"];
    made.active = contender::start(routers.which, one.ns(), configuration(routers, active_priority, how, one, two));
    wait_for_all(*made.active, routers.routers, "MASTER");
    made.standby = contender::start(routers.which, two.ns(), configuration(routers, standby_priority, how, two, one));
    wait_for_all(*made.standby, routers.routers, "BACKUP");
    return made;
}

/// Long enough for a takeover that was decided during the disturbance to show, and for its undoing.
duration aftermath(const group& routers)
{
    return std::max<duration>(2 * active_down_interval(routers), 500ms);
}

verdict watch(const group& routers, const style& how, unsigned times,
              const std::function<void(arena&, verdict&)>& disturb)
{
    arena scene = set_up(routers, how);
    verdict seen;
    seen.trials = routers.routers * times;
    std::map<unsigned, unsigned> before;
    for (unsigned i = 1; i <= routers.routers; ++i) {
        before[i] = scene.standby->transitions(router_name(i));
    }
    lab::capture heard = must(lab::capture::start(scene.lan, {.hosts = {"active", "standby"}}));
    const auto started = std::chrono::steady_clock::now();
    const auto cpu_before = scene.standby->cpu_time();
    disturb(scene, seen);
    const auto cpu = scene.standby->cpu_time() - cpu_before;
    const auto took = std::chrono::steady_clock::now() - started;
    seen.standby_cpu_percent = 100.0 * std::chrono::duration<double>(cpu) / std::chrono::duration<double>(took);
    // Nothing to poll for: what shall not happen gets its time to happen.
    std::this_thread::sleep_for(aftermath(routers));
    heard.stop();
    seen.capture_lost = heard.lost();
    const auto adverts = heard.adverts();
    for (unsigned i = 1; i <= routers.routers; ++i) {
        const unsigned made = scene.standby->transitions(router_name(i)) - before[i];
        const auto gaps = lab::silences(adverts, "active", i, active_down_interval(routers)).size();
        seen.transitions += made;
        seen.true_silences += static_cast<unsigned>(gaps);
        seen.false_takeovers += made > 0 && gaps == 0 ? 1 : 0;
    }
    return seen;
}

} // namespace

verdict freeze_standby(const group& routers, std::chrono::milliseconds length, unsigned times)
{
    return watch(routers, {}, times, [&](arena& scene, verdict&) {
        for (unsigned i = 0; i < times; ++i) {
            scene.standby->freeze();
            std::this_thread::sleep_for(length);
            scene.standby->thaw();
            std::this_thread::sleep_for(aftermath(routers));
        }
    });
}

verdict starve(const group& routers, unsigned loops, std::chrono::seconds length)
{
    return watch(routers, {}, 1, [&](arena&, verdict&) {
        const auto busy = must(lab::start_busy_loops(loops));
        std::this_thread::sleep_for(length);
    });
}

verdict flood(const group& routers, lab::forgery kind, std::uint64_t frames_per_second, std::chrono::seconds length)
{
    const style how{.with_password = kind == lab::forgery::wrong_password,
                    .unicast = kind == lab::forgery::unlisted_source};
    return watch(routers, how, 1, [&](arena& scene, verdict& seen) {
        const lab::host& rogue = scene.lan["rogue"];
        lab::advert_recipe valid;
        valid.source_mac = rogue.mac();
        valid.source = rogue.ipv4();
        valid.version = is_version_2(routers) ? 2 : 3;
        valid.vrid = 1;
        valid.interval = routers.advert_interval;
        valid.addresses = {address_of(1)};
        if (how.with_password && is_version_2(routers)) {
            valid.password = password;
        }
        if (how.unicast) {
            valid.destination = scene.lan["standby"].ipv4();
            valid.destination_mac = scene.lan["standby"].mac();
        }
        const lab::frame forged = must(lab::forge_advert(lab::spoil(valid, kind)));
        lab::flood running =
            must(lab::flood::start(rogue, {forged}, {.frames_per_second = frames_per_second, .time = length}));
        running.wait();
        seen.achieved_rate = running.rate();
    });
}

} // namespace xvrrp::bench
