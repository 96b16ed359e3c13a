// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "prober.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::sim {

using namespace core;

namespace {

constexpr std::size_t probes_kept = 256;
/// No answer that came sooner than this is ever too late.
constexpr duration surely_in_time = std::chrono::microseconds(50);

peer_health health_of(session_state state)
{
    switch (state) {
    case session_state::asking:
        return peer_health::unknown;
    case session_state::up:
        return peer_health::capable;
    case session_state::lost:
        return peer_health::lost;
    case session_state::admin_down:
        return peer_health::dead;
    }
    return peer_health::unknown;
}

} // namespace

std::optional<peer_changed> prober::follow(const std::optional<advert>& whom, time_point now)
{
    if (!whom) {
        current_.reset();
        news_.reset();
        return std::nullopt;
    }
    detector_settings settings = settings_;
    settings.phase = whom->stamp;
    const auto [place, fresh] = sessions_.try_emplace(
        whom->source, session{.detector = detector(settings, now), .verdict = {}, .unread = {}, .sent = {}});
    if (!fresh) {
        place->second.detector.reconfigure(settings);
    }
    if (current_ == whom->source) {
        return std::nullopt;
    }
    current_ = whom->source;
    return news_of(whom->source, place->second);
}

std::optional<time_point> prober::next_wake() const
{
    return current_ ? std::optional(sessions_.at(*current_).detector.next_wake()) : std::nullopt;
}

std::vector<probe_number> prober::wake(time_point now)
{
    session& of = sessions_.at(*current_);
    for (const reply& one : std::exchange(of.unread, {})) {
        of.detector.replied(one.which, one.stamp, one.up);
        note_verdict(*current_, of);
    }
    const unsigned count = of.detector.due(now);
    if (of.detector.state() == session_state::lost && of.verdict.now != session_state::lost) {
        note_verdict(*current_, of);
        check_loss(of, now);
    }
    std::vector<probe_number> numbers;
    for (unsigned i = 0; i < count; ++i) {
        numbers.push_back(of.detector.sent(now));
        of.sent.push_back({.number = numbers.back(), .sent = now, .answered = {}});
        if (of.sent.size() > probes_kept) {
            of.sent.pop_front();
        }
    }
    return numbers;
}

std::optional<peer_changed> prober::take_news()
{
    return std::exchange(news_, std::nullopt);
}

void prober::arrive(const ip_address& peer, probe_number which, time_point stamp, bool up)
{
    const auto found = sessions_.find(peer);
    if (found == sessions_.end()) {
        return;
    }
    session& of = found->second;
    of.unread.push_back({.which = which, .stamp = stamp, .up = up});
    const auto answered = std::find_if(of.sent.rbegin(), of.sent.rend(), [which](const sent_probe& one) {
        return one.number == which; //
    });
    if (answered != of.sent.rend()) {
        answered->answered = stamp;
    }
}

void prober::heard(const advert& what, time_point now)
{
    const auto found = sessions_.find(what.source);
    if (found == sessions_.end() || what.priority == leaving_priority) {
        return;
    }
    session& of = found->second;
    if (of.verdict.now == session_state::lost && what.stamp > of.verdict.since) {
        of.detector.refuted(now);
        note_verdict(what.source, of);
    }
}

void prober::false_alarm(const ip_address& peer, time_point now)
{
    if (const auto found = sessions_.find(peer); found != sessions_.end()) {
        found->second.detector.damp(now);
    }
}

time_point prober::since(const ip_address& peer) const
{
    const auto found = sessions_.find(peer);
    return found != sessions_.end() ? found->second.verdict.since : time_point::max();
}

std::uint32_t prober::damping(const ip_address& peer) const
{
    const auto found = sessions_.find(peer);
    return found != sessions_.end() ? found->second.detector.misses_allowed() / settings_.multiplier : 1;
}

peer_changed prober::news_of(const ip_address& peer, const session& of) const
{
    return {.source = peer,
            .health = health_of(of.verdict.now),
            .since = of.verdict.since,
            .rank_unit = settings_.interval * 3 / 10};
}

void prober::note_verdict(const ip_address& peer, session& of)
{
    if (const auto changed = of.detector.take_verdict()) {
        of.verdict = *changed;
        if (current_ == peer) {
            news_ = news_of(peer, of);
        }
    }
}

void prober::check_loss(const session& of, time_point now) const
{
    unsigned unanswered = 0;
    for (const sent_probe& one : of.sent) {
        if (one.sent < of.verdict.since) {
            continue;
        }
        if (one.answered && *one.answered <= now && *one.answered - one.sent < surely_in_time) {
            complain_("lost, though a probe of the window was answered");
        }
        ++unanswered;
    }
    if (unanswered <= settings_.multiplier) {
        complain_("lost after " + std::to_string(unanswered) + " probes");
    }
}

} // namespace xvrrp::sim
