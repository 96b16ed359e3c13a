// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "core/effective_priority.hpp"

#include <algorithm>

namespace xvrrp::core {

namespace {
constexpr int lowest_running = 1;
constexpr int highest_tracked = 254;
constexpr int widest_delta = 1 << 20; // beyond any base: keeps sums of sums from overflowing
} // namespace

tracking_effect& tracking_effect::operator+=(const tracking_effect& more)
{
    delta = std::clamp(delta + std::clamp(more.delta, -widest_delta, widest_delta), -widest_delta, widest_delta);
    fault = fault || more.fault;
    return *this;
}

tracking_effect effect_of(const tracked_interface& tracked, bool up)
{
    const bool good = up != tracked.reverse;
    if (!tracked.weight) {
        return {.delta = 0, .fault = !good};
    }
    const bool counts = *tracked.weight > 0 ? good : !good;
    return {.delta = counts ? *tracked.weight : 0, .fault = false};
}

priority effective_priority(priority base, int delta)
{
    if (base == owner_priority) {
        return base;
    }
    const int sum = base.value + std::clamp(delta, -widest_delta, widest_delta);
    return priority{static_cast<std::uint8_t>(std::clamp(sum, lowest_running, highest_tracked))};
}

} // namespace xvrrp::core
