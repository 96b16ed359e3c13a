// SPDX-License-Identifier: BSD-2-Clause
#include "bench/punctuality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "bench/many.hpp"
#include "lab/capture.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"

namespace xvrrp::bench {
namespace {

using namespace std::chrono_literals;
using test::must;

constexpr std::chrono::milliseconds advert_interval = 100ms;

/// A weight keeps an instance out of FAULT when a script of the overloaded machine takes too long.
std::string configuration(const busy_router& what)
{
    std::string text = "global_defs {\n  script_user root\n}\n";
    for (unsigned i = 1; i <= what.scripts; ++i) {
        text += fmt::format("vrrp_script check_{} {{\n  script \"/bin/true\"\n  interval {}\n  timeout 10\n"
                            "  weight 1\n}}\n",
                            i, std::chrono::duration<double>(what.script_interval).count());
    }
    std::vector<test::instance_text> all;
    for (unsigned i = 1; i <= what.routers; ++i) {
        test::instance_text each;
        each.name = router_name(i);
        each.vrid = i;
        each.priority = 200;
        each.version = 3;
        each.advert_int = "0.1";
        each.addresses = {address_of(i)};
        each.more.emplace_back("track_script {");
        for (unsigned script = i; script <= what.scripts; script += what.routers) {
            each.more.push_back(fmt::format("check_{}", script));
        }
        each.more.emplace_back("}");
        all.push_back(each);
    }
    return text + test::configuration_text(all);
}

/// All that were ever started on the machine.
std::uint64_t processes()
{
    std::ifstream file("/proc/stat");
    std::string word;
    std::uint64_t count = 0;
    while (file >> word) {
        if (word == "processes") {
            file >> count;
        }
    }
    return count;
}

std::vector<duration> deviations(const std::vector<lab::advert>& adverts)
{
    std::vector<duration> all;
    std::map<unsigned, time_point> last;
    for (const lab::advert& each : adverts) {
        const auto before = last.find(each.vrid);
        if (before != last.end()) {
            const duration off = each.time - before->second - advert_interval;
            all.push_back(std::max(off, -off));
        }
        last[each.vrid] = each.time;
    }
    std::ranges::sort(all);
    return all;
}

duration quantile(const std::vector<duration>& sorted, double part)
{
    if (sorted.empty()) {
        return duration::zero();
    }
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

} // namespace

punctuality measure_punctuality(const busy_router& what, std::chrono::seconds length)
{
    lab::segment lan = must(lab::segment::create({"router"}));
    const auto router = contender::start(what.which, lan["router"].ns(), configuration(what));
    wait_for_all(*router, what.routers, "MASTER");
    lab::capture heard = must(lab::capture::start(lan, {.hosts = {}, .echo = false}));
    const auto started = std::chrono::steady_clock::now();
    const std::uint64_t processes_before = processes();
    const auto cpu_before = router->cpu_time();
    std::this_thread::sleep_for(length);
    const auto cpu = router->cpu_time() - cpu_before;
    const std::uint64_t runs = processes() - processes_before;
    const auto took = std::chrono::steady_clock::now() - started;
    heard.stop();
    const auto off = deviations(heard.adverts());
    return {.adverts = off.size(),
            .p50 = quantile(off, 0.5),
            .p99 = quantile(off, 0.99),
            .p999 = quantile(off, 0.999),
            .longest = off.empty() ? duration::zero() : off.back(),
            .script_runs = runs,
            .cpu_percent = 100.0 * std::chrono::duration<double>(cpu) / std::chrono::duration<double>(took),
            .capture_lost = heard.lost()};
}

} // namespace xvrrp::bench
