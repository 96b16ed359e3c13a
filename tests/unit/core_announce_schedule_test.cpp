// SPDX-License-Identifier: BSD-2-Clause
//
// When the addresses are announced again.
#include <gtest/gtest.h>

#include "core/announce_schedule.hpp"

namespace xvrrp::core {
namespace {

using namespace std::chrono_literals;

const time_point start{100s};

TEST(announce_schedule, second_burst_after_master_delay_and_then_nothing)
{
    announce_schedule schedule{announce_settings{}};
    EXPECT_EQ(schedule.next(), std::nullopt);
    EXPECT_EQ(schedule.became_active(start), 5U);
    EXPECT_EQ(schedule.next(), start + 5s);
    EXPECT_EQ(schedule.take_due(start + 4999ms), 0U);
    EXPECT_EQ(schedule.take_due(start + 5s), 5U);
    EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(announce_schedule, no_second_burst_with_a_delay_of_zero)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .master_repeat = 2}};
    EXPECT_EQ(schedule.became_active(start), 2U);
    EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(announce_schedule, refresh_keeps_its_period)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .refresh = 10s, .refresh_repeat = 2}};
    EXPECT_EQ(schedule.became_active(start), 5U);
    EXPECT_EQ(schedule.next(), start + 10s);
    EXPECT_EQ(schedule.take_due(start + 10s + 3ms), 2U);
    EXPECT_EQ(schedule.next(), start + 20s);
    EXPECT_EQ(schedule.take_due(start + 75s), 2U) << "one after a stall, not one for each that was missed";
    EXPECT_EQ(schedule.next(), start + 85s);
}

TEST(announce_schedule, refresh_and_second_burst_together_are_one)
{
    announce_schedule schedule{announce_settings{.refresh = 5s}};
    (void)schedule.became_active(start);
    EXPECT_EQ(schedule.take_due(start + 5s), 5U);
    EXPECT_EQ(schedule.next(), start + 10s);
}

TEST(announce_schedule, losing_advert_makes_a_burst_at_once_and_one_later)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .lower_prio_repeat = 3, .lower_prio_delay = 4s}};
    (void)schedule.became_active(start);
    EXPECT_EQ(schedule.lower_priority_heard(start + 1s), 3U);
    EXPECT_EQ(schedule.next(), start + 5s);
    EXPECT_EQ(schedule.take_due(start + 5s), 3U);
    EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(announce_schedule, a_router_that_yields_is_answered_once_it_has)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .lower_prio_repeat = 3, .lower_prio_delay = 4s}};
    (void)schedule.became_active(start);
    EXPECT_EQ(schedule.lower_priority_heard(start + 1ms), 3U) << "it has taken over at the same time";
    EXPECT_EQ(schedule.lower_priority_heard(start + 2ms), 0U) << "and says its last advert";
    EXPECT_EQ(schedule.next(), start + 5ms);
    EXPECT_EQ(schedule.take_due(start + 5ms), 3U) << "what it announced itself meanwhile is put right";
    EXPECT_EQ(schedule.next(), start + 2ms + 4s);
}

TEST(announce_schedule, a_router_that_takes_over_again_soon_is_answered_again)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .lower_prio_repeat = 3, .lower_prio_delay = 0s}};
    (void)schedule.became_active(start);
    for (const auto takeover : {1ms, 334ms, 500ms, 501ms}) {
        EXPECT_EQ(schedule.lower_priority_heard(start + takeover), 3U);
        EXPECT_EQ(schedule.lower_priority_heard(start + takeover), 0U);
        EXPECT_EQ(schedule.take_due(start + takeover + 3ms), 3U);
    }
    EXPECT_EQ(schedule.lower_priority_heard(start + 600ms), 0U) << "four are in stock";
    EXPECT_EQ(schedule.next(), start + 1001ms);
    EXPECT_EQ(schedule.take_due(start + 1001ms), 3U);
    EXPECT_EQ(schedule.lower_priority_heard(start + 1002ms), 0U);
    EXPECT_EQ(schedule.next(), start + 1005ms) << "it yields";
}

TEST(announce_schedule, many_losing_adverts_make_two_bursts_a_second)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .lower_prio_repeat = 3, .lower_prio_delay = 0s}};
    (void)schedule.became_active(start);
    const auto bursts_in = [&](duration from, duration to) {
        unsigned bursts = 0;
        for (auto passed = from; passed < to; passed += 10ms) {
            bursts += schedule.take_due(start + passed) > 0 ? 1 : 0;
            bursts += schedule.lower_priority_heard(start + passed) > 0 ? 1 : 0;
        }
        return bursts;
    };
    EXPECT_LE(bursts_in(0s, 1s), 8U) << "the stock";
    const unsigned later = bursts_in(1s, 11s);
    EXPECT_GE(later, 18U);
    EXPECT_LE(later, 20U);
}

TEST(announce_schedule, lower_prio_repeat_zero_switches_them_off)
{
    announce_schedule schedule{announce_settings{.master_delay = 0s, .lower_prio_repeat = 0}};
    (void)schedule.became_active(start);
    EXPECT_EQ(schedule.lower_priority_heard(start), 0U);
    EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(announce_schedule, stop_forgets_everything)
{
    announce_schedule schedule{announce_settings{.refresh = 1s}};
    (void)schedule.became_active(start);
    (void)schedule.lower_priority_heard(start);
    (void)schedule.lower_priority_heard(start);
    schedule.stop();
    EXPECT_EQ(schedule.next(), std::nullopt);
    EXPECT_EQ(schedule.take_due(start + 100s), 0U);
}

TEST(announce_schedule, reconfiguration_keeps_the_second_burst)
{
    announce_schedule schedule{announce_settings{}};
    (void)schedule.became_active(start);
    schedule.reconfigure(announce_settings{.master_repeat = 7, .refresh = 2s}, true, start + 1s);
    EXPECT_EQ(schedule.next(), start + 3s) << "the refresh that is new";
    EXPECT_EQ(schedule.take_due(start + 3s), 1U);
    EXPECT_EQ(schedule.take_due(start + 5s), 7U);
    schedule.reconfigure(announce_settings{}, true, start + 6s);
    EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(announce_schedule, reconfiguration_of_one_that_is_not_active_starts_nothing)
{
    announce_schedule schedule{announce_settings{}};
    schedule.reconfigure(announce_settings{.refresh = 2s}, false, start);
    EXPECT_EQ(schedule.next(), std::nullopt);
}

} // namespace
} // namespace xvrrp::core
