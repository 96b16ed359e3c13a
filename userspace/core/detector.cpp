// SPDX-License-Identifier: BSD-2-Clause
//
// See the header. The window is what was sent since the last answer in time; it is emptied, not judged, when whoever
// runs this was late: replies to what it would have sent meanwhile don't exist.
#include "core/detector.hpp"

#include <utility>

namespace xvrrp::core {

namespace {

using namespace std::chrono_literals;

constexpr duration least_interval = 1us;
constexpr unsigned burst_probes = 3;
constexpr unsigned trips_in_a_window = 16;
constexpr duration attentive_for = 10s;
constexpr duration attentive_interval = 10ms; ///< also what is allowed for a round trip before the first
constexpr duration quiet_period = 10min;

/// Between two probes to a router that hasn't answered yet.
duration pause_after(unsigned asked)
{
    constexpr unsigned patient_after = 10;
    constexpr unsigned rare_after = 20;
    if (asked < patient_after) {
        return 1s;
    }
    return asked < rare_after ? 10s : 60s;
}

} // namespace

void detector::round_trips::take(duration sample)
{
    sample = std::max(sample, duration(1)); // a stamp may precede the sender's look at the clock
    smoothed = smoothed == duration::zero() ? sample : smoothed + (sample - smoothed) / 8;
    if (counted == trips_in_a_window) {
        before = std::exchange(now, {});
        counted = 0;
    }
    ++counted;
    now.take(sample);
}

void detector::longest_two::take(duration sample)
{
    second = std::max(second, std::min(first, sample));
    first = std::max(first, sample);
}

duration detector::round_trips::high() const
{
    longest_two both = now;
    both.take(before.first);
    both.take(before.second);
    return counted == 1 && before.first == duration::zero() ? both.first : both.second;
}

detector::detector(const detector_settings& settings, time_point now)
    : settings_(settings), next_send_(now), last_turn_(now), attentive_until_(now), quiet_since_(now)
{
}

/// In phase again without a hurry: a slot that has just passed by no more than would be tolerated is taken. Nor with
/// too much time: a phase that changes before every probe, with adverts more frequent than probes, must not put it off
/// for ever.
void detector::reconfigure(const detector_settings& settings)
{
    const bool same_interval = settings.interval == settings_.interval;
    settings_ = settings;
    if (state_ != session_state::up) {
        return;
    }
    const duration slack = std::min(interval() / 4, tolerated_lateness() / 2);
    next_send_ = slot_from(same_interval ? next_send_ - slack : last_turn_ + interval() / 2);
    if (next_send_ - last_turn_ > interval() * 3 / 2) {
        next_send_ -= interval();
    }
}

time_point detector::next_wake() const
{
    time_point wake = next_send_;
    for (const probe& one : probes_) {
        if (one.is == fate::waiting) {
            wake = std::min(wake, one.sent + reply_deadline());
        }
    }
    return wake;
}

unsigned detector::due(time_point now)
{
    burst_left_ = 0;
    calm_down(now);
    if (now - next_wake() > tolerated_lateness()) {
        forget_window();
    }
    judge(now);
    if (now < next_send_) {
        return 0;
    }
    plan_next(now);
    if (state_ != session_state::up || burst_sent_ || misses_ + 1 < misses_allowed()) {
        return 1;
    }
    burst_left_ = burst_probes;
    return burst_probes;
}

probe_number detector::sent(time_point at)
{
    const probe_number number = ++last_;
    probe& place = probes_[number % remembered];
    if (place.is == fate::waiting) {
        miss(place);
    }
    const bool confirms = burst_left_ > 0;
    place = {.number = number, .sent = at, .is = fate::waiting, .confirms = confirms};
    if (confirms) {
        --burst_left_;
        ++burst_waiting_;
        burst_sent_ = true;
    }
    return number;
}

void detector::replied(probe_number which, time_point stamp, bool up)
{
    probe* const asked = find(which);
    if (asked == nullptr || asked->is == fate::answered) {
        return;
    }
    trips_.take(stamp - asked->sent);
    const bool in_time = asked->is == fate::waiting;
    if (in_time && up) {
        answer_in_time(which);
    }
    asked->is = fate::answered;
    if (which <= newest_reply_) {
        return;
    }
    newest_reply_ = which;
    if (up) {
        refuted_before_ = false;
        if (state_ != session_state::up) {
            come_up(stamp);
        }
    } else if (state_ == session_state::up || state_ == session_state::lost) {
        go_down(session_state::admin_down, stamp, stamp);
    }
}

std::optional<session_verdict> detector::take_verdict()
{
    return std::exchange(verdict_, std::nullopt);
}

void detector::refuted(time_point now)
{
    if (state_ != session_state::lost) {
        return;
    }
    if (std::exchange(refuted_before_, true)) {
        ask(now);
    } else {
        come_up(now);
    }
}

void detector::damp(time_point now)
{
    if (misses_allowed() < most_misses()) {
        ++doublings_;
    }
    quiet_since_ = now;
}

session_state detector::state() const
{
    return state_;
}

duration detector::round_trip() const
{
    return trips_.smoothed;
}

std::uint32_t detector::misses_allowed() const
{
    const std::uint64_t wanted = static_cast<std::uint64_t>(settings_.multiplier) << std::min(doublings_, 31U);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, most_misses()));
}

