// SPDX-License-Identifier: BSD-2-Clause
//
// What tracking does to a router's priority. Pure; used by plan and runtime, which know what is up and what is down,
// and by core/router.
#pragma once

#include <cstdint>
#include <optional>

#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// What tracked objects add up to.
struct tracking_effect {
    int delta = 0;      ///< to be added to the base priority
    bool fault = false; ///< one of them forbids to run
    bool waits = false; ///< whether one of them forbids to run isn't known yet
    tracking_effect& operator+=(const tracking_effect& more);
    friend bool operator==(const tracking_effect&, const tracking_effect&) = default;
};

/// keepalived's rule, for interfaces that are up and scripts that succeed: a positive weight is added while it is so, a
/// negative one while it isn't; with `reverse` they are subtracted. Without a weight it is a fault if it isn't so, with
/// `reverse` if it is.
[[nodiscard]] tracking_effect effect_of(const tracked_interface& tracked, bool up);

/// What is known of a tracked script. Pending: it has no result yet, or none since its command changed.
enum class script_verdict : std::uint8_t { pending, good, bad };

/// A weight has no effect while the verdict is pending.
[[nodiscard]] tracking_effect effect_of(const tracked_script& tracked, script_verdict verdict);

/// As with scripts; none: they weren't looked for yet.
[[nodiscard]] tracking_effect effect_of(const tracked_process& tracked, std::optional<bool> running);

/// keepalived's rule: the number in the file times the weight is added, with `reverse` subtracted, up to 253; -254 and
/// less is a fault. Without a weight a number other than 0 is a fault, with `reverse` 0 is. None: it wasn't read yet.
[[nodiscard]] tracking_effect effect_of(const tracked_file& tracked, std::optional<int> number);

/// Base and the sum of what tracking adds, within 1 to 254; an owner stays 255 (RFC 9568 6.1).
[[nodiscard]] priority effective_priority(priority base, int delta);

} // namespace xvrrp::core
