// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/timeline.hpp"

#include <chrono>

namespace xvrrp::runtime {

namespace {

std::optional<time_point> reached(time_point stage)
{
    return stage == time_point{} ? std::nullopt : std::optional(stage);
}

/// When the loss came to be known, before the wait that ranks Backups.
std::optional<time_point> loss_detected(const core::transition& change, const before_step& before)
{
    switch (change.why) {
    case core::reason::probes_lost:
    case core::reason::peer_dead:
        return reached(before.health.noticed);
    case core::reason::active_down_timer:
    case core::reason::preempted:
        return before.down_deadline;
    case core::reason::priority_zero:
    case core::reason::peer_yielded:
        return before.followed ? std::optional(before.followed->stamp) : std::nullopt;
    default:
        return std::nullopt;
    }
}

} // namespace

before_step look_before(const instance& who, const known_health& health)
{
    return {.followed = who.router.followed(),
            .down_deadline = who.router.active_down_deadline(),
            .interval = who.router.active_advertisement_interval(),
            .health = health};
}

failover timeline_of(const instance& who, const core::transition& change, const before_step& before, time_point decided)
{
    const auto ago = std::chrono::steady_clock::now() - decided;
    failover made{.instance = who.config.name,
                  .when = std::chrono::system_clock::now() -
                          std::chrono::duration_cast<std::chrono::system_clock::duration>(ago),
                  .change = change,
                  .faults = who.router.faults(),
                  .decided = decided,
                  .last_advert = std::nullopt,
                  .first_unanswered_probe = std::nullopt,
                  .loss_detected = loss_detected(change, before),
                  .addresses_in_place = std::nullopt,
                  .advert_sent = std::nullopt,
                  .first_garp_sent = std::nullopt,
                  .last_garp_sent = std::nullopt,
                  .first_packet = std::nullopt};
    if (before.followed) {
        made.last_advert = before.followed->stamp;
    }
    if (change.why == core::reason::probes_lost) {
        made.first_unanswered_probe = before.health.since;
    }
    if (change.to == core::state::active && who.takeover) {
        made.addresses_in_place = reached(who.takeover->addresses_in_place);
        made.advert_sent = reached(who.takeover->advert_sent);
        made.first_garp_sent = reached(who.takeover->first_garp_sent);
        made.last_garp_sent = reached(who.takeover->first_round_sent);
    }
    return made;
}

} // namespace xvrrp::runtime
