// SPDX-License-Identifier: BSD-2-Clause
//
// The idle run (see idle.hpp).
#include "failover/idle.hpp"

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "lab/busy.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

time_point now()
{
    return std::chrono::steady_clock::now();
}

/// Stops one standby after the other, each for a while. Thaws what it froze, however it ends.
class sleeper {
public:
    sleeper(experiment& lab, const disturbance& what, std::uint32_t seed)
        : lab_(&lab), what_(what), random_(seed), next_(now() + what.freeze_every)
    {
    }
    sleeper(const sleeper&) = delete;
    sleeper& operator=(const sleeper&) = delete;
    sleeper(sleeper&&) = delete;
    sleeper& operator=(sleeper&&) = delete;
    ~sleeper() { thaw(); }

    void act()
    {
        if (now() < next_ || lab_->routers() < 2) {
            return;
        }
        if (frozen_ != 0) {
            thaw();
            next_ = now() + what_.freeze_every;
            return;
        }
        frozen_ = lab_->router_at(1 + freezes_ % (lab_->routers() - 1)).worker();
        if (frozen_ != 0 && ::kill(frozen_, SIGSTOP) == 0) {
            ++freezes_;
        }
        std::uniform_int_distribution<duration::rep> length((what_.longest_freeze / 10).count(),
                                                            what_.longest_freeze.count());
        next_ = now() + duration(length(random_));
    }
    [[nodiscard]] unsigned freezes() const { return freezes_; }

private:
    void thaw()
    {
        if (frozen_ != 0) {
            ::kill(frozen_, SIGCONT);
            frozen_ = 0;
        }
    }

    experiment* lab_;
    disturbance what_;
    std::mt19937 random_;
    time_point next_;
    pid_t frozen_ = 0;
    unsigned freezes_ = 0;
};

/// Holds back what the Active router says, now and then.
class delayer {
public:
    delayer(experiment& lab, const disturbance& what, std::uint32_t seed)
        : lab_(&lab), what_(what), random_(seed), next_(now() + what.hold_every)
    {
    }

    void act()
    {
        if (what_.hold_every == duration::zero() || now() < next_) {
            return;
        }
        std::uniform_int_distribution<duration::rep> length(what_.shortest_hold.count(), what_.longest_hold.count());
        lab_->lan().cable_of(lab_->lan().hosts().front()).hold(duration(length(random_)));
        ++holds_;
        next_ = now() + what_.hold_every;
    }
    [[nodiscard]] unsigned holds() const { return holds_; }

private:
    experiment* lab_;
    disturbance what_;
    std::mt19937 random_;
    time_point next_;
    unsigned holds_ = 0;
};

std::vector<duration> cpu_times(experiment& lab)
{
    std::vector<duration> times;
    times.reserve(lab.routers());
    for (unsigned i = 0; i < lab.routers(); ++i) {
        times.push_back(lab.router_at(i).cpu_time());
    }
    return times;
}

std::vector<double> loads_since(const std::vector<duration>& before, experiment& lab, duration length)
{
    std::vector<double> loads;
    const auto after = cpu_times(lab);
    loads.reserve(before.size());
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
        loads.push_back(std::chrono::duration<double>(after[i] - before[i]) / std::chrono::duration<double>(length));
    }
    return loads;
}

} // namespace

unsigned count_takeovers(const std::vector<lab::advert>& adverts, const std::string& active, duration interval)
{
    const duration pause = std::max<duration>(interval * 5 / 2, 1s);
    std::map<std::string, time_point> last;
    unsigned count = 0;
    for (const auto& one : adverts) {
        if (one.host == active || one.priority == 0) {
            continue;
        }
        const auto before = last.find(one.host);
        count += before == last.end() || one.time - before->second > pause ? 1 : 0;
        last[one.host] = one.time;
    }
    return count;
}

result<idle_report> stay_idle(experiment& lab, const disturbance& what, const conditions& how, const stall_watch& watch,
                              const std::function<bool(const idle_report&)>& tell)
{
    auto by = lab.observe(false);
    if (!by) {
        return std::unexpected(by.error());
    }
    if (auto normal = lab.wait_until_normal(*by); !normal) {
        return std::unexpected(normal.error());
    }
    const auto busy = lab::start_busy_loops(what.loops);
    if (!busy) {
        return std::unexpected(busy.error());
    }
    const std::string active = lab.lan().hosts().front().role();
    const std::vector<duration> cpu_before = cpu_times(lab);
    const time_point started = now();
    sleeper standby(lab, what, how.seed);
    delayer cable(lab, what, how.seed);
    const auto look = [&] {
        const auto client = by->client.report();
        const auto stalls = watch.stalls_since(started);
        return idle_report{
            .length = now() - started,
            .takeovers = count_takeovers(by->capture.adverts(), active, lab.contender().advert),
            .freezes = standby.freezes(),
            .holds = cable.holds(),
            .probes = client.sent,
            .lost = client.lost(),
            .duplicates = client.duplicates,
            .longest_gap = client.longest_gap,
            .machine_stall = longest_within(stalls, started, now()),
            .machine_stalls = static_cast<std::uint64_t>(
                std::ranges::count_if(stalls, [&](const stall& each) { return each.length() > how.stall_limit; })),
            .loads = loads_since(cpu_before, lab, now() - started),
        };
    };
    time_point next_report = started;
    while (now() < started + what.length) {
        standby.act();
        cable.act();
        if (now() >= next_report) {
            if (!tell(look())) {
                break;
            }
            next_report = now() + 1s;
        }
        std::this_thread::sleep_for(20ms);
    }
    by->client.stop();
    by->capture.stop();
    return look();
}

} // namespace xvrrp::failover
