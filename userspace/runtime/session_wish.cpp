// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/session_wish.hpp"

#include <algorithm>
#include <map>

#include "core/timers.hpp"

namespace xvrrp::runtime {

namespace {

duration detection_time(const core::detector_settings& settings)
{
    return settings.interval * settings.multiplier;
}

} // namespace

std::optional<session_wish> wish_of(const vrrp_instance& config, const plan::router_plan& plan,
                                    const core::router& router, bool by_socket)
{
    const std::optional<core::advert>& followed = router.followed();
    const bool possible = config.fast_detect.enabled && plan.link && plan.source && followed &&
                          followed->mac != mac_address{} && router.state() == core::state::backup;
    if (!possible) {
        return std::nullopt;
    }
    const duration down = core::active_down_interval(config.version, router.effective_priority(),
                                                     router.active_advertisement_interval(), config.down_timer_adverts);
    return session_wish{
        .target = {.key = {.interface = plan.link->index, .peer = followed->source},
                   .own_mac = plan.link->mac,
                   .peer_mac = followed->mac,
                   .own = *plan.source,
                   .by_socket = by_socket,
                   .detection = {.interval = config.fast_detect.interval,
                                 .multiplier = config.fast_detect.multiplier,
                                 .longest_detection = down,
                                 .phase = followed->stamp}},
        .router = config.vrid,
    };
}

bool same_session(const std::optional<session_wish>& one, const std::optional<session_wish>& other)
{
    if (!one || !other) {
        return one.has_value() == other.has_value();
    }
    session_target aligned = one->target;
    aligned.detection.phase = other->target.detection.phase;
    return aligned == other->target && one->router == other->router;
}

std::vector<session_target> merge_wishes(std::span<const session_wish> wishes)
{
    std::map<session_key, session_wish> merged;
    for (const session_wish& each : wishes) {
        const auto [at, first] = merged.try_emplace(each.target.key, each);
        if (first) {
            continue;
        }
        core::detector_settings& so_far = at->second.target.detection;
        const core::detector_settings& asked = each.target.detection;
        if (detection_time(asked) < detection_time(so_far)) {
            so_far.interval = asked.interval;
            so_far.multiplier = asked.multiplier;
        }
        so_far.longest_detection = std::min(so_far.longest_detection, asked.longest_detection);
        if (each.router < at->second.router) {
            at->second.router = each.router;
            so_far.phase = asked.phase;
        }
    }
    std::vector<session_target> targets;
    targets.reserve(merged.size());
    for (const auto& [key, wish] : merged) {
        targets.push_back(wish.target);
    }
    return targets;
}

} // namespace xvrrp::runtime
