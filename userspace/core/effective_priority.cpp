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

tracking_effect effect_of(std::optional<int> weight, bool reverse, bool good)
{
    if (!weight) {
        return {.delta = 0, .fault = good == reverse};
    }
    const bool counts = (*weight > 0) == good;
    const int direction = reverse ? -1 : 1;
    return {.delta = counts ? direction * *weight : 0, .fault = false};
}

} // namespace

tracking_effect& tracking_effect::operator+=(const tracking_effect& more)
{
    delta = std::clamp(delta + std::clamp(more.delta, -widest_delta, widest_delta), -widest_delta, widest_delta);
    fault = fault || more.fault;
    waits = waits || more.waits;
    return *this;
}

tracking_effect effect_of(const tracked_interface& tracked, bool up)
{
    return effect_of(tracked.weight, tracked.reverse, up);
}

tracking_effect effect_of(const tracked_script& tracked, script_verdict verdict)
{
    if (verdict == script_verdict::pending) {
        return {.delta = 0, .fault = false, .waits = !tracked.weight};
    }
    return effect_of(tracked.weight, tracked.reverse, verdict == script_verdict::good);
}

tracking_effect effect_of(const tracked_process& tracked, std::optional<bool> running)
{
    if (!running) {
        return {.delta = 0, .fault = false, .waits = !tracked.weight};
    }
    return effect_of(tracked.weight, tracked.reverse, *running);
}

tracking_effect effect_of(const tracked_file& tracked, std::optional<int> number)
{
    constexpr std::int64_t fault_from = -254;
    constexpr std::int64_t most = 253;
    if (!number) {
        return {.delta = 0, .fault = false, .waits = true};
    }
    if (!tracked.weight) {
        return {.delta = 0, .fault = (*number != 0) != tracked.reverse};
    }
    const std::int64_t product = static_cast<std::int64_t>(*number) * *tracked.weight * (tracked.reverse ? -1 : 1);
    if (product <= fault_from) {
        return {.delta = 0, .fault = true};
    }
    return {.delta = static_cast<int>(std::min(product, most)), .fault = false};
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
