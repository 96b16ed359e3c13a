// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "core/announce_schedule.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::core {

namespace {

constexpr unsigned most_answers = 4;
constexpr duration answer_every = std::chrono::seconds(1);
/// A router that lost a duel yields within a round trip, and may have announced itself until then.
constexpr duration yielding_time = std::chrono::milliseconds(3);

bool take(std::optional<time_point>& due, time_point now)
{
    if (!due || *due > now) {
        return false;
    }
    due.reset();
    return true;
}

} // namespace

std::uint32_t announce_schedule::became_active(time_point now)
{
    stop();
    answers_left_ = most_answers;
    refilled_ = now;
    if (settings_.master_delay > duration::zero()) {
        second_burst_ = now + settings_.master_delay;
    }
    start_refresh(now);
    return addresses_restored();
}

std::uint32_t announce_schedule::lower_priority_heard(time_point now)
{
    if (settings_.lower_prio_repeat == 0) {
        return 0;
    }
    if (settings_.lower_prio_delay > duration::zero()) {
        second_lower_prio_ = now + settings_.lower_prio_delay;
    }
    refill(now);
    if (const auto until = std::exchange(follow_up_until_, std::nullopt); until && now < *until) {
        follow_up_ = now + yielding_time;
        return 0;
    }
    if (answers_left_ == 0) {
        held_back_ = refilled_ + answer_every;
        return 0;
    }
    answer(now);
    return settings_.lower_prio_repeat;
}

void announce_schedule::refill(time_point now)
{
    const auto grown = std::max<duration::rep>((now - refilled_) / answer_every, 0);
    if (grown >= most_answers - answers_left_) {
        answers_left_ = most_answers;
        refilled_ = now;
    } else {
        answers_left_ += static_cast<unsigned>(grown);
        refilled_ += grown * answer_every;
    }
}

void announce_schedule::answer(time_point now)
{
    refill(now);
    answers_left_ -= std::min(answers_left_, 1U);
    follow_up_until_ = now + answer_every;
    held_back_.reset();
}

std::uint32_t announce_schedule::addresses_restored() const
{
    return std::max<std::uint32_t>(settings_.master_repeat, 1);
}

void announce_schedule::stop()
{
    second_burst_.reset();
    refresh_.reset();
    follow_up_until_.reset();
    follow_up_.reset();
    held_back_.reset();
    second_lower_prio_.reset();
}

std::optional<time_point> announce_schedule::next() const
{
    std::optional<time_point> earliest;
    for (const auto& due : {second_burst_, refresh_, follow_up_, held_back_, second_lower_prio_}) {
        if (due && (!earliest || *due < *earliest)) {
            earliest = due;
        }
    }
    return earliest;
}

std::uint32_t announce_schedule::take_due(time_point now)
{
    std::uint32_t rounds = 0;
    if (take(second_burst_, now)) {
        rounds = std::max(rounds, addresses_restored());
    }
    if (refresh_ && *refresh_ <= now) {
        rounds = std::max({rounds, settings_.refresh_repeat, std::uint32_t{1}});
        *refresh_ += settings_.refresh;
        if (*refresh_ <= now) {
            refresh_ = now + settings_.refresh;
        }
    }
    if (take(follow_up_, now)) {
        rounds = std::max(rounds, settings_.lower_prio_repeat);
    }
    if (take(held_back_, now)) {
        rounds = std::max(rounds, settings_.lower_prio_repeat);
        answer(now);
    }
    if (take(second_lower_prio_, now)) {
        rounds = std::max(rounds, settings_.lower_prio_repeat);
    }
    return rounds;
}

void announce_schedule::reconfigure(const announce_settings& settings, bool active, time_point now)
{
    const bool refresh_changed = settings.refresh != settings_.refresh;
    settings_ = settings;
    if (active && refresh_changed) {
        start_refresh(now);
    }
}

void announce_schedule::start_refresh(time_point now)
{
    refresh_.reset();
    if (settings_.refresh > duration::zero()) {
        refresh_ = now + settings_.refresh;
    }
}

} // namespace xvrrp::core
