// SPDX-License-Identifier: BSD-2-Clause
//
// The state machine of one virtual router: one VRID of one address family on one interface (RFC 9568 6.4, RFC
// 3768 6.4). Pure: no clock, socket, log or exception. The daemon runs it on its loop's thread; the tests, the
// simulator and the fuzzer run the same type.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/action.hpp"
#include "core/announce_schedule.hpp"
#include "core/event.hpp"
#include "core/heard_sources.hpp"
#include "core/timers.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// What doesn't change while the router runs; `reconfigure` exchanges it.
struct router_settings {
    vrrp_version version = vrrp_version::v2;
    xvrrp::priority base_priority{100};
    duration advertisement_interval = std::chrono::seconds(1);
    bool preempt_mode = true;
    duration preempt_delay{0};
    /// Without preempt_mode: the followed router is preempted all the same while it advertises less than it did since
    /// we follow it, and less than we would.
    bool leave_if_degraded = false;
    std::uint32_t down_timer_adverts =
        standard_missing_adverts;      ///< at least 1; Active_Down_Interval has so many intervals
    bool lower_prio_no_advert = false; ///< no advert in answer to a losing one (S-M5)
    /// Of an owner: what others advertise changes nothing. Two owners answer each other for ever then.
    bool owner_ignore_adverts = false;
    /// Without preempt_mode: an Active router whose advert is late by more than Active_Down_Interval of a Backup with
    /// this priority, less an interval, gives up, because another may be Active by now.
    std::optional<xvrrp::priority> timer_expired_backup;
    bool in_sync_group = false; ///< doesn't become Active by itself, but when told group_takes_over
    announce_settings announcements;
    friend bool operator==(const router_settings&, const router_settings&) = default;
};

class router {
public:
    router(const router_settings& settings, ip_address primary);

    /// Total: any event in any state. `now` never runs backwards. The actions are to be executed in their order.
    [[nodiscard]] std::vector<action> step(const event& what, time_point now);
    /// When `deadline` is due; none when the router waits for nothing. May lie in the past.
    [[nodiscard]] std::optional<time_point> next_deadline() const;
    /// The part of next_deadline() that is a belief in silence: Active_Down_Timer. Before `deadline` is stepped at or
    /// after it, whoever runs the router asks the kernel's record for adverts not yet seen. The ranked wait after
    /// `peer_changed` isn't part of it: silence is no evidence there.
    [[nodiscard]] std::optional<time_point> active_down_deadline() const;

    /// Of a router in a sync group: it is Backup, and would be Active but for the group.
    [[nodiscard]] bool wants_active() const;

    /// New settings without a transition: timers are kept unless the interval changed.
    [[nodiscard]] std::vector<action> reconfigure(const router_settings& settings, time_point now);

    [[nodiscard]] core::state state() const;
    [[nodiscard]] std::uint32_t faults() const; ///< bits of core::fault
    [[nodiscard]] xvrrp::priority effective_priority() const;
    [[nodiscard]] time_point since() const; ///< of the last transition
    /// The Active router that a Backup follows, with its last advert.
    [[nodiscard]] const std::optional<advert>& followed() const;
    [[nodiscard]] duration active_advertisement_interval() const; ///< RFC 9568 6.1 Active_Adver_Interval

private:
    using actions = std::vector<action>;

    /// What a Backup knows of the router that it follows beyond its adverts.
    struct peer_view {
        peer_health health = peer_health::unknown;
        time_point since;
        duration rank_unit{};
    };
    /// A Backup about to become Active before Active_Down_Timer: the better ones first.
    struct ranked_wait {
        reason why = reason::probes_lost;
        time_point since; ///< what is stamped later can cancel it
        time_point from;  ///< what it counts from
    };

    struct in_initialize {};
    struct in_backup {
        time_point timer_from; ///< what Active_Down_Timer counts from; whatever is stamped earlier is history
        std::optional<advert> priority_zero;   ///< S-B3: the timer is Skew_Time
        std::optional<advert> discarded;       ///< S-B5: the last one since timer_from
        std::optional<time_point> lower_since; ///< when a lower-priority Active router was first heard: preempt_delay
        peer_view peer = {};                   ///< of the followed router
        time_point peer_alive = {};            ///< its last advert but for priority 0
        bool yielding = false;                 ///< the followed router has lowered its priority below ours
        xvrrp::priority peer_best{};           ///< the highest priority that the followed router has advertised
        std::optional<advert> rival = {};      ///< the last one of another router, of at least our priority
        std::optional<ranked_wait> soon = std::nullopt;
        std::optional<time_point> asked = std::nullopt; ///< the sync group, which hasn't decided to take over
    };
    struct in_active {
        time_point next_advert; ///< Adver_Timer
        time_point history;     ///< adverts stamped until then had their effect, or came before startup (S-I3)
    };
    struct in_leaving {
        time_point give_up;                 ///< no successor will come after this
        std::optional<time_point> fence_at; ///< the successor was heard
        bool shutdown_seen = false;
        bool resigns = false; ///< with its sync group: to be Backup again
    };
    /// In the order of core::state.
    using state_data = std::variant<in_initialize, in_backup, in_active, in_leaving>;

