// SPDX-License-Identifier: BSD-2-Clause
//
// The README's comparison (see commands.hpp).
#include "failover/commands.hpp"

namespace xvrrp::failover {

using namespace std::chrono_literals;

std::vector<series> readme_comparison(const std::string& xdp_mode, double probe_rate)
{
    std::vector<series> plan;
    const auto add = [&](failure_kind failure, const setting& contender) {
        plan.push_back({.contender = contender, .failure = failure, .probe_rate = probe_rate, .trials = {}});
        plan.back().contender.xdp_mode = xdp_mode;
    };
    const auto xvrrp = [](duration interval) {
        return setting{.daemon = daemon_kind::xvrrp, .detect = detection{.interval = interval, .hang_limit = {}}};
    };
    const setting keepalived{.daemon = daemon_kind::keepalived, .detect = {}};
    for (const duration interval : {duration(100us), duration(300us), duration(1ms), duration(10ms), duration(100ms)}) {
        add(failure_kind::cut, xvrrp(interval));
    }
    add(failure_kind::cut, keepalived);
    add(failure_kind::cut, {.daemon = daemon_kind::keepalived, .advert = 10ms, .detect = {}});
    add(failure_kind::cut, {.daemon = daemon_kind::frr, .advert = 10ms, .detect = {}});
    for (const failure_kind failure : {failure_kind::kill, failure_kind::kill_all}) {
        add(failure, xvrrp(1ms));
        add(failure, keepalived);
    }
    return plan;
}

} // namespace xvrrp::failover
