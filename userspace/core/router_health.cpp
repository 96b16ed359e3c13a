// SPDX-License-Identifier: BSD-2-Clause
//
// What a router does about what S-BFD tells of the router that it follows, and about a fence that XDP has put around
// it. Nothing here makes a timer of RFC 9568 longer.
#include <algorithm>
#include <tuple>

#include "core/router.hpp"

namespace xvrrp::core {

void router::handle(const peer_changed& what, time_point now, actions& out)
{
    auto* const data = std::get_if<in_backup>(&data_);
    if (data == nullptr || !is_followed(what.source)) {
        return;
    }
    const time_point since = std::min(what.since, now);
    data->peer = {.health = what.health, .since = since, .rank_unit = std::max(what.rank_unit, duration::zero())};
    if (!is_gone(what.health)) {
        if (data->soon && data->soon->why != reason::peer_yielded) {
            data->soon.reset();
        }
        return;
    }
    if (data->peer_alive > since) {
        data->peer.health = peer_health::unknown;
        return;
    }
    if (is_succeeded(*data, since)) {
        follow_and_learn(advert(*data->rival), out);
        return;
    }
    const bool dead = what.health == peer_health::dead;
    wait_by_rank(*data,
                 {.why = dead ? reason::peer_dead : reason::probes_lost, .since = since, .from = dead ? since : now});
}

/// The addresses go behind a fence of our own, because XDP's ends by itself; then it is lifted. No last advert as in
/// step_down: the other router has announced itself, and knows of us.
void router::fall_back(const advert& heard, time_point now, actions& out)
{
    restrain_by(true, true, out);
    const bool lower = heard.priority < effective_;
    enter(in_backup{.timer_from = heard.stamp,
                    .priority_zero = {},
                    .discarded = {},
                    .lower_since = lower ? std::optional(heard.stamp) : std::nullopt},
          because_of(reason::deposed, heard), now, out);
    follow_and_learn(heard, out);
    out.emplace_back(release_addresses{});
    restrain_by(false, false, out);
}

void router::handle(const deposed& what, time_point now, actions& out)
{
    const advert heard{.stamp = std::min(what.stamp, now),
                       .source = what.by,
                       .mac = {},
                       .priority = what.priority,
                       .interval = what.interval};
    std::ignore = heard_.is_new(heard.source, heard.stamp); // it waits in the queue as well
    restrained_ = true;                                     // by XDP; whoever goes on lifts it
    switch (state()) {
    case core::state::initialize:
        break;
    case core::state::backup:
        restrain_by(false, false, out);
        break;
    case core::state::active:
        fall_back(heard, now, out);
        break;
    case core::state::leaving: // the successor that it waited for
        finish_leaving(now, out);
        break;
    }
}

/// An advert that is stamped after the loss refutes it, and after a death says that the router is back. Priority 0 says
/// neither: a supervisor sends it for a daemon that is dead.
void router::weigh_against_health(in_backup& data, const advert& heard) const
{
    const bool from_rival = data.rival && data.rival->source == heard.source;
    if (heard.priority == leaving_priority) {
        if (from_rival) {
            data.rival.reset();
        }
        return;
    }
    if (!is_followed(heard.source)) {
        if (heard.priority >= effective_ && (!data.rival || heard.stamp > data.rival->stamp)) {
            data.rival = heard;
        }
        if (data.soon && is_succeeded(data, data.soon->since)) {
            data.soon.reset();
        }
        return;
    }
    if (is_gone(data.peer.health) && heard.stamp > data.peer.since) {
        data.peer.health = peer_health::unknown;
        data.soon.reset();
    }
}

/// Called with an advert of the followed router before it replaces the last one.
void router::note_yielding(in_backup& data, const advert& heard) const
{
    if (heard.priority == leaving_priority) {
        if (data.peer.health == peer_health::dead) {
            wait_by_rank(data, {.why = reason::peer_yielded, .since = data.peer.since, .from = heard.stamp});
        }
        return;
    }
    data.peer_alive = heard.stamp;
    data.peer_best = std::max(data.peer_best, heard.priority);
    if (heard.priority >= effective_) {
        data.yielding = false;
        if (data.soon && data.soon->why == reason::peer_yielded) {
            data.soon.reset();
        }
    } else if (followed_->priority >= effective_) {
        data.yielding = true;
    }
}

/// Its priority alone is no reason for haste: a router of lower priority that serves may be preempted when RFC 9568
/// says so. One that lowered it wants to be relieved.
void router::yield_lowered(in_backup& data, const advert& heard) const
{
    const bool yields = data.yielding || (!settings_.preempt_mode && is_degraded(data, heard));
    if (yields && is_followed(heard.source) && data.peer.health == peer_health::capable) {
        wait_by_rank(data, {.why = reason::peer_yielded, .since = heard.stamp, .from = heard.stamp});
    }
}

/// The first reason stands; none does if a router of at least our priority was heard since.
void router::wait_by_rank(in_backup& data, const ranked_wait& wait)
{
    if (!data.soon && !is_succeeded(data, wait.since)) {
        data.soon = wait;
    }
}

bool router::is_succeeded(const in_backup& data, time_point since)
{
    return data.rival && data.rival->stamp > since;
}

bool router::is_followed(const ip_address& source) const
{
    return followed_ && followed_->source == source;
}

/// Our priority or our settings may have changed since the other router yielded.
bool router::still_stands(const in_backup& data) const
{
    if (data.soon->why != reason::peer_yielded || followed_->priority == leaving_priority) {
        return true;
    }
    return followed_->priority < effective_ && is_discarded(data, *followed_);
}

std::optional<time_point> router::ranked_deadline(const in_backup& data) const
{
    if (!data.soon) {
        return std::nullopt;
    }
    return data.soon->from + (256 - effective_.value) * data.peer.rank_unit / 256;
}

} // namespace xvrrp::core
