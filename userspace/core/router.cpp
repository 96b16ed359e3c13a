// SPDX-License-Identifier: BSD-2-Clause
//
// The life of a router: start, deadlines, faults, priorities, taking over and giving up. What adverts do is in
// router_adverts.cpp, what S-BFD and the fence do in router_health.cpp. Ids such as S-B2 name rows of RFC 9568 6.4: B
// is Backup, M is Active (once Master), I is Initialize.
#include "core/router.hpp"

#include <algorithm>
#include <utility>

#include "core/effective_priority.hpp"

namespace xvrrp::core {

namespace {

constexpr duration shortest_interval = centiseconds(1); // RFC 9568 5.2.7
constexpr xvrrp::priority slowest_successor{1};
constexpr duration successor_margin = std::chrono::milliseconds(50);

constexpr std::uint32_t bit(fault reason)
{
    return static_cast<std::uint32_t>(reason);
}

/// Faults with which nothing can be sent, so that there is nobody to say goodbye to.
constexpr bool cuts_off(fault reason)
{
    return reason == fault::interface_missing || reason == fault::link_down;
}

} // namespace

router::router(const router_settings& settings, ip_address primary)
    : settings_(settings), primary_(primary), effective_(core::effective_priority(settings.base_priority, 0)),
      learned_interval_(settings.advertisement_interval), announcements_(settings.announcements)
{
}

std::vector<action> router::step(const event& what, time_point now)
{
    actions out;
    std::visit([this, now, &out](const auto& kind) { this->handle(kind, now, out); }, what);
    return out;
}

std::optional<time_point> router::next_deadline() const
{
    switch (state()) {
    case core::state::initialize:
        return std::nullopt;
    case core::state::backup: {
        const auto& data = std::get<in_backup>(data_);
        const auto ranked = ranked_deadline(data);
        const bool waits = ranked && !has_asked(data, *ranked);
        return std::min(silence_deadline(data), waits ? *ranked : time_point::max());
    }
    case core::state::active: {
        const time_point next_advert = std::get<in_active>(data_).next_advert;
        return std::min(next_advert, announcements_.next().value_or(next_advert));
    }
    case core::state::leaving: {
        const auto& data = std::get<in_leaving>(data_);
        return data.fence_at.value_or(data.give_up);
    }
    }
    return std::nullopt;
}

bool router::wants_active() const
{
    const auto* data = std::get_if<in_backup>(&data_);
    if (data == nullptr) {
        return false;
    }
    const auto ranked = ranked_deadline(*data);
    return has_asked(*data, down_deadline(*data)) || (ranked && has_asked(*data, *ranked) && still_stands(*data));
}

std::optional<time_point> router::active_down_deadline() const
{
    const auto* data = std::get_if<in_backup>(&data_);
    return data != nullptr ? std::optional(silence_deadline(*data)) : std::nullopt;
}

std::vector<action> router::reconfigure(const router_settings& settings, time_point now)
{
    actions out;
    const int tracked_delta = owner() ? 0 : effective_.value - settings_.base_priority.value;
    const bool version_changed = settings.version != settings_.version;
    settings_ = settings;
    announcements_.reconfigure(settings.announcements, state() == core::state::active, now);
    if (!followed_ || version_changed) {
        learned_interval_ = own_interval();
    }
    if (auto* data = std::get_if<in_active>(&data_)) {
        data->next_advert = std::min(data->next_advert, now + own_interval());
    }
    if (auto* data = std::get_if<in_backup>(&data_); data != nullptr && !settings.in_sync_group) {
        data->asked.reset();
    }
    set_effective(core::effective_priority(settings_.base_priority, tracked_delta), out);
    return out;
}

core::state router::state() const
{
    return static_cast<core::state>(data_.index());
}

std::uint32_t router::faults() const
{
    return faults_;
}

xvrrp::priority router::effective_priority() const
{
    return effective_;
}

time_point router::since() const
{
    return since_;
}

const std::optional<advert>& router::followed() const
{
    return followed_;
}

duration router::active_advertisement_interval() const
{
    return settings_.version == vrrp_version::v2 ? own_interval() : learned_interval_;
}

duration router::own_interval() const
{
    return std::max(settings_.advertisement_interval, shortest_interval);
}

time_point router::down_deadline(const in_backup& data) const
{
    const duration interval = active_advertisement_interval();
    return data.timer_from + (data.priority_zero ? skew_time(settings_.version, effective_, interval)
                                                 : active_down_interval(settings_.version, effective_, interval,
                                                                        settings_.down_timer_adverts));
}

void router::handle(const startup&, time_point now, actions& out)
{
    started_ = true;
    if (state() == core::state::initialize) {
        run_if_allowed(now, out);
    }
}

void router::handle(const shutdown&, time_point now, actions& out)
{
    started_ = false;
    switch (state()) {
    case core::state::initialize:
        break;
    case core::state::backup: // S-B1: no advert
        enter(in_initialize{}, {reason::shutdown}, now, out);
        break;
    case core::state::active:
        leave(reason::shutdown, now, out);
        break;
    case core::state::leaving:
        if (std::exchange(std::get<in_leaving>(data_).shutdown_seen, true)) {
            finish_leaving(now, out);
        }
        break;
    }
}

void router::handle(const deadline&, time_point now, actions& out)
{
    if (next_deadline().value_or(time_point::max()) > now) {
        return;
    }
    switch (state()) {
    case core::state::initialize:
        break;
    case core::state::backup:
        end_backup(now, out);
        break;
    case core::state::active:
        continue_active(std::get<in_active>(data_), now, out);
        break;
    case core::state::leaving:
        finish_leaving(now, out);
        break;
    }
}

void router::handle(const fault_set& what, time_point now, actions& out)
{
    faults_ |= bit(what.reason);
    if (!stops(bit(what.reason))) {
        return;
    }
    switch (state()) {
    case core::state::initialize:
        break;
    case core::state::backup:
        enter(in_initialize{}, {reason::fault}, now, out);
        break;
    case core::state::active:
        if (cuts_off(what.reason)) {
            out.emplace_back(release_addresses{});
            enter(in_initialize{}, {reason::fault}, now, out);
        } else {
            leave(reason::fault, now, out);
        }
        break;
    case core::state::leaving:
        if (cuts_off(what.reason)) {
            finish_leaving(now, out);
        }
        break;
    }
}

void router::handle(const fault_cleared& what, time_point now, actions& out)
{
    faults_ &= ~bit(what.reason);
    if (state() == core::state::initialize) {
        run_if_allowed(now, out);
    }
}

void router::handle(const priority_changed& what, time_point, actions& out)
{
    set_effective(core::effective_priority(settings_.base_priority, what.value.value - settings_.base_priority.value),
                  out);
}

void router::handle(const primary_changed& what, time_point, actions&)
{
    primary_ = what.address;
}

void router::handle(const address_lost&, time_point, actions& out)
{
    const auto* leaving = std::get_if<in_leaving>(&data_);
    const bool serves = state() == core::state::active || (leaving != nullptr && !leaving->fence_at);
    if (serves) {
        out.emplace_back(claim_addresses{});
        out.emplace_back(announce{announcements_.addresses_restored()});
    }
}

/// RFC 9568 6.4.1 Startup, S-I1 and S-I2.
void router::run_if_allowed(time_point now, actions& out)
{
    if (!started_ || faults_ != 0) {
        return;
    }
    learned_interval_ = own_interval();
    if (owner()) {
        become_active({reason::owner_startup}, now, now, out);
        return;
    }
    restrain_by(false, false, out);
    enter(in_backup{.timer_from = now, .priority_zero = {}, .discarded = {}, .lower_since = {}}, {reason::startup}, now,
          out);
}

/// Whether the sync group was asked when this deadline was due, and the deadline hasn't been put off since.
bool router::has_asked(const in_backup& data, time_point deadline)
{
    return data.asked && deadline <= *data.asked;
}

/// A group that wasn't ready is asked again.
time_point router::silence_deadline(const in_backup& data) const
{
    const time_point down = down_deadline(data);
    return has_asked(data, down) ? *data.asked + own_interval() : down;
}

/// S-B2, or what S-BFD tells before that.
void router::end_backup(time_point now, actions& out)
{
    auto& data = std::get<in_backup>(data_);
    if (ranked_deadline(data).value_or(time_point::max()) <= now && !still_stands(data)) {
        data.soon.reset();
    } else if (settings_.in_sync_group) {
        data.asked = now;
    } else {
        take_over(data, now, out);
    }
}

void router::take_over(in_backup& data, time_point now, actions& out)
{
    const time_point history = data.timer_from;
    if (ranked_deadline(data).value_or(time_point::max()) <= now && still_stands(data)) {
        become_active(because_of(data.soon->why, *followed_), history, now, out);
    } else if (down_deadline(data) <= now) {
        become_active(cause_of_silence(data), history, now, out);
    } else {
        become_active({reason::sync_group}, history, now, out);
    }
}

void router::handle(const group_takes_over&, time_point now, actions& out)
{
    if (auto* data = std::get_if<in_backup>(&data_)) {
        take_over(*data, now, out);
        return;
    }
    const auto* leaving = std::get_if<in_leaving>(&data_);
    if (leaving != nullptr && !leaving->shutdown_seen && !stops(faults_)) {
        become_active({reason::sync_group}, now, now, out);
    }
}

void router::handle(const group_left_active&, time_point now, actions& out)
{
    if (state() == core::state::active) {
        leave(reason::sync_group, now, out);
    }
}

void router::handle(const group_contested&, time_point now, actions& out)
{
    if (state() != core::state::active) {
        return;
    }
    if (const std::uint32_t rounds = announcements_.lower_priority_heard(now); rounds > 0) {
        out.emplace_back(announce{rounds});
    }
}

/// The addresses come before the advert, at which whoever still serves them lets go, and the advert before the
/// neighbours' caches; nothing else stands between. Where nobody answers, nobody serves: the advert comes first then,
/// so that the other Backups, who miss the same probes, hear of it as early as can be.
void router::become_active(const cause& why, time_point history, time_point now, actions& out)
{
    restrain_by(false, false, out);
    if (why.why == reason::probes_lost) {
        send_now(out);
        out.emplace_back(claim_addresses{});
    } else {
        out.emplace_back(claim_addresses{});
        send_now(out);
    }
    out.emplace_back(announce{announcements_.became_active(now)});
    learned_interval_ = own_interval();
    enter(in_active{.next_advert = now + own_interval(), .history = history}, why, now, out);
}

router::cause router::cause_of_silence(const in_backup& data) const
{
    if (data.priority_zero) {
        return because_of(reason::priority_zero, *data.priority_zero);
    }
    if (data.discarded) {
        return because_of(reason::preempted, *data.discarded);
    }
    if (followed_) {
        return because_of(reason::active_down_timer, *followed_);
    }
    return {reason::active_down_timer};
}

/// Not in the RFCs: they preempt back. After such a stall another router may have the addresses, with nopreempt for
/// good.
bool router::is_too_late(const in_active& data, time_point now) const
{
    if (settings_.preempt_mode || !settings_.timer_expired_backup || owner()) {
        return false;
    }
    const duration down = active_down_interval(settings_.version, *settings_.timer_expired_backup, own_interval(),
                                               settings_.down_timer_adverts);
    return now - data.next_advert > down - own_interval();
}

/// S-M2. The period counts from when the advert was due, so that it doesn't drift; after a stall it starts anew.
void router::continue_active(in_active& data, time_point now, actions& out)
{
    if (is_too_late(data, now)) {
        restrain_by(true, false, out);
        enter(in_backup{.timer_from = now, .priority_zero = {}, .discarded = {}, .lower_since = {}},
              {reason::timer_expired}, now, out);
        out.emplace_back(release_addresses{});
        restrain_by(false, false, out);
        return;
    }
    if (data.next_advert <= now) {
        send_now(out);
        data.next_advert += own_interval();
        if (data.next_advert <= now) {
            data.next_advert = now + own_interval();
        }
    }
    if (const std::uint32_t rounds = announcements_.take_due(now); rounds > 0) {
        out.emplace_back(announce{rounds});
    }
}

/// Deviates from S-M1 (RFC 9568 6.4.3), which demands Initialize at once: the addresses would be nobody's for the
/// successor's Skew_Time. We say that we leave, and serve on until the successor is heard or none can come any more.
void router::leave(reason why, time_point now, actions& out)
{
    const duration worst_skew = skew_time(settings_.version, slowest_successor, own_interval());
    out.emplace_back(send_advert{leaving_priority});
    announcements_.stop();
    enter(in_leaving{.give_up = now + worst_skew + successor_margin,
                     .fence_at = std::nullopt,
                     .shutdown_seen = why == reason::shutdown,
                     .resigns = why == reason::sync_group},
          {why}, now, out);
}

/// The fence is a store into a map; removing addresses may have to wait for the kernel's RTNL lock.
void router::finish_leaving(time_point now, actions& out)
{
    restrain_by(true, true, out);
    out.emplace_back(release_addresses{});
    enter(in_initialize{}, {reason::left}, now, out);
    run_if_allowed(now, out);
}

void router::send_now(actions& out) const
{
    out.emplace_back(send_advert{effective_});
}

void router::set_effective(xvrrp::priority value, actions& out)
{
    if (std::exchange(effective_, value) == value) {
        return;
    }
    heard_.forget_told();
    if (state() == core::state::active) {
        send_now(out);
    }
}

void router::restrain_by(bool quiet, bool fenced, actions& out)
{
    const bool restrained = quiet || fenced;
    if (restrained || restrained_) {
        out.emplace_back(restrain{.quiet = quiet, .fenced = fenced});
    }
    restrained_ = restrained;
}

/// The one place where the state changes.
void router::enter(const state_data& next, const cause& why, time_point now, actions& out)
{
    const core::state from = state();
    data_ = next;
    since_ = now;
    heard_.forget_told();
    if (state() != core::state::active) {
        announcements_.stop();
    }
    if (followed_) {
        followed_.reset();
        out.emplace_back(follow{std::nullopt});
    }
    out.emplace_back(transition{
        .from = from, .to = state(), .why = why.why, .other = why.other, .other_priority = why.other_priority});
}

} // namespace xvrrp::core
