// SPDX-License-Identifier: BSD-2-Clause
//
// What scripts and leave_if_degraded do to a router: it doesn't start before it knows that it may, and nopreempt
// doesn't tie the addresses to a router that lowered its priority.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us;

router_settings patient(bool leave_if_degraded)
{
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    settings.leave_if_degraded = leave_if_degraded;
    return settings;
}

TEST(router_scripts, a_router_starts_when_nothing_is_awaited_any_more)
{
    bench b;
    EXPECT_EQ(b.at(0s, fault_set{fault::awaiting_scripts}), "");
    EXPECT_EQ(b.start_up(), "");
    EXPECT_EQ(b.subject.state(), state::initialize);
    EXPECT_EQ(b.at(1s, fault_cleared{fault::awaiting_scripts}), "transition(initialize>backup startup)");
}

TEST(router_scripts, a_first_result_that_is_bad_keeps_it_from_starting)
{
    bench b;
    b.at(0s, fault_set{fault::awaiting_scripts});
    b.start_up();
    EXPECT_EQ(b.at(1s, fault_set{fault::tracked_script}), "");
    EXPECT_EQ(b.at(1s, fault_cleared{fault::awaiting_scripts}), "");
    EXPECT_EQ(b.subject.state(), state::initialize);
}

TEST(router_scripts, a_script_that_is_new_takes_nothing_from_a_router_that_runs)
{
    bench backup;
    backup.start_up();
    EXPECT_EQ(backup.at(1s, fault_set{fault::awaiting_scripts}), "");
    EXPECT_EQ(backup.subject.state(), state::backup);
    bench active;
    active.become_active();
    EXPECT_EQ(active.at(10s, fault_set{fault::awaiting_scripts}), "");
    EXPECT_EQ(active.subject.state(), state::active);
}

TEST(router_degraded, without_the_keyword_nopreempt_stays_behind_whatever_happens)
{
    bench b(patient(false));
    b.start_up();
    b.hear(1s, higher_address, 110);
    b.hear(2s, higher_address, 50);
    EXPECT_EQ(b.due(), 2s + down);
}

TEST(router_degraded, a_router_that_drops_below_ours_is_succeeded)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 110);
    b.hear(2s, higher_address, 50);
    b.hear(3s, higher_address, 50);
    EXPECT_EQ(b.due(), 1s + down) << "its adverts don't put the takeover off any more";
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active preempted 192.0.2.11/50)");
}

TEST(router_degraded, a_worse_router_that_stays_what_it_was_is_left_alone)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 90);
    b.hear(2s, higher_address, 90);
    EXPECT_EQ(b.due(), 2s + down);
}

TEST(router_degraded, a_worse_router_that_gets_worse_still_is_succeeded)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 90);
    b.hear(2s, higher_address, 70);
    EXPECT_EQ(b.due(), 1s + down);
}

TEST(router_degraded, one_that_drops_and_is_still_better_than_us_is_left_alone)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 200);
    b.hear(2s, higher_address, 101);
    b.hear(3s, higher_address, 100);
    EXPECT_EQ(b.due(), 3s + down);
}

TEST(router_degraded, one_that_recovers_in_time_is_left_alone)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 90);
    b.hear(2s, higher_address, 70);
    b.hear(3s, higher_address, 90);
    EXPECT_EQ(b.due(), 3s + down);
}

TEST(router_degraded, our_own_priority_that_rises_is_no_degradation)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 110);
    b.at(1500ms, priority_changed{priority{150}});
    b.hear(2s, higher_address, 110);
    EXPECT_EQ(b.due(), 2s + 3'414'062'500ns) << "Active_Down_Interval of priority 150";
}

TEST(router_degraded, another_router_is_measured_by_what_it_advertised_itself)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 110);
    EXPECT_EQ(b.hear(3s, lower_address, 90), "follow(192.0.2.9)");
    b.hear(4s, lower_address, 90);
    EXPECT_EQ(b.due(), 4s + down);
}

TEST(router_degraded, one_that_answers_probes_is_succeeded_without_a_wait)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 110);
    b.at(1s, peer_changed{
                 .source = higher_address, .health = peer_health::capable, .since = start + 1s, .rank_unit = 30ms});
    b.hear(2s, higher_address, 110);
    b.hear(2500ms, higher_address, 50);
    EXPECT_EQ(b.due(), 2500ms + 156 * duration(30ms) / 256);
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active peer_yielded 192.0.2.11/50)");
}

TEST(router_degraded, answering_probes_a_worse_one_that_drops_is_succeeded_without_a_wait_too)
{
    bench b(patient(true));
    b.start_up();
    b.hear(1s, higher_address, 90);
    b.at(1s, peer_changed{
                 .source = higher_address, .health = peer_health::capable, .since = start + 1s, .rank_unit = 30ms});
    b.hear(2s, higher_address, 70);
    EXPECT_EQ(b.due(), 2s + 156 * duration(30ms) / 256);
    b.hear(2010ms, higher_address, 90);
    b.fire();
    EXPECT_EQ(b.subject.state(), state::backup) << "it recovered meanwhile";
    EXPECT_EQ(b.due(), 2010ms + down);
}

} // namespace
} // namespace xvrrp::core::test
