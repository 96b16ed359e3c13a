// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/session_keeper.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/probe_session.hpp"

namespace xvrrp::runtime {

namespace {

/// How long an unwanted session goes on: as long as a lost one is probed often (core/detector).
constexpr std::chrono::seconds lingering{10};

/// Probes without a reply after which a router doesn't answer any (core/detector asks ever more rarely from here on).
constexpr std::uint64_t probes_to_tell = 10;
/// How many of such routers are remembered.
constexpr std::size_t most_remembered = 256;

core::peer_health health_of(core::session_state state)
{
    switch (state) {
    case core::session_state::up:
        return core::peer_health::capable;
    case core::session_state::lost:
        return core::peer_health::lost;
    case core::session_state::admin_down:
        return core::peer_health::dead;
    case core::session_state::asking:
        break;
    }
    return core::peer_health::unknown;
}

std::optional<session_event> event_of(core::peer_health health)
{
    switch (health) {
    case core::peer_health::capable:
        return session_event::up;
    case core::peer_health::lost:
        return session_event::lost;
    case core::peer_health::dead:
        return session_event::admin_down;
    case core::peer_health::unknown:
        break;
    }
    return std::nullopt;
}

/// In which Backups wait for better ones: for a rank that is too far back the wait still costs less than another probe.
duration rank_unit_of(const session_target& target)
{
    return target.detection.interval * 3 / 10;
}

} // namespace

result<void> session_keeper::open(datapath::session_memory memory)
{
    auto started = prober::start(memory);
    if (!started) {
        return std::unexpected(started.error());
    }
    prober_ = std::move(*started);
    return {};
}

std::vector<session_key> session_keeper::want(std::span<const session_wish> wishes, time_point now)
{
    std::vector<session_key> asked_anew;
    std::map<session_key, session> next;
    for (const session_target& each : merge_wishes(wishes)) {
        session wanted{.target = each, .health = {}, .ends = std::nullopt};
        if (const auto known = sessions_.find(each.key); known != sessions_.end()) {
            if (probe_session::can_become(known->second.target, each)) {
                wanted.health = known->second.health;
            } else if (known->second.health.health != core::peer_health::unknown) {
                asked_anew.push_back(each.key);
            }
        }
        wanted.health.rank_unit = rank_unit_of(each);
        next.emplace(each.key, wanted);
    }
    for (const auto& [key, each] : sessions_) {
        if (!next.contains(key) && each.health.health != core::peer_health::unknown) {
            session unwanted = each;
            unwanted.ends = each.ends.value_or(now + lingering);
            next.emplace(key, unwanted);
        }
    }
    sessions_ = std::move(next);
    set_sessions();
    return asked_anew;
}

void session_keeper::set_sessions()
{
    if (!prober_) {
        return;
    }
    std::vector<session_target> targets;
    targets.reserve(sessions_.size());
    for (const auto& [key, each] : sessions_) {
        targets.push_back(each.target);
    }
    const result<void> done = prober_->set_sessions(targets);
    if (!done && done.error().what != last_error_) {
        last_error_ = done.error().what;
        log_(log_level::warning, last_error_ + "; its failure is detected by missing adverts alone");
    }
}

void session_keeper::set_phase(const session_key& which, time_point phase)
{
    const auto known = sessions_.find(which);
    if (known != sessions_.end() && prober_) {
        known->second.target.detection.phase = phase;
        prober_->set_phase(which, phase);
    }
}

std::vector<session_key> session_keeper::take_news()
{
    std::vector<session_key> changed;
    if (!prober_) {
        return changed;
    }
    prober_->drain([&](const session_news& news) {
        const auto known = sessions_.find(news.key);
        if (known == sessions_.end()) {
            return;
        }
        known_health& health = known->second.health;
        const core::peer_health before = std::exchange(health.health, health_of(news.verdict.now));
        health.since = news.verdict.since;
        health.noticed = news.when;
        if (before != health.health) {
            unsaid_.push_back(news);
        }
        changed.push_back(news.key);
    });
    return changed;
}

void session_keeper::say_news()
{
    for (const session_news& each : std::exchange(unsaid_, {})) {
        if (const auto event = event_of(health_of(each.verdict.now))) {
            say(each.key, *event, each.detection_time);
        }
    }
}

known_health session_keeper::health(const session_key& which) const
{
    const auto known = sessions_.find(which);
    return known == sessions_.end() ? known_health{} : known->second.health;
}

/// The session stays as it is here until the prober tells what it makes of it.
void session_keeper::refuted(const session_key& which)
{
    const auto known = sessions_.find(which);
    if (known == sessions_.end() || !prober_) {
        return;
    }
    known->second.health.health = core::peer_health::unknown;
    prober_->refuted(which);
    say(which, session_event::refuted);
}

void session_keeper::disbelieve(const session_key& which, const std::string& why)
{
    const auto known = sessions_.find(which);
    if (known != sessions_.end()) {
        known->second.health.health = core::peer_health::unknown;
        log_(log_level::warning,
             fmt::format("{} answers no probes, but {}: not believed", which.peer.to_string(), why));
    }
}

void session_keeper::damp(const session_key& which)
{
    const auto known = sessions_.find(which);
    if (known == sessions_.end() || !prober_) {
        return;
    }
    known->second.health.health = core::peer_health::unknown;
    say(which, session_event::damped, prober_->damp(which));
}

void session_keeper::tick(time_point now)
{
    if (!prober_) {
        return;
    }
    const std::size_t over =
        std::erase_if(sessions_, [now](const auto& each) { return each.second.ends && *each.second.ends <= now; });
    if (over > 0) {
        set_sessions();
    }
    for (const session_report& each : prober_->report()) {
        if (each.replies > 0) {
            incapable_.erase(each.target.key);
        } else if (each.probes_sent >= probes_to_tell && incapable_.size() < most_remembered &&
                   incapable_.insert(each.target.key).second) {
            say(each.target.key, session_event::not_capable);
        }
    }
}

std::vector<session_report> session_keeper::report() const
{
    return prober_ ? prober_->report() : std::vector<session_report>{};
}

void session_keeper::say(const session_key& which, session_event what, duration detection_time)
{
    const net::link* link = known_.link(which.interface);
    const std::string name = link == nullptr ? "a vanished interface" : link->name;
    log_(what == session_event::damped ? log_level::warning : log_level::info,
         session_line(name, which.peer, what, detection_time));
}

} // namespace xvrrp::runtime
