// SPDX-License-Identifier: BSD-2-Clause
//
// The states of an S-BFD session: asking, up, gone and back, refuted, damped; and when its probes go out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core_detector_support.hpp"

namespace xvrrp::core::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using state = session_state;

TEST(detector_asking, a_probe_a_second_then_ever_more_rarely)
{
    detector_bench b;
    b.round_trip.reset();
    b.run_until(10min);
    std::vector<duration> expected;
    duration at = 0s;
    for (int probe = 1; probe <= 28; ++probe) {
        expected.push_back(at);
        const duration often = probe < 10 ? 1s : 10s;
        at += probe < 20 ? often : 60s;
    }
    EXPECT_EQ(b.take_sent(), expected);
    EXPECT_EQ(b.subject.state(), state::asking);
    EXPECT_THAT(b.take_states(), IsEmpty()) << "a router that never answered isn't lost";
    EXPECT_EQ(b.subject.round_trip(), 0s);
}

TEST(detector_asking, the_first_reply_makes_it_up)
{
    detector_bench b;
    b.round_trip.reset();
    b.run_until(2500ms);
    b.reply(3, 2000ms + 300us);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].now, state::up);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2000ms + 300us);
    EXPECT_EQ(b.subject.state(), state::up);
    EXPECT_EQ(b.subject.round_trip(), 300us);
}

TEST(detector_asking, a_reply_is_noticed_by_its_deadline)
{
    detector_bench b;
    b.run_until(10ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up)) << "10 ms, as long as nothing is known of round trips";
}

TEST(detector_asking, admin_down_is_no_change_in_a_router_that_was_never_up)
{
    detector_bench b;
    b.peer_up = false;
    b.run_until(5s);
    EXPECT_EQ(b.subject.state(), state::asking);
    EXPECT_THAT(b.take_states(), IsEmpty());
    EXPECT_EQ(b.take_sent().size(), 6U) << "nor does it make it ask faster";
    b.peer_up = true;
    b.run_until(7s);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
}

TEST(detector_asking, replies_to_what_was_never_sent_or_long_ago_are_nothing)
{
    detector_bench b;
    b.round_trip.reset();
    b.run_until(0s);
    b.reply(0, 1us);
    b.reply(2, 1us);
    b.reply(33, 1us);
    EXPECT_EQ(b.subject.state(), state::asking);
    b.run_until(2h);
    ASSERT_GT(b.last, 33U);
    b.reply(1, 2h);
    EXPECT_EQ(b.subject.state(), state::asking);
    b.reply(b.last, 2h);
    EXPECT_EQ(b.subject.state(), state::up);
}

TEST(detector_up, probes_go_out_at_whole_intervals_from_the_phase)
{
    detector_settings settings = detection();
    settings.phase = detector_start + 3ms;
    detector_bench b{settings};
    b.run_until(40ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(0s, 13ms, 23ms, 33ms)) << "the first at once";
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
}

TEST(detector_up, a_phase_in_the_future_is_as_good)
{
    detector_settings settings = detection();
    settings.phase = detector_start + 1h + 3ms;
    detector_bench b{settings};
    b.run_until(40ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(0s, 13ms, 23ms, 33ms));
}

TEST(detector_up, a_new_phase_is_taken_up_without_a_miss_and_without_haste)
{
    detector_bench b;
    b.run_until(1100ms);
    b.take_sent();
    for (const duration drift : {-400us, 400us, 3000us, -3000us}) {
        detector_settings settings = detection();
        settings.phase = detector_start + drift;
        b.subject.reconfigure(settings);
        const duration from = b.now - detector_start;
        b.run_until(from + 100ms);
        const std::vector<duration> sent = b.take_sent();
        EXPECT_EQ((sent.back() - drift) % 10ms, 0s);
        for (std::size_t i = 1; i < sent.size(); ++i) {
            EXPECT_GE(sent[i] - sent[i - 1], 5ms);
            EXPECT_LE(sent[i] - sent[i - 1], 15ms);
        }
    }
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
}

TEST(detector_up, a_phase_that_changes_more_often_than_probes_go_out_stops_none)
{
    for (const duration between_adverts : {1ms, 7ms, 10ms, 190ms, 200ms}) {
        detector_bench b{detection(300ms)};
        b.run_until(1s);
        ASSERT_EQ(b.subject.state(), state::up);
        b.take_sent();
        for (duration at = 1s; at < 11s; at += between_adverts) {
            detector_settings settings = detection(300ms);
            settings.phase = detector_start + at;
            b.subject.reconfigure(settings);
            b.run_until(at + between_adverts);
        }
        const std::vector<duration> sent = b.take_sent();
        EXPECT_GE(sent.size(), 10s / 450ms) << between_adverts.count();
        EXPECT_LE(sent.size(), 10s / 150ms + 1) << between_adverts.count();
        EXPECT_THAT(b.take_states(), ElementsAre(state::up));
    }
}

