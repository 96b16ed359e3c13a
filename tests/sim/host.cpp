// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "host.hpp"

#include <algorithm>
#include <utility>

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
}

void host::arrive(advert heard)
{
    if (!powered()) {
        return;
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

void host::freeze()
{
    frozen_ = powered();
}

void host::thaw(time_point now)
{
    frozen_ = false;
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
}

void host::drain(time_point now)
{
    while (!inbox_.empty()) {
        const advert heard = inbox_.front();
        inbox_.pop_front();
        run([heard](core::router& subject, time_point then) { return subject.step(heard, then); }, now);
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
        if (const auto* changed = std::get_if<transition>(&one)) {
            on_transition(*changed, now);
        }
    }
}

void host::on_transition(const transition& what, time_point now)
{
    if (what.from == core::state::backup && what.to == core::state::active) {
        judge_takeover(now);
    }
    if (what.from == core::state::initialize) { // what arrived there is history
        last_better_ = std::max(last_better_, now);
        priority_zero_.reset();
    }
}

void host::judge_takeover(time_point now)
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

void host::complain(time_point now, const std::string& line)
{
    log_.complain(now, address_.to_string() + " " + line);
}

} // namespace xvrrp::sim
