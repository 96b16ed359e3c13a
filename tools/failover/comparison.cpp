// SPDX-License-Identifier: BSD-2-Clause
//
// The README's comparison (see commands.hpp).
#include "failover/commands.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr duration hang_limit = 300ms;
/// Often enough for hundreds of delays in ten minutes, seldom enough that each is over before the next.
constexpr duration hold_every = 500ms;

setting xvrrp(duration interval, const std::string& xdp_mode)
{
    return {.daemon = daemon_kind::xvrrp,
            .detect = detection{.interval = interval, .hang_limit = {}},
            .xdp_mode = xdp_mode};
}

setting peer(daemon_kind daemon, duration advert)
{
    return {.daemon = daemon, .advert = advert, .detect = {}};
}

/// The same failure of both, as often as each is wanted.
class plan {
public:
    explicit plan(const comparison_request& request) : request_(&request) {}

    void add(failure_kind failure, const setting& contender)
    {
        series_.push_back({.contender = contender,
                           .failure = failure,
                           .probe_rate = request_->probe_rate,
                           .wanted = contender.daemon == daemon_kind::xvrrp ? request_->trials : request_->peer_trials,
                           .trials = {}});
    }
    [[nodiscard]] std::vector<series> take() { return std::move(series_); }

private:
    const comparison_request* request_;
    std::vector<series> series_;
};

} // namespace

std::vector<series> readme_comparison(const comparison_request& request)
{
    plan all(request);
    for (const duration interval : {duration(100us), duration(300us), duration(1ms), duration(10ms), duration(100ms)}) {
        all.add(failure_kind::cut, xvrrp(interval, request.xdp_mode));
    }
    const setting fast = xvrrp(1ms, request.xdp_mode);
    setting three_backups = fast;
    three_backups.routers = 4;
    all.add(failure_kind::cut, three_backups);
    const setting keepalived = peer(daemon_kind::keepalived, 1s);
    all.add(failure_kind::cut, keepalived);
    all.add(failure_kind::cut, peer(daemon_kind::keepalived, 10ms));
    all.add(failure_kind::cut, peer(daemon_kind::frr, 10ms));
    for (const failure_kind failure :
         {failure_kind::kill, failure_kind::kill_all, failure_kind::term, failure_kind::priority}) {
        all.add(failure, fast);
        all.add(failure, keepalived);
    }
    setting watched = fast;
    watched.detect->hang_limit = hang_limit;
    all.add(failure_kind::hang, watched);
    all.add(failure_kind::hang, keepalived);
    for (setting alone : {fast, keepalived}) {
        alone.routers = 1;
        all.add(failure_kind::kill, alone);
    }
    return all.take();
}

std::vector<idle_request> readme_idle_runs(const comparison_request& request, const conditions& how)
{
    if (request.idle == 0s) {
        return {};
    }
    std::vector<idle_request> runs;
    const auto add = [&](const setting& contender, duration holds) {
        disturbance what{.length = request.idle, .hold_every = holds};
        what.loops = holds == 0s ? what.loops : 0;
        runs.push_back({.contender = contender, .what = what, .how = how});
    };
    add(xvrrp(1ms, request.xdp_mode), 0s);
    add(peer(daemon_kind::keepalived, 10ms), 0s);
    add(xvrrp(100ms, request.xdp_mode), hold_every);
    add(xvrrp(10ms, request.xdp_mode), hold_every);
    add(peer(daemon_kind::keepalived, 10ms), hold_every);
    return runs;
}

} // namespace xvrrp::failover