TEST(detector_up, a_new_interval_takes_effect_at_once)
{
    detector_bench b{detection(1s)};
    b.run_until(1050ms);
    ASSERT_EQ(b.subject.state(), state::up);
    b.take_sent();
    b.subject.reconfigure(detection(10ms));
    b.wake_at(1052ms);
    b.run_until(1100ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(1052ms, 1060ms, 1070ms, 1080ms, 1090ms, 1100ms));
    EXPECT_EQ(b.subject.detection_time(), 30ms);
}

TEST(detector_up, round_trips_are_smoothed)
{
    detector_bench b;
    b.run_until(3s);
    EXPECT_EQ(b.subject.round_trip(), 100us);
    b.round_trip = 900us;
    b.run_until(3025ms);
    EXPECT_GT(b.subject.round_trip(), 100us);
    EXPECT_LT(b.subject.round_trip(), 900us);
    b.run_until(5s);
    EXPECT_NEAR(static_cast<double>(b.subject.round_trip().count()), 900'000, 10);
}

TEST(detector_up, a_stamp_before_the_sender_looked_at_the_clock_is_a_short_round_trip)
{
    detector_bench b;
    b.round_trip = -20us;
    b.run_until(2s);
    EXPECT_EQ(b.subject.state(), state::up);
    EXPECT_EQ(b.subject.round_trip(), 1ns);
}

TEST(detector_admin_down, is_heard_from_the_reply_to_any_probe)
{
    detector_bench b;
    b.run_until(2s);
    b.take_states();
    b.peer_up = false;
    b.run_until(2015ms);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].now, state::admin_down);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2010ms + 100us);
    b.run_until(2200ms);
    EXPECT_EQ(b.verdicts.size(), 1U) << "said once";
}

TEST(detector_admin_down, is_noticed_by_the_reply_deadline_not_at_the_next_probe)
{
    detector_bench b{detection(1s)};
    b.run_until(3s + 500ms);
    b.take_states();
    b.peer_up = false;
    b.run_until(4s + 1ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::admin_down));
}

TEST(detector_admin_down, the_return_is_seen)
{
    detector_bench b;
    b.run_until(2s);
    b.peer_up = false;
    b.run_until(4s);
    b.take_states();
    b.peer_up = true;
    b.run_until(4030ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
}

TEST(detector_admin_down, what_a_reply_to_an_older_probe_says_is_history)
{
    detector_bench b;
    b.run_until(2s);
    b.round_trip.reset();
    b.run_until(2020ms);
    b.take_states();
    const probe_number newest = b.last;
    b.reply(newest, 2020ms + 50us, false);
    EXPECT_THAT(b.take_states(), ElementsAre(state::admin_down));
    b.reply(newest - 1, 2020ms + 60us, true);
    EXPECT_EQ(b.subject.state(), state::admin_down);
    b.run_until(2040ms);
    b.reply(b.last, 2041ms, true);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
    b.reply(b.last - 1, 2042ms, false);
    EXPECT_EQ(b.subject.state(), state::up);
}

TEST(detector_admin_down, a_repeated_reply_is_nothing)
{
    detector_bench b;
    b.run_until(2s);
    b.take_states();
    b.run_until(2010ms);
    b.reply(b.last, 2011ms, true);
    b.reply(b.last, 2012ms, false);
    EXPECT_EQ(b.subject.state(), state::up);
}

/// Up, then silent for good from 2 s on.
class detector_lost : public testing::Test {
public:
    void lose(duration interval = 10ms)
    {
        b.subject.reconfigure(detection(interval));
        b.run_until(2s);
        b.round_trip.reset();
        b.take_states();
        b.run_until(2s + 3 * interval + 10ms);
        ASSERT_EQ(b.subject.state(), state::lost);
        b.take_sent();
    }
    detector_bench b;
};

TEST_F(detector_lost, says_since_when)
{
    lose();
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].now, state::lost);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2010ms);
}

TEST_F(detector_lost, goes_on_for_ten_seconds_at_ten_milliseconds_at_most_then_as_asking)
{
    lose(1ms);
    b.run_until(2s + 9s);
    const std::vector<duration> sent = b.take_sent();
    for (std::size_t i = 1; i < sent.size(); ++i) {
        ASSERT_EQ(sent[i] - sent[i - 1], 10ms);
    }
    EXPECT_GT(sent.size(), 880U);
    b.run_until(2s + 11s);
    b.take_sent();
    b.run_until(2s + 111s);
    EXPECT_NEAR(static_cast<double>(b.take_sent().size()), 9 + 9, 1);
    EXPECT_EQ(b.subject.state(), state::lost);
    EXPECT_EQ(b.take_states().size(), 1U);
}

