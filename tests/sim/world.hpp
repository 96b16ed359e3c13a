// SPDX-License-Identifier: BSD-2-Clause
//
// Hosts on one segment that loses, delays and partitions; time is a queue of what happens next.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "host.hpp"

namespace xvrrp::sim {

enum class traffic : std::uint8_t { adverts, probes };

/// How the segment treats each copy of an advert, each probe and reply, and how late daemons wake up.
struct weather {
    duration least_delay = std::chrono::microseconds(20);
    duration most_delay = std::chrono::microseconds(500);
    unsigned loss_percent = 0;
    unsigned probe_loss_percent = 0; ///< of probes and replies
    duration most_lateness = std::chrono::microseconds(300);
    unsigned stall_percent = 0; ///< how often a prober is late by up to `longest_stall`
    duration longest_stall{};
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
    void cut_power(host& which);
    void tell(host& which, const core::event& what);
    void reconfigure(host& which, const core::router_settings& settings);
    void freeze(host& which, duration span, bool noticed = false);
    void thaw(host& which);

    /// Hosts with the same number hear each other.
    void partition(const std::vector<unsigned>& sides) { sides_ = sides; }
    /// What one host sends doesn't reach the other any more; of probes, replies neither.
    void deafen(const host& from, const host& to, traffic kind);
    void heal();

    [[nodiscard]] time_point now() const { return now_; }
    [[nodiscard]] std::vector<std::unique_ptr<host>>& hosts() { return hosts_; }
    [[nodiscard]] std::vector<host*> active();
    [[nodiscard]] std::vector<host*> serving();
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
    void plan_probing(host& which);
    void send_probe(host& sender, const ip_address& to, core::probe_number which);
    void answer_probe(host& sender, const host& reflector, core::probe_number which);
    [[nodiscard]] std::optional<duration> probe_delay(const host& from, const host& to);
    void deliver(const host& sender, priority value);
    void hand_over(host& receiver, core::advert heard);
    [[nodiscard]] std::size_t index_of(const host& which) const;

    dice chance_;
    journal log_;
    std::vector<std::unique_ptr<host>> hosts_;
    std::vector<unsigned> sides_;
    std::set<std::tuple<std::size_t, std::size_t, traffic>> deaf_;
    std::map<const host*, time_point> waking_;  ///< the deadline for which a host is going to wake
    std::map<const host*, time_point> probing_; ///< when the prober of a host is going to wake
    std::map<std::pair<std::size_t, std::size_t>, time_point> last_delivery_;
    std::priority_queue<happening> queue_;
    time_point now_{std::chrono::seconds(1000)};
    std::uint64_t order_ = 0;
    bool watching_ = false;
    duration unserved_{};
};

} // namespace xvrrp::sim
