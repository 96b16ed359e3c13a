// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "ledger.hpp"

#include <utility>

namespace xvrrp::sim {

using namespace core;

void ledger::record(const std::vector<action>& actions, const router& subject)
{
    for (const action& one : actions) {
        std::visit([&](const auto& what) { on(what, subject); }, one);
    }
    check(subject);
}

void ledger::forget()
{
    holds_ = false;
    restrained_ = {.quiet = false, .fenced = false};
    followed_.reset();
    sent_.clear();
    state_ = core::state::initialize;
}

std::vector<priority> ledger::take_sent()
{
    return std::exchange(sent_, {});
}

void ledger::on(const send_advert& what, const router& subject)
{
    const bool goodbye = what.priority == leaving_priority;
    // Active after this step, or until this step: one that steps down says so with a last advert.
    const bool active = subject.state() == core::state::active || state_ == core::state::active;
    // Whether it holds them after that step is looked at then.
    const bool takes_over = state_ == core::state::backup && subject.state() == core::state::active;
    expect(goodbye || (active && (holds_ || takes_over)), "advertises without being Active and holding the addresses");
    expect(!goodbye || holds_, "says goodbye after the addresses have gone");
    expect(goodbye || what.priority == subject.effective_priority(), "advertises another priority than its own");
    sent_.push_back(what.priority);
}

void ledger::on(const claim_addresses&, const router&)
{
    expect(!restrained_.quiet && !restrained_.fenced, "claims while restrained");
    holds_ = true;
}

void ledger::on(const release_addresses&, const router&)
{
    expect(holds_, "releases what it doesn't hold");
    holds_ = false;
}

void ledger::on(const announce& what, const router&)
{
    expect(holds_ && what.rounds > 0, "announces nothing");
}

void ledger::on(const follow& what, const router&)
{
    expect(what.source != followed_, "says twice whom it follows");
    followed_ = what.source;
}

void ledger::on(const restrain& what, const router&)
{
    restrained_ = what;
}

void ledger::on(const transition& what, const router&)
{
    expect(what.from == state_ && what.to != state_, "a transition that doesn't start where the last one ended");
    state_ = what.to;
    ++transitions_;
}

void ledger::on(const notice&, const router&) {}

void ledger::check(const router& subject) const
{
    const core::state now_in = subject.state();
    expect(now_in == state_, "changes its state without a transition");
    const bool should_hold = now_in == core::state::active || now_in == core::state::leaving;
    expect(holds_ || !should_hold, "is Active or Leaving without addresses");
    expect(!holds_ || should_hold, "holds the addresses while neither Active nor Leaving");
    const bool may_be_restrained = now_in == core::state::leaving || now_in == core::state::initialize;
    expect(may_be_restrained || (!restrained_.quiet && !restrained_.fenced), "is still restrained");
    const auto& following = subject.followed();
    expect(followed_ == (following ? std::optional(following->source) : std::nullopt),
           "follows another router than it said");
    expect(subject.next_deadline().has_value() == (now_in != core::state::initialize),
           "waits for nothing, or for something in Initialize");
    expect(subject.active_down_deadline().has_value() == (now_in == core::state::backup),
           "believes in silence elsewhere than in Backup");
    expect(now_in == core::state::initialize || now_in == core::state::leaving || !core::stops(subject.faults()),
           "runs with a fault");
}

void ledger::expect(bool holds, const char* complaint) const
{
    if (!holds) {
        complain_(complaint);
    }
}

} // namespace xvrrp::sim
