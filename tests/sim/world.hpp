// SPDX-License-Identifier: BSD-2-Clause
//
// Hosts on one segment that loses, delays and partitions; time is a queue of what happens next.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "host.hpp"

namespace xvrrp::sim {

/// How the segment treats each copy of an advert, and how late daemons wake up.
struct weather {
    duration least_delay = std::chrono::microseconds(20);
    duration most_delay = std::chrono::microseconds(500);
    unsigned loss_percent = 0;
    duration most_lateness = std::chrono::microseconds(300);
};

class world {
public:
    explicit world(std::uint64_t seed);

    host& add(const core::router_settings& settings, ip_address address);
    void at(time_point when, std::function<void()> what);
    void run_until(time_point when);
    void run_for(duration span) { run_until(now_ + span); }

    // Changes to a host come through here, so that its new deadline and its adverts are seen to.
    void boot(host& which);
    // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a change to a host like the others
    void cut_power(host& which) { which.cut_power(); }
    void tell(host& which, const core::event& what);
    void reconfigure(host& which, const core::router_settings& settings);
    void freeze(host& which, duration span);
    void thaw(host& which);

    /// Hosts with the same number hear each other.
    void partition(const std::vector<unsigned>& sides) { sides_ = sides; }
    void heal() { sides_.assign(hosts_.size(), 0); }

    [[nodiscard]] time_point now() const { return now_; }
    [[nodiscard]] std::vector<std::unique_ptr<host>>& hosts() { return hosts_; }
    [[nodiscard]] std::vector<host*> active();
    [[nodiscard]] unsigned transitions() const;
    /// Time during which nobody served the addresses, since `watch_service`.
    void watch_service();
    [[nodiscard]] duration unserved() const { return unserved_; }
    [[nodiscard]] journal& log() { return log_; }
    [[nodiscard]] dice& chance() { return chance_; }
    weather conditions;

private:
    struct happening {
        time_point when;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const happening& other) const
        {
            return when != other.when ? when > other.when : order > other.order; // the earliest on top
        }
    };
    void pass_time(time_point until);
    void settle(host& which);
    void deliver(const host& sender, priority value);
    void hand_over(host& receiver, core::advert heard);
    [[nodiscard]] std::size_t index_of(const host& which) const;

    dice chance_;
    journal log_;
    std::vector<std::unique_ptr<host>> hosts_;
    std::vector<unsigned> sides_;
    std::map<std::pair<std::size_t, std::size_t>, time_point> last_delivery_;
    std::priority_queue<happening> queue_;
    time_point now_{std::chrono::seconds(1000)};
    std::uint64_t order_ = 0;
    bool watching_ = false;
    duration unserved_{};
};

} // namespace xvrrp::sim
