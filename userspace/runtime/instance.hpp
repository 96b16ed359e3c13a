// SPDX-License-Identifier: BSD-2-Clause
//
// One virtual router as it runs: the pure state machine and, apart from each other, its configuration, its plan, its
// parts that touch the system, and what is counted. Kept by the controller, on the loop's thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "control/snapshot.hpp"
#include "core/router.hpp"
#include "plan/router_plan.hpp"
#include "runtime/address_holder.hpp"
#include "runtime/advert_sender.hpp"
#include "runtime/reception.hpp"
#include "runtime/session_wish.hpp"
#include "track/notifier.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::runtime {

/// When we were late for the end of Active_Down_Interval, the silence isn't believed until `until`.
struct grace_period {
    time_point silence_since; ///< the deadline that it is about
    time_point until;
};

/// Another router counts as heard of until three of its adverts are missing.
inline constexpr int adverts_until_silent = 3;

/// Somebody else who advertises. One advert is what a router says when it steps down; a second Active router says more.
struct rival {
    ip_address source;
    time_point last;
    unsigned adverts = 0;
};

/// The stages of the last takeover; zero points where a stage wasn't reached.
struct takeover_stages {
    time_point decided;
    time_point addresses_in_place;
    time_point advert_sent;
    time_point first_garp_sent;
    time_point first_round_sent;
};

/// A takeover because S-BFD said so: if this router takes the addresses back within `within`, it was a false one.
struct hasty_takeover {
    session_key from;
    time_point decided;
    duration within; ///< its advertisement interval
};

/// Lines that would repeat with every advert are said once in a while.
class repeat_gate {
public:
    /// Whether to say it now; the time without a line is the same for all.
    bool open(std::size_t kind, time_point now);

private:
    std::array<std::optional<time_point>, 8> said_;
};

struct instance {
    instance(vrrp_instance configured, plan::router_plan first_plan);

    vrrp_instance config;
    plan::router_plan planned;
    core::router router;

    advert_sender sender;
    address_holder addresses;
    reception heard_at;

    control::instance_counters counters;
    std::chrono::system_clock::time_point since = std::chrono::system_clock::now();
    std::optional<takeover_stages> takeover;
    bool awaits_first_packet = false;       ///< of the last takeover's timeline
    std::optional<session_wish> probing;    ///< the session with the router that is followed
    bool leads_session = false;             ///< its adverts are what the probes are in phase with
    bool tell_health = false;               ///< it has begun to follow: what is known of that router comes next
    std::optional<hasty_takeover> hasty;    ///< the last one, while it can prove false
    std::uint32_t reported_faults = 0;      ///< bits of core::fault that the router was told of
    std::optional<std::string> setup_error; ///< why the interface can't be used, said once
    std::set<interface_index> promoted;     ///< interfaces whose promote_secondaries was seen to
    std::optional<grace_period> grace;
    time_point newest_followed{};     ///< stamp of the last advert taken in from the followed router
    time_point newest_other{};        ///< and from anybody else
    std::optional<time_point> queued; ///< in the controller's deadline queue
    std::optional<rival> other_active;
    repeat_gate notices;
    std::set<std::pair<int, ip_address>> remarked; ///< accepted oddities already logged: kind and source
    std::optional<track::instance_event> told;     ///< to its notify scripts, of its states the last
    std::optional<std::size_t> group;              ///< its sync group's place in the controller
    bool removed = false;                          ///< a reload took it out; goes when it has left
};

} // namespace xvrrp::runtime
