// SPDX-License-Identifier: BSD-2-Clause
//
// What makes a loss: probes that were sent and not answered in time, a burst the last of them, and nothing that can be
// explained by this process having been late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core_detector_support.hpp"

namespace xvrrp::core::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using state = session_state;

/// Up, probed at 2 s and answered until then; the next probe is due at 2.01 s. The reply deadline is 500 us.
class detector_window : public testing::Test {
public:
    void SetUp() override
    {
        b.run_until(2005ms);
        ASSERT_EQ(b.subject.state(), state::up);
        ASSERT_EQ(b.sent.back(), 2s);
        b.take_states();
        b.take_sent();
    }
    void fall_silent() { b.round_trip.reset(); }
    detector_bench b;
};

TEST_F(detector_window, wakes_to_send_and_to_judge)
{
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2010ms);
    b.run_until(2010ms);
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2010ms + 500us);
    b.run_until(2010ms + 500us);
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2020ms);
    EXPECT_EQ(b.subject.due(b.now), 0U) << "called early, it does nothing";
}

TEST_F(detector_window, a_loss_is_three_misses_the_last_of_a_burst)
{
    fall_silent();
    b.run_until(2030ms + 500us - 1ns);
    EXPECT_THAT(b.take_sent(), ElementsAre(2010ms, 2020ms, 2030ms, 2030ms, 2030ms));
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2030ms + 500us);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].now, state::lost);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2010ms);
}

TEST_F(detector_window, an_answer_to_any_probe_of_the_burst_ends_the_suspicion)
{
    for (const probe_number offset : {0U, 1U, 2U}) {
        detector_bench other;
        other.run_until(2005ms);
        other.round_trip.reset();
        other.run_until(2030ms);
        other.reply(other.last - offset, 2030ms + 100us);
        other.round_trip = 100us;
        other.take_states();
        other.run_until(2500ms);
        EXPECT_THAT(other.take_states(), IsEmpty());
    }
}

TEST_F(detector_window, one_answer_empties_the_window)
{
    fall_silent();
    b.run_until(2025ms);
    b.round_trip = 100us;
    b.run_until(2035ms);
    fall_silent();
    b.run_until(2060ms + 500us - 1ns);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2062ms);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2040ms);
}

TEST_F(detector_window, an_answer_settles_the_probes_before_it)
{
    fall_silent();
    b.run_until(2010ms);
    b.round_trip = 100us;
    b.wake_at(2010ms + 300us); // before the deadline of the first
    b.run_until(2010ms + 400us);
    const probe_number second = b.subject.sent(b.now);
    b.subject.replied(second, b.now + 50us, true);
    fall_silent();
    b.run_until(2040ms + 499us);
    EXPECT_THAT(b.take_states(), IsEmpty()) << "the first isn't a miss any more: 2020, 2030 and 2040 are needed";
    b.run_until(2042ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, probes_that_couldnt_be_sent_are_no_misses)
{
    fall_silent();
    b.link_up = false;
    b.run_until(60s);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.link_up = true;
    b.run_until(60s + 10ms);
    b.link_up = false;
    b.run_until(120s);
    EXPECT_THAT(b.take_states(), IsEmpty()) << "nor are they counted between those that could";
}

TEST_F(detector_window, a_burst_that_couldnt_be_sent_is_tried_again)
{
    fall_silent();
    b.run_until(2025ms);
    b.take_sent();
    b.link_up = false;
    b.run_until(2100ms);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.link_up = true;
    b.run_until(2110ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(2110ms, 2110ms, 2110ms));
    b.run_until(2111ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, of_a_burst_the_probes_that_went_out_count)
{
    fall_silent();
    b.run_until(2025ms);
    b.now = detector_start + 2030ms;
    ASSERT_EQ(b.subject.due(b.now), 3U);
    b.subject.sent(b.now);
    b.run_until(2031ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, a_late_wake_up_starts_the_window_anew)
{
    fall_silent();
    b.run_until(2025ms);
    b.wake_at(2030ms + 2ms + 1ns); // 2 ms are tolerated at 10 ms
    EXPECT_EQ(b.sent.back(), 2032ms + 1ns) << "what is overdue is sent";
    b.run_until(2050ms + 500us - 1ns);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2055ms);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2032ms + 1ns);
}

TEST_F(detector_window, a_wake_up_that_is_hardly_late_doesnt)
{
    fall_silent();
    b.run_until(2025ms);
    b.wake_at(2030ms + 2ms);
    b.run_until(2035ms);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2010ms);
}

