// SPDX-License-Identifier: BSD-2-Clause
//
// The state machine of one virtual router: one VRID of one address family on one interface (RFC 9568 6.4, RFC 3768 6.4).
// Pure: no clock, socket, log or exception. The daemon runs it on its loop's thread; the tests, the simulator and the
// fuzzer run the same type.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/action.hpp"
#include "core/announce_schedule.hpp"
#include "core/event.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// What doesn't change while the router runs; `reconfigure` exchanges it.
struct router_settings {
    vrrp_version version = vrrp_version::v2;
    xvrrp::priority base_priority{100};
    duration advertisement_interval = std::chrono::seconds(1);
    bool preempt_mode = true;
    duration preempt_delay{0};
    bool start_as_active = false; ///< keepalived's `state MASTER`; has an effect for the owner alone
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
    /// after it, whoever runs the router asks the kernel's record for adverts not yet seen.
    [[nodiscard]] std::optional<time_point> active_down_deadline() const;

    /// New settings without a transition: timers are kept unless the interval changed.
    [[nodiscard]] std::vector<action> reconfigure(const router_settings& settings, time_point now);

    [[nodiscard]] core::state state() const;
    [[nodiscard]] std::uint32_t faults() const; ///< bits of core::fault
    [[nodiscard]] xvrrp::priority effective_priority() const;
    [[nodiscard]] time_point since() const; ///< of the last transition
    /// The Active router that a Backup follows, with its last advert.
    [[nodiscard]] const std::optional<advert>& followed() const;
    [[nodiscard]] duration active_advertisement_interval() const; ///< RFC 9568 6.1 Active_Adver_Interval
};

} // namespace xvrrp::core
