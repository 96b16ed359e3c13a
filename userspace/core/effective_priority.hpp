// SPDX-License-Identifier: BSD-2-Clause
//
// What tracking does to a router's priority. Pure; used by plan and runtime, which know what is up and what is down,
// and by core/router.
#pragma once

#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// What tracked objects add up to.
struct tracking_effect {
    int delta = 0;      ///< to be added to the base priority
    bool fault = false; ///< one of them forbids to run
    tracking_effect& operator+=(const tracking_effect& more);
    friend bool operator==(const tracking_effect&, const tracking_effect&) = default;
};

/// keepalived's rule: a positive weight counts while the interface is up, a negative one while it is down; without a
/// weight an interface that is down is a fault. `reverse` exchanges up and down.
[[nodiscard]] tracking_effect effect_of(const tracked_interface& tracked, bool up);

/// Base and the sum of what tracking adds, within 1 to 254; an owner stays 255 (RFC 9568 6.1).
[[nodiscard]] priority effective_priority(priority base, int delta);

} // namespace xvrrp::core