TEST_F(detector_window, a_wake_up_too_late_to_judge_is_no_verdict)
{
    fall_silent();
    b.run_until(2030ms); // the burst is out
    b.wake_at(2030ms + 500us + 2ms + 1ns);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2060ms);
    EXPECT_THAT(b.take_states(), IsEmpty()) << "neither are those of before counted again";
    b.run_until(2062ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, minutes_of_sleep_lose_nothing)
{
    fall_silent();
    b.run_until(2020ms);
    b.round_trip = 100us;
    b.wake_at(1h);
    b.run_until(1h + 1s);
    EXPECT_THAT(b.take_states(), IsEmpty());
}

TEST(detector_lateness, tolerated_is_half_an_interval_within_limits)
{
    struct expectation {
        duration interval;
        duration tolerated;
    };
    for (const auto& [interval, tolerated] :
         {expectation{100us, 200us}, expectation{1ms, 500us}, expectation{10ms, 2ms}, expectation{1s, 2ms}}) {
        for (const bool too_late : {false, true}) {
            detector_bench b{detection(interval, 2)};
            b.round_trip = 1us;
            b.run_until(5s + interval / 2);
            b.round_trip.reset();
            b.run_until(5s + interval); // the first unanswered probe is out
            b.take_states();
            b.run_until(5s + 2 * interval - 1ns);
            b.wake_at(5s + 2 * interval + tolerated + (too_late ? 1ns : 0ns));
            b.run_until(5s + 2 * interval + tolerated + std::max(duration(2ms), interval / 2) + 1ns);
            const bool lost_by_now = b.subject.state() == state::lost;
            if (interval >= 10ms) {
                EXPECT_EQ(lost_by_now, !too_late) << interval.count();
            } else {
                ASSERT_EQ(b.verdicts.size(), 1U) << interval.count();
                EXPECT_EQ(b.verdicts[0].since <= detector_start + 5s + interval, !too_late) << interval.count();
            }
        }
    }
}

TEST(detector_deadline, is_a_twentieth_of_the_interval_within_limits)
{
    struct expectation {
        duration interval;
        duration least;
    };
    for (const auto& [interval, least] :
         {expectation{100us, 50us}, expectation{1ms, 50us}, expectation{10ms, 500us}, expectation{1s, 1ms}}) {
        detector_bench b{detection(interval)};
        b.round_trip = 1us;
        b.run_until(5s);
        EXPECT_EQ(b.subject.next_wake(), detector_start + 5s + least) << interval.count();
    }
}

TEST(detector_deadline, is_twice_the_second_longest_of_recent_round_trips)
{
    detector_bench b;
    b.run_until(2s);
    b.round_trip = 400us;
    b.run_until(2010ms);
    b.round_trip = 300us;
    b.run_until(2020ms);
    b.round_trip = 100us;
    b.run_until(2030ms);
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2030ms + 600us);
    b.run_until(2160ms);
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2160ms + 600us) << "for at least 16 replies";
    b.run_until(2370ms);
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2370ms + 500us) << "and no more than 32";
}

TEST(detector_deadline, is_not_moved_by_one_reply_that_was_held_up)
{
    detector_bench b;
    b.run_until(2s);
    b.round_trip = 5ms;
    b.run_until(2010ms);
    b.round_trip = 100us;
    b.run_until(2020ms);
    EXPECT_EQ(b.subject.next_wake(), detector_start + 2020ms + 500us);
}

TEST(detector_deadline, round_trips_longer_than_the_interval_are_no_losses)
{
    detector_bench b{detection(1ms)};
    b.round_trip = 5ms;
    b.run_until(3s);
    b.take_states();
    b.run_until(30s);
    EXPECT_THAT(b.take_states(), IsEmpty());
    EXPECT_EQ(b.subject.state(), state::up);
    EXPECT_EQ(b.subject.round_trip(), 5ms);
}

TEST(detector_deadline, of_more_probes_than_are_remembered_the_oldest_are_given_up)
{
    detector_bench b{detection(100us)};
    b.round_trip = 2500us; // the deadline is 5 ms: fifty probes
    b.run_until(3s);
    ASSERT_EQ(b.subject.state(), state::up);
    b.take_states();
    b.round_trip.reset();
    b.run_until(3s + 2500us + 32 * 100us + 300us);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(3s + 2500us + 2 * 33 * 100us + 300us);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, a_reply_after_its_deadline_isnt_an_answer_in_time)
{
    fall_silent();
    b.run_until(2015ms);
    b.reply(b.last, 2010ms + 501us);
    b.run_until(2040ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
    EXPECT_GT(b.subject.round_trip(), 100us) << "but a round trip";
}

TEST_F(detector_window, late_replies_lengthen_the_deadline_of_what_is_under_way)
{
    fall_silent();
    b.run_until(2030ms);
    b.reply(b.last - 4, 2010ms + 700us); // twice that from now on
    b.reply(b.last - 3, 2020ms + 700us);
    b.run_until(2030ms + 1400us - 1ns);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2030ms + 1400us);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, a_late_admin_down_counts)
{
    fall_silent();
    b.run_until(2015ms);
    b.reply(b.last, 2015ms, false);
    EXPECT_THAT(b.take_states(), ElementsAre(state::admin_down));
}