TEST_F(detector_lost, a_slow_session_goes_on_as_slowly)
{
    lose(500ms);
    b.run_until(8s);
    EXPECT_LE(b.take_sent().size(), 10U);
}

TEST_F(detector_lost, a_reply_brings_it_back)
{
    lose();
    b.take_states();
    b.round_trip = 100us;
    b.run_until(2200ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
    b.round_trip.reset();
    b.run_until(2300ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost)) << "from a new window";
}

TEST_F(detector_lost, a_late_reply_brings_it_back_too)
{
    lose();
    b.take_states();
    b.reply(b.last, 2045ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
}

TEST_F(detector_lost, admin_down_after_it)
{
    lose();
    b.take_states();
    b.round_trip = 100us;
    b.peer_up = false;
    b.run_until(2200ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::admin_down));
}

TEST_F(detector_lost, refuted_it_is_up_with_an_empty_window)
{
    lose();
    b.take_states();
    const duration from = b.now - detector_start;
    b.subject.refuted(b.now);
    b.run_until(from + 30ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
    b.run_until(from + 32ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_lost, refuted_again_without_a_reply_it_asks)
{
    lose();
    b.subject.refuted(b.now);
    b.run_until(2200ms);
    ASSERT_EQ(b.subject.state(), state::lost);
    b.take_states();
    b.take_sent();
    b.subject.refuted(b.now);
    b.run_until(7200ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::asking));
    EXPECT_THAT(b.take_sent(), ElementsAre(3200ms, 4200ms, 5200ms, 6200ms, 7200ms));
    b.round_trip = 100us;
    b.run_until(10s);
    EXPECT_THAT(b.take_states(), ElementsAre(state::up));
}

TEST_F(detector_lost, refuted_again_after_a_reply_it_is_up)
{
    lose();
    b.subject.refuted(b.now);
    b.round_trip = 100us;
    b.run_until(2300ms);
    b.round_trip.reset();
    b.run_until(2400ms);
    ASSERT_EQ(b.subject.state(), state::lost);
    b.subject.refuted(b.now);
    EXPECT_EQ(b.subject.state(), state::up);
}

TEST(detector_refuted, is_nothing_in_any_other_state)
{
    detector_bench b;
    b.subject.refuted(b.now);
    EXPECT_EQ(b.subject.state(), state::asking);
    b.run_until(2s);
    b.subject.refuted(b.now);
    EXPECT_EQ(b.subject.state(), state::up);
    b.peer_up = false;
    b.run_until(3s);
    b.subject.refuted(b.now);
    EXPECT_EQ(b.subject.state(), state::admin_down);
}

TEST(detector_damping, doubles_the_detection_time_up_to_the_active_down_interval)
{
    detector_bench b{detection(100ms)};
    EXPECT_EQ(b.subject.misses_allowed(), 3U);
    EXPECT_EQ(b.subject.detection_time(), 300ms);
    for (const unsigned misses : {6U, 12U, 24U, 30U, 30U}) {
        b.subject.damp(detector_start);
        EXPECT_EQ(b.subject.misses_allowed(), misses);
        EXPECT_EQ(b.subject.detection_time(), misses * 100ms);
    }
}

TEST(detector_damping, what_is_configured_beyond_the_limit_stays)
{
    detector_bench b{detection(1s, 5)};
    b.subject.damp(detector_start);
    EXPECT_EQ(b.subject.misses_allowed(), 5U);
}

TEST(detector_damping, halves_after_each_ten_quiet_minutes)
{
    detector_bench b{detection(100ms)};
    for (int times = 0; times < 20; ++times) {
        b.subject.damp(detector_start + 1s);
    }
    b.run_until(10min + 1s - 1ms);
    EXPECT_EQ(b.subject.misses_allowed(), 30U);
    b.run_until(10min + 1s + 200ms);
    EXPECT_EQ(b.subject.misses_allowed(), 24U);
    b.run_until(20min + 1s + 200ms);
    EXPECT_EQ(b.subject.misses_allowed(), 12U);
    b.subject.damp(b.now);
    b.run_until(30min);
    EXPECT_EQ(b.subject.misses_allowed(), 24U) << "not quiet since";
    b.run_until(80min);
    EXPECT_EQ(b.subject.misses_allowed(), 3U);
}

TEST(detector_damping, more_misses_are_needed)
{
    detector_bench b;
    b.subject.damp(detector_start);
    b.run_until(2s);
    b.round_trip.reset();
    b.take_states();
    b.run_until(2060ms);
    EXPECT_EQ(b.subject.state(), state::up);
    b.run_until(2065ms);
    EXPECT_EQ(b.subject.state(), state::lost);
}

} // namespace
} // namespace xvrrp::core::test
