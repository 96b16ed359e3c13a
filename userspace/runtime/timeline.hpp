// SPDX-License-Identifier: BSD-2-Clause
//
// Puts the timeline of a change of state together. Pure.
#pragma once

#include <optional>

#include "core/event.hpp"
#include "runtime/failover_log.hpp"
#include "runtime/instance.hpp"
#include "runtime/session_keeper.hpp"

namespace xvrrp::runtime {

/// What a step of the state machine may make it forget.
struct before_step {
    std::optional<core::advert> followed;    ///< the last advert of the router that was followed
    std::optional<time_point> down_deadline; ///< end of Active_Down_Interval
    duration interval{};                     ///< Active_Adver_Interval
    known_health health;                     ///< of the followed router
};

/// `health`: of the router that it follows.
[[nodiscard]] before_step look_before(const instance& who, const known_health& health);

/// `decided`: when the state machine took the step; the stages of a takeover are taken from the instance.
[[nodiscard]] failover timeline_of(const instance& who, const core::transition& change, const before_step& before,
                                   time_point decided);

} // namespace xvrrp::runtime
