// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "host.hpp"

#include <algorithm>
#include <utility>

#include "core/timers.hpp"
#include "unit/core_support.hpp"

namespace xvrrp::sim {

using namespace core;

namespace {

constexpr std::size_t lines_kept = 60;
constexpr std::size_t adverts_kept = 8;
constexpr int steps_at_one_time = 4;

std::string clock_text(time_point now)
{
    return std::to_string(now.time_since_epoch().count() / 1000) + " us ";
}

} // namespace

void journal::note(time_point now, const std::string& line)
{
    if (!violations.empty()) {
        return;
    }
    lines.push_back(clock_text(now) + line);
    if (lines.size() > lines_kept) {
        lines.pop_front();
    }
}

void journal::complain(time_point now, const std::string& line)
{
    note(now, "VIOLATION " + line);
    violations.push_back(clock_text(now) + line);
}

host::host(ip_address address, const router_settings& settings, journal& log, dice& chance)
    : address_(address), settings_(settings), log_(log), chance_(chance),
      ledger_([this](const std::string& complaint) { complain(clock_, complaint); })
{
}

void host::boot(time_point now)
{
    if (powered()) {
        return;
    }
    router_.emplace(settings_, address_);
    if (probing_) {
        prober_.emplace(*probing_, [this](const std::string& complaint) { complain(clock_, complaint); });
    }
    started_ = true;
    last_better_ = now;
    log_.note(now, address_.to_string() + " boots");
    tell(startup{}, now);
}

void host::cut_power()
{
    router_.reset();
    started_ = frozen_ = false;
    ledger_.forget();
    inbox_.clear();
    taken_.clear();
    waiting_.clear();
    priority_zero_.reset();
    prober_.reset();
    fence_.reset();
    last_heard_.clear();
    last_alive_.clear();
    last_admin_down_.clear();
}

void host::arrive(advert heard)
{
    if (!powered()) {
        return;
    }
    last_heard_[heard.source] = heard;
    if (heard.priority != leaving_priority) {
        last_alive_[heard.source] = heard.stamp;
        fence(heard);
    }
    const bool any_priority = !settings_.preempt_mode && settings_.base_priority != owner_priority;
    if (heard.priority == leaving_priority) {
        priority_zero_ = priority_zero_.value_or(heard.stamp);
    } else if (any_priority || heard.priority >= router_->effective_priority()) {
        last_better_ = heard.stamp;
        priority_zero_.reset();
    }
    inbox_.push_back(heard);
}

void host::tell(const event& what, time_point now)
{
    if (!powered()) {
        return;
    }
    if (std::holds_alternative<startup>(what) || std::holds_alternative<shutdown>(what)) {
        started_ = std::holds_alternative<startup>(what);
    }
    do_or_wait([what](core::router& subject, time_point then) { return subject.step(what, then); }, now);
}

void host::reconfigure(const router_settings& settings, time_point now)
{
    if (!powered()) {
        settings_ = settings;
        return;
    }
    do_or_wait(
        [this, settings](core::router& subject, time_point then) {
            settings_ = settings;
            return subject.reconfigure(settings, then);
        },
        now);
}

void host::do_or_wait(job work, time_point now)
{
    waiting_.push_back(std::move(work));
    wake(now);
}

void host::freeze(time_point now, bool noticed)
{
    if (!powered() || frozen_) {
        return;
    }
    frozen_ = true;
    frozen_since_ = now;
    freeze_noticed_ = noticed;
}

void host::thaw(time_point now)
{
    frozen_ = false;
    if (powered()) {
        say_that_it_is_deposed(now);
    }
    wake(now);
}

void host::wake(time_point now)
{
    if (!powered() || frozen_) {
        return;
    }
    drain(now);
    for (const job& work : std::exchange(waiting_, {})) {
        run(work, now);
    }
    const job fire = [](core::router& subject, time_point then) { return subject.step(deadline{}, then); };
    int steps = 0;
    while (router_->next_deadline().value_or(time_point::max()) <= now) {
        if (++steps > steps_at_one_time) {
            complain(now, "its deadline doesn't move");
            return;
        }
        run(fire, now);
    }
    see_to_probes(now);
}

void host::drain(time_point now)
{
    while (!inbox_.empty()) {
        const advert heard = inbox_.front();
        inbox_.pop_front();
        run([heard](core::router& subject, time_point then) { return subject.step(heard, then); }, now);
        if (prober_) {
            prober_->heard(heard, now);
        }
        taken_.push_back(heard);
        if (taken_.size() > adverts_kept) {
            taken_.pop_front();
        }
    }
    if (chance_.percent(2)) {
        replay(now);
    }
}

/// The kernel's record is asked too, and may tell what the ring buffer told already: that must do nothing.
void host::replay(time_point now)
{
    if (taken_.empty()) {
        return;
    }
    const advert heard = taken_[chance_.below(taken_.size())];
    const auto due = router_->next_deadline();
    const unsigned before = transitions();
    run([heard](core::router& subject, time_point then) { return subject.step(heard, then); }, now);
    if (transitions() != before || router_->next_deadline() != due) {
        complain(now, "an advert that it knew changed something");
    }
}

void host::run(const job& work, time_point now)
{
    const std::vector<action> actions = work(*router_, now);
    if (!actions.empty()) {
        log_.note(now, address_.to_string() + " " + test::describe(actions));
    }
    clock_ = now;
    ledger_.record(actions, *router_);
    for (const action& one : actions) {
        check_fence(one, now);
        if (const auto* changed = std::get_if<transition>(&one)) {
            on_transition(*changed, now);
        }
    }
}

void host::on_transition(const transition& what, time_point now)
{
    if (what.from == core::state::backup && what.to == core::state::active) {
        judge_takeover(what, now);
        became_active_ = what;
    }
    const bool undone = what.from == core::state::active && became_active_.why == reason::probes_lost &&
                        became_active_.other == what.other;
    if (undone && prober_) {
        prober_->false_alarm(*what.other, now);
    }
    if (what.from == core::state::active) {
        became_active_ = {};
    }
    if (what.from == core::state::initialize) { // what arrived there is history
        last_better_ = std::max(last_better_, now);
        priority_zero_.reset();
    }
}

/// What really arrived, and when, must justify what was believed.
void host::judge_takeover(const transition& what, time_point now)
{
    const auto alive_after = [&](time_point when) {
        const auto found = last_alive_.find(*what.other);
        return found != last_alive_.end() && found->second > when;
    };
    switch (what.why) {
    case reason::probes_lost:
        if (alive_after(prober_->since(*what.other))) {
            complain(now, "takes a router for lost that was heard after the first miss");
        }
        break;
    case reason::peer_dead: {
        const auto said = last_admin_down_.find(*what.other);
        if (said == last_admin_down_.end() || alive_after(said->second)) {
            complain(now, "takes a router for dead that never said so, or is back");
        }
        break;
    }
    case reason::peer_yielded:
        if (last_heard_.at(*what.other).priority >= router_->effective_priority()) {
            complain(now, "relieves a router that is better");
        }
        break;
    default:
        judge_by_silence(now);
    }
}

void host::judge_by_silence(time_point now)
{
    const auto shares = 256 - router_->effective_priority().value;
    const bool v2 = settings_.version == vrrp_version::v2;
    const duration interval = v2 ? settings_.advertisement_interval : least_interval_;
    const duration skew = v2 ? shares * duration(std::chrono::seconds(1)) / 256 : shares * interval / 256;
    const bool silence = now - last_better_ >= 3 * interval + skew;
    const bool given_up = priority_zero_ && now - *priority_zero_ >= skew;
    if (!silence && !given_up) {
        complain(now, "takes over though an advert arrived at " + clock_text(last_better_));
    }
}

bool host::in_control(time_point now) const
{
    if (!started_) {
        return false;
    }
    const duration limit = hang_limit_.value_or(active_down_interval(
        settings_.version, settings_.base_priority, settings_.advertisement_interval, settings_.down_timer_adverts));
    return !frozen_ || (!freeze_noticed_ && now - frozen_since_ < limit);
}

std::optional<bool> host::reflect(time_point now) const
{
    return powered() && reflecting_ ? std::optional(in_control(now)) : std::nullopt;
}

bool host::serves(time_point now) const
{
    return powered() && ledger_.holds() && !ledger_.fenced() && !(fence_ && now < fence_->until);
}

/// XDP: somebody else is Active, and the daemon can't know.
void host::fence(const advert& heard)
{
    const core::state now_in = router_->state();
    const bool serving = now_in == core::state::active || now_in == core::state::leaving;
    if (reflecting_ && serving && frozen_ && !in_control(heard.stamp) && heard.source != address_) {
        const duration skew = std::max<duration>(heard.interval, std::chrono::seconds(1));
        fence_ = xdp_fence{.by = heard, .until = heard.stamp + 3 * heard.interval + skew};
    }
}

void host::say_that_it_is_deposed(time_point now)
{
    if (!fence_) {
        return;
    }
    const deposed what{.by = fence_->by.source,
                       .priority = fence_->by.priority,
                       .stamp = fence_->by.stamp,
                       .interval = fence_->by.interval};
    run([what](core::router& subject, time_point then) { return subject.step(what, then); }, now);
}

void host::check_fence(const action& what, time_point now)
{
    if (const auto* change = std::get_if<restrain>(&what); change != nullptr && !change->quiet && !change->fenced) {
        fence_.reset();
    }
    const bool claims = std::holds_alternative<claim_addresses>(what) || std::holds_alternative<send_advert>(what) ||
                        std::holds_alternative<announce>(what);
    if (fence_ && claims) {
        complain(now, "claims the addresses though it was deposed");
    }
}

void host::see_to_probes(time_point now)
{
    if (!prober_) {
        return;
    }
    if (const auto known = prober_->follow(router_->followed(), now)) {
        run([known](core::router& subject, time_point then) { return subject.step(*known, then); }, now);
    }
    if (const auto news = prober_->take_news()) {
        run([news](core::router& subject, time_point then) { return subject.step(*news, then); }, now);
    }
}

std::optional<time_point> host::next_probing() const
{
    return prober_ && !frozen_ ? prober_->next_wake() : std::nullopt;
}

std::vector<probe_number> host::wake_prober(time_point now)
{
    clock_ = now;
    std::vector<probe_number> numbers = prober_->wake(now);
    wake(now);
    return numbers;
}

void host::arrive_reply(const ip_address& peer, probe_number which, time_point stamp, bool up)
{
    if (!prober_) {
        return;
    }
    prober_->arrive(peer, which, stamp, up);
    if (!up) {
        last_admin_down_[peer] = stamp;
    }
}

void host::complain(time_point now, const std::string& line)
{
    log_.complain(now, address_.to_string() + " " + line);
}

} // namespace xvrrp::sim