duration detector::detection_time() const
{
    return misses_allowed() * interval();
}

duration detector::interval() const
{
    return std::max(settings_.interval, least_interval);
}

duration detector::reply_deadline() const
{
    if (trips_.counted == 0) {
        return attentive_interval;
    }
    return std::max<duration>(2 * trips_.high(), std::clamp<duration>(interval() / 20, 50us, 1ms));
}

duration detector::tolerated_lateness() const
{
    return std::clamp<duration>(interval() / 2, 200us, 2ms);
}

/// What damping may reach: not beyond Active_Down_Interval, and never less than configured.
std::uint32_t detector::most_misses() const
{
    const std::int64_t longest = settings_.longest_detection / interval();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(longest, settings_.multiplier, 0xffffffff));
}

/// The first whole interval from the phase on that isn't before `earliest`.
time_point detector::slot_from(time_point earliest) const
{
    time_point slot = settings_.phase + (earliest - settings_.phase) / interval() * interval();
    if (slot < earliest) {
        slot += interval();
    }
    return slot;
}

detector::probe* detector::find(probe_number which)
{
    probe& place = probes_[which % remembered];
    return place.is != fate::none && place.number == which ? &place : nullptr;
}

void detector::calm_down(time_point now)
{
    while (doublings_ > 0 && now - quiet_since_ >= quiet_period) {
        --doublings_;
        quiet_since_ += quiet_period;
    }
}

void detector::judge(time_point now)
{
    const probe_number oldest = last_ >= remembered ? last_ - remembered + 1 : 1;
    for (probe_number number = oldest; number <= last_; ++number) {
        probe& one = probes_[number % remembered];
        if (one.is == fate::waiting && one.sent + reply_deadline() <= now) {
            miss(one);
        }
    }
    if (!burst_sent_ || burst_waiting_ > 0) {
        return;
    }
    if (misses_ >= misses_allowed()) {
        go_down(session_state::lost, first_miss_, now);
    } else { // more are demanded than when the burst went out
        stop_confirming();
    }
}

void detector::miss(probe& unanswered)
{
    unanswered.is = fate::given_up;
    if (state_ != session_state::up) {
        return;
    }
    if (misses_++ == 0) {
        first_miss_ = unanswered.sent;
    }
    if (unanswered.confirms) {
        --burst_waiting_;
    }
}

/// Whatever was sent before it is settled too: the router lived after that.
void detector::answer_in_time(probe_number which)
{
    misses_ = 0;
    stop_confirming();
    for (probe& one : probes_) {
        if (one.is == fate::waiting && one.number < which) {
            one.is = fate::given_up;
        }
    }
}

void detector::stop_confirming()
{
    burst_sent_ = false;
    burst_left_ = burst_waiting_ = 0;
    for (probe& one : probes_) {
        one.confirms = false;
    }
}

void detector::forget_window()
{
    misses_ = 0;
    stop_confirming();
    for (probe& one : probes_) {
        if (one.is == fate::waiting) {
            one.is = fate::given_up;
        }
    }
}

void detector::plan_next(time_point now)
{
    last_turn_ = now;
    if (state_ == session_state::up) {
        next_send_ = slot_from(now + interval() / 2);
    } else if (now < attentive_until_) {
        next_send_ = now + std::max(interval(), attentive_interval);
    } else {
        next_send_ = now + pause_after(++asked_);
    }
}

void detector::come_up(time_point at)
{
    state_ = session_state::up;
    verdict_ = session_verdict{.now = state_, .since = at};
    forget_window();
    last_turn_ = at;
    next_send_ = slot_from(at + interval() / 2);
}

void detector::go_down(session_state next, time_point since, time_point now)
{
    state_ = next;
    verdict_ = session_verdict{.now = state_, .since = since};
    forget_window();
    attentive_until_ = now + attentive_for;
    asked_ = 0;
    next_send_ = now + std::max(interval(), attentive_interval);
}

void detector::ask(time_point now)
{
    state_ = session_state::asking;
    verdict_ = session_verdict{.now = state_, .since = now};
    attentive_until_ = now;
    asked_ = 0;
    next_send_ = now + pause_after(asked_);
}

} // namespace xvrrp::core
