// SPDX-License-Identifier: BSD-2-Clause
//
// What a router does about an advert, state by state. Every deadline counts from the advert's kernel stamp: an advert
// that waited in a queue, because this process was stalled, is as good as one read at once.
#include <algorithm>
#include <variant>

#include "core/router.hpp"

namespace xvrrp::core {

namespace {

constexpr duration longest_interval = std::chrono::seconds(255); // RFC 3768 5.3.7
constexpr duration least_time_active = std::chrono::seconds(1);  // S-X8

} // namespace

router::cause router::because_of(reason why, const advert& heard)
{
    return {.why = why, .other = heard.source, .other_priority = heard.priority};
}

void router::handle(const advert& what, time_point now, actions& out)
{
    if (state() == core::state::initialize || what.source == primary_) { // S-I3, RX-19
        return;
    }
    advert heard = what;
    heard.stamp = std::min(heard.stamp, now);
    if (!heard_.is_new(heard.source, heard.stamp)) {
        return;
    }
    std::visit([&](auto& data) { hear(data, heard, now, out); }, data_);
}

void router::hear(in_initialize&, const advert&, time_point, actions&) {}

void router::hear(in_backup& data, const advert& heard, time_point, actions& out)
{
    weigh_against_health(data, heard);
    if (heard.stamp < data.timer_from) {
        return;
    }
    if (is_followed(heard.source)) {
        note_yielding(data, heard);
        followed_ = heard;
    }
    if (heard.priority == leaving_priority) { // S-B3; repeated, it doesn't put the takeover off
        out.emplace_back(notice{notice_kind::priority_zero_received, heard.source, heard.priority});
        if (!data.priority_zero) {
            data.priority_zero = heard;
            data.timer_from = heard.stamp;
        }
        return;
    }
    note_rival(heard, out);
    if (heard.priority >= effective_) {
        data.lower_since.reset();
    } else if (!data.lower_since) {
        data.lower_since = heard.stamp;
    }
    if (is_discarded(data, heard)) { // S-B5
        data.discarded = heard;
        yield_lowered(data, heard);
        return;
    }
    data.timer_from = heard.stamp; // S-B4
    data.priority_zero.reset();
    data.discarded.reset();
    if (takes_over_following(data, heard)) {
        follow_and_learn(heard, out);
    }
}

void router::hear(in_active& data, const advert& heard, time_point now, actions& out)
{
    if (heard.stamp <= data.history) {
        return;
    }
    if (heard.priority == leaving_priority) { // S-M3
        out.emplace_back(notice{notice_kind::priority_zero_received, heard.source, heard.priority});
        send_now(out);
        data.next_advert = now + own_interval();
        return;
    }
    note_rival(heard, out);
    if (owner() && settings_.owner_ignore_adverts) {
        return;
    }
    const bool better = heard.priority > effective_ || (heard.priority == effective_ && heard.source > primary_);
    if (better) {
        step_down(heard, now, out);
        return;
    }
    // S-M5, in both versions as keepalived does it; Adver_Timer keeps running.
    out.emplace_back(notice{notice_kind::lower_priority_advert, heard.source, heard.priority});
    if (!settings_.lower_prio_no_advert) {
        send_now(out);
    }
    if (const std::uint32_t rounds = announcements_.lower_priority_heard(now); rounds > 0) {
        out.emplace_back(announce{rounds});
    }
}

/// The successor has announced itself: an ARP answer of ours that came later would undo that.
void router::hear(in_leaving& data, const advert& heard, time_point now, actions& out)
{
    constexpr duration settling = std::chrono::milliseconds(50);
    if (heard.priority == leaving_priority || heard.stamp < since_ || data.fence_at) {
        return;
    }
    if (data.resigns && !data.shutdown_seen && !stops(faults_)) {
        restrain_by(true, false, out);
        give_way(because_of(reason::sync_group, heard), heard, now, out);
        return;
    }
    data.fence_at = heard.stamp + settling;
    restrain_by(true, false, out);
}

void router::note_rival(const advert& heard, actions& out)
{
    if (heard.priority != effective_ || !heard_.tell_once(heard.source)) {
        return;
    }
    const notice_kind kind = owner() ? notice_kind::another_owner : notice_kind::equal_priority; // S-X4
    out.emplace_back(notice{kind, heard.source, heard.priority});
}

/// S-B5: a lower priority is discarded by a router that preempts, so that its Active_Down_Timer runs out. An owner
/// always preempts (S-X1). preempt_delay puts that off, counted from the first such advert.
bool router::is_discarded(const in_backup& data, const advert& heard) const
{
    if (!data.lower_since) {
        return false;
    }
    if (owner()) {
        return true;
    }
    if (!settings_.preempt_mode) {
        return settings_.leave_if_degraded && is_degraded(data, heard);
    }
    return heard.stamp - *data.lower_since >= settings_.preempt_delay;
}

bool router::is_degraded(const in_backup& data, const advert& heard) const
{
    return is_followed(heard.source) && heard.priority < data.peer_best && heard.priority < effective_;
}

/// The better of two Active routers is followed; a worse one only once the better has missed an advert, or is gone and
/// we aren't about to succeed it.
bool router::takes_over_following(const in_backup& data, const advert& heard) const
{
    if (!followed_ || is_followed(heard.source)) {
        return true;
    }
    if (is_gone(data.peer.health) && !data.soon) {
        return true;
    }
    if (heard.priority != followed_->priority) {
        if (heard.priority > followed_->priority) {
            return true;
        }
    } else if (heard.source > followed_->source) {
        return true;
    }
    return heard.stamp - followed_->stamp > followed_->interval * 3 / 2;
}

void router::follow_and_learn(const advert& heard, actions& out)
{
    const bool another = !is_followed(heard.source);
    followed_ = heard;
    if (another) {
        if (auto* data = std::get_if<in_backup>(&data_)) {
            data->peer = {};
            data->peer_alive = heard.stamp;
            data->yielding = false;
            data->peer_best = heard.priority;
            data->soon.reset();
        }
        out.emplace_back(follow{heard.source});
    }
    const bool usable = heard.interval > duration::zero() && heard.interval <= longest_interval;
    if (settings_.version == vrrp_version::v2 || !usable || heard.interval == learned_interval_) {
        return;
    }
    learned_interval_ = heard.interval; // RX-12
    if (learned_interval_ != own_interval()) {
        out.emplace_back(notice{notice_kind::interval_differs, heard.source, heard.priority});
    }
}

/// S-M4. The addresses go last, and quietly: the better router has announced itself already, and a late ARP answer of
/// ours would undo that.
void router::step_down(const advert& heard, time_point now, actions& out)
{
    const reason why = heard.priority > effective_ ? reason::higher_priority : reason::equal_priority_address;
    restrain_by(true, false, out);
    // Not in the RFC: after a partition neighbours hold whom they heard last, and the winner knows of no other. A last,
    // losing advert makes it announce itself (S-M5).
    send_now(out);
    if (now - since_ < least_time_active) {
        out.emplace_back(notice{notice_kind::flapping, heard.source, heard.priority});
    }
    give_way(because_of(why, heard), heard, now, out);
}

/// To a router that has announced itself.
void router::give_way(const cause& why, const advert& heard, time_point now, actions& out)
{
    enter(in_backup{.timer_from = heard.stamp, .priority_zero = {}, .discarded = {}, .lower_since = {}}, why, now, out);
    follow_and_learn(heard, out);
    out.emplace_back(release_addresses{});
    restrain_by(false, false, out);
}

} // namespace xvrrp::core