    /// Who or what made the state change.
    struct cause {
        reason why = reason::startup;
        std::optional<ip_address> other = std::nullopt;
        xvrrp::priority other_priority{};
    };
    static cause because_of(reason why, const advert& heard);

    void handle(const startup& what, time_point now, actions& out);
    void handle(const shutdown& what, time_point now, actions& out);
    void handle(const deadline& what, time_point now, actions& out);
    void handle(const advert& what, time_point now, actions& out);
    void handle(const fault_set& what, time_point now, actions& out);
    void handle(const fault_cleared& what, time_point now, actions& out);
    void handle(const priority_changed& what, time_point now, actions& out);
    void handle(const primary_changed& what, time_point now, actions& out);
    void handle(const address_lost& what, time_point now, actions& out);
    void handle(const peer_changed& what, time_point now, actions& out);
    void handle(const deposed& what, time_point now, actions& out);
    void handle(const group_takes_over& what, time_point now, actions& out);
    void handle(const group_left_active& what, time_point now, actions& out);
    void handle(const group_contested& what, time_point now, actions& out);

    void hear(in_initialize& data, const advert& heard, time_point now, actions& out);
    void hear(in_backup& data, const advert& heard, time_point now, actions& out);
    void hear(in_active& data, const advert& heard, time_point now, actions& out);
    void hear(in_leaving& data, const advert& heard, time_point now, actions& out);
    void note_rival(const advert& heard, actions& out);
    [[nodiscard]] bool is_discarded(const in_backup& data, const advert& heard) const;
    [[nodiscard]] bool is_degraded(const in_backup& data, const advert& heard) const;
    [[nodiscard]] bool takes_over_following(const in_backup& data, const advert& heard) const;
    void follow_and_learn(const advert& heard, actions& out);
    void step_down(const advert& heard, time_point now, actions& out);
    void fall_back(const advert& heard, time_point now, actions& out);
    void give_way(const cause& why, const advert& heard, time_point now, actions& out);

    void weigh_against_health(in_backup& data, const advert& heard) const;
    void note_yielding(in_backup& data, const advert& heard) const;
    void yield_lowered(in_backup& data, const advert& heard) const;
    static void wait_by_rank(in_backup& data, const ranked_wait& wait);
    [[nodiscard]] static bool is_succeeded(const in_backup& data, time_point since);
    [[nodiscard]] bool is_followed(const ip_address& source) const;
    [[nodiscard]] bool still_stands(const in_backup& data) const;
    [[nodiscard]] std::optional<time_point> ranked_deadline(const in_backup& data) const;
    [[nodiscard]] static bool has_asked(const in_backup& data, time_point deadline);
    [[nodiscard]] time_point silence_deadline(const in_backup& data) const;
    void end_backup(time_point now, actions& out);
    void take_over(in_backup& data, time_point now, actions& out);

    void run_if_allowed(time_point now, actions& out);
    void become_active(const cause& why, time_point history, time_point now, actions& out);
    [[nodiscard]] cause cause_of_silence(const in_backup& data) const;
    void continue_active(in_active& data, time_point now, actions& out);
    [[nodiscard]] bool is_too_late(const in_active& data, time_point now) const;
    void leave(reason why, time_point now, actions& out);
    void finish_leaving(time_point now, actions& out);
    void send_now(actions& out) const;
    void set_effective(xvrrp::priority value, actions& out);
    void restrain_by(bool quiet, bool fenced, actions& out);
    void enter(const state_data& next, const cause& why, time_point now, actions& out);

    [[nodiscard]] bool owner() const { return settings_.base_priority == owner_priority; }
    [[nodiscard]] duration own_interval() const;
    [[nodiscard]] time_point down_deadline(const in_backup& data) const;

    router_settings settings_;
    ip_address primary_;
    xvrrp::priority effective_;
    duration learned_interval_; ///< version 3: of the Active router; version 2 has the configured one alone
    state_data data_;
    time_point since_{};
    std::uint32_t faults_ = 0;
    bool started_ = false;
    bool restrained_ = false;
    std::optional<advert> followed_;
    heard_sources heard_;
    announce_schedule announcements_;
};

} // namespace xvrrp::core