TEST_F(detector_window, damped_while_a_loss_is_confirmed_it_takes_the_damped_number)
{
    fall_silent();
    b.run_until(2030ms);
    for (int times = 0; times < 2; ++times) {
        b.subject.damp(b.now);
    }
    b.run_until(2080ms);
    EXPECT_THAT(b.take_states(), IsEmpty()) << "three, a burst of three, 2040 to 2080 whose last isn't judged yet";
    b.run_until(2102ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, another_multiplier_counts_what_is_missed_already)
{
    fall_silent();
    b.run_until(2025ms);
    b.subject.reconfigure(detection(10ms, 5));
    b.run_until(2049ms);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2051ms);
    ASSERT_EQ(b.verdicts.size(), 1U);
    EXPECT_EQ(b.verdicts[0].now, state::lost);
    EXPECT_EQ(b.verdicts[0].since, detector_start + 2010ms);
}

TEST_F(detector_window, a_smaller_multiplier_still_takes_a_burst)
{
    b.subject.reconfigure(detection(10ms, 10));
    fall_silent();
    b.run_until(2065ms);
    b.subject.reconfigure(detection(10ms, 2));
    b.take_sent();
    EXPECT_EQ(b.subject.state(), state::up);
    b.run_until(2071ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(2070ms, 2070ms, 2070ms));
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, a_greater_multiplier_while_a_loss_is_confirmed_takes_another_burst)
{
    fall_silent();
    b.run_until(2030ms);
    b.take_sent();
    b.subject.reconfigure(detection(10ms, 8));
    b.run_until(2059ms);
    EXPECT_THAT(b.take_states(), IsEmpty()) << "five, and 2040 and 2050";
    b.run_until(2061ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(2040ms, 2050ms, 2060ms, 2060ms, 2060ms));
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST_F(detector_window, an_answer_after_another_multiplier_ends_the_suspicion)
{
    fall_silent();
    b.run_until(2030ms);
    b.subject.reconfigure(detection(10ms, 5));
    b.reply(b.last, 2030ms + 100us);
    b.round_trip = 100us;
    b.run_until(3s);
    EXPECT_THAT(b.take_states(), IsEmpty());
}

TEST_F(detector_window, a_longer_interval_while_suspect_is_the_time_that_is_left)
{
    fall_silent();
    b.run_until(2025ms);
    b.take_sent();
    b.subject.reconfigure(detection(100ms));
    b.run_until(2101ms - 1ns);
    EXPECT_THAT(b.take_sent(), ElementsAre(2100ms, 2100ms, 2100ms));
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2101ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST(detector_reconfigured, a_shorter_interval_while_suspect_takes_its_own_time_at_most)
{
    detector_bench b{detection(300ms, 10)};
    b.run_until(2100ms);
    b.round_trip.reset();
    b.take_states();
    b.run_until(3450ms); // four misses
    b.subject.reconfigure(detection(10ms));
    b.wake_at(3452ms);
    b.run_until(3452ms + 35ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

TEST(detector_reconfigured, a_shorter_interval_while_suspect_makes_no_loss_of_a_router_that_answers)
{
    detector_bench b{detection(300ms, 10)};
    b.run_until(2100ms);
    b.round_trip.reset();
    b.take_states();
    b.run_until(3450ms);
    b.round_trip = 100us;
    b.subject.reconfigure(detection(1ms, 2));
    b.wake_at(3452ms);
    b.run_until(10s);
    EXPECT_THAT(b.take_states(), IsEmpty());
}

TEST_F(detector_window, probes_go_on_while_a_loss_is_confirmed)
{
    b.round_trip = 10ms; // the deadline becomes 20 ms
    b.run_until(2100ms);
    fall_silent();
    b.take_sent();
    b.take_states();
    b.run_until(2150ms);
    EXPECT_THAT(b.take_sent(), ElementsAre(2110ms, 2120ms, 2130ms, 2140ms, 2140ms, 2140ms, 2150ms))
        << "the second miss, of 2120, is known at 2140";
    b.run_until(2159ms);
    EXPECT_THAT(b.take_states(), IsEmpty());
    b.run_until(2160ms);
    EXPECT_THAT(b.take_states(), ElementsAre(state::lost));
}

} // namespace
} // namespace xvrrp::core::test
