// SPDX-License-Identifier: BSD-2-Clause
//
// Active: the advert timer, losing and winning adverts, tracking, and addresses that others take away.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us; // Active since then

class router_active : public testing::Test {
public:
    void SetUp() override { b.become_active(); }
    bench b;
};

TEST_F(router_active, S_M2_TX_04_the_period_doesnt_drift)
{
    ASSERT_EQ(b.due(), down + 1s);
    EXPECT_EQ(b.at(down + 1s + 300us, deadline{}), "advert(100)") << "a little late";
    EXPECT_EQ(b.due(), down + 2s) << "counted from when it was due";
}

TEST_F(router_active, S_M2_TX_04_after_a_stall_one_advert_and_a_new_start)
{
    EXPECT_EQ(b.at(down + 4500ms, deadline{}), "advert(100)");
    EXPECT_EQ(b.due(), down + 5s) << "the second burst of announcements";
    EXPECT_EQ(b.fire(), "announce(5)");
    EXPECT_EQ(b.due(), down + 5500ms);
}

TEST_F(router_active, S_M2_nothing_before_its_time)
{
    EXPECT_EQ(b.at(down + 1s - 1ns, deadline{}), "");
    EXPECT_EQ(b.due(), down + 1s);
}

TEST_F(router_active, second_burst_after_garp_master_delay)
{
    std::string all;
    for (int i = 0; i < 7; ++i) {
        all += b.fire() + ";";
    }
    EXPECT_EQ(all, "advert(100);advert(100);advert(100);advert(100);advert(100) announce(5);advert(100);advert(100);");
}

TEST_F(router_active, S_M3_priority_zero_is_answered_at_once)
{
    EXPECT_EQ(b.hear(down + 300ms, lower_address, 0), "notice(priority_zero_received 192.0.2.9/0) advert(100)");
    EXPECT_EQ(b.due(), down + 1300ms) << "Adver_Timer is set anew";
}

TEST_F(router_active, S_M4_steps_down_for_a_higher_priority_and_the_addresses_go_last)
{
    EXPECT_EQ(
        b.hear(down + 2s, lower_address, 101),
        "restrain(quiet) advert(100) transition(active>backup higher_priority 192.0.2.9/101) follow(192.0.2.9) release "
        "restrain(off)");
    EXPECT_EQ(b.due(), down + 2s + down);
    EXPECT_EQ(b.subject.followed()->source, lower_address);
}

TEST_F(router_active, S_M4_counts_from_the_stamp_and_learns_the_interval)
{
    EXPECT_EQ(b.at(down + 2s, bench::advert_of(down + 1900ms, lower_address, 101, 100ms)),
              "restrain(quiet) advert(100) transition(active>backup higher_priority 192.0.2.9/101) follow(192.0.2.9) "
              "notice(interval_differs 192.0.2.9/101) release restrain(off)");
    EXPECT_EQ(b.due(), down + 1900ms + 360'937'500ns);
}

TEST_F(router_active, S_M4_tie_goes_to_the_higher_address)
{
    EXPECT_EQ(b.hear(down + 2s, higher_address, 100),
              "notice(equal_priority 192.0.2.11/100) restrain(quiet) advert(100) "
              "transition(active>backup equal_priority_address 192.0.2.11/100) follow(192.0.2.11) release "
              "restrain(off)");
}

TEST_F(router_active, S_M4_addresses_compare_as_unsigned_numbers_in_network_order)
{
    EXPECT_NE(b.hear(down + 2s, *ip_address::parse("192.0.3.1"), 100).find("active>backup"), std::string::npos);
}

TEST_F(router_active, S_M4_tie_with_a_lower_address_stays_active)
{
    EXPECT_EQ(b.hear(down + 2s, lower_address, 100),
              "notice(equal_priority 192.0.2.9/100) notice(lower_priority_advert 192.0.2.9/100) advert(100) "
              "announce(5)");
}

TEST_F(router_active, S_M4_the_primary_address_of_now_decides_ties)
{
    b.at(down + 1s, primary_changed{third_address});
    b.hear(down + 2s, higher_address, 100);
    EXPECT_EQ(b.subject.state(), core::state::active);
}

TEST(router_active_preempt, S_M4_asks_no_preempt_mode)
{
    router_settings settings = settings_of(vrrp_version::v2);
    settings.preempt_mode = false;
    bench b{settings};
    b.become_active();
    b.hear(down + 2s, lower_address, 101);
    EXPECT_EQ(b.subject.state(), core::state::backup);
}

TEST_F(router_active, S_M5_a_losing_advert_is_answered_and_the_addresses_announced)
{
    EXPECT_EQ(b.hear(down + 300ms, lower_address, 50),
              "notice(lower_priority_advert 192.0.2.9/50) advert(100) announce(5)");
    EXPECT_EQ(b.due(), down + 1s) << "Adver_Timer isn't set anew";
    EXPECT_EQ(b.hear(down + 400ms, lower_address, 50), "notice(lower_priority_advert 192.0.2.9/50) advert(100)")
        << "a burst a second";
}

TEST(router_active_lower, S_M5_version_2_too_and_without_announcements_if_so_configured)
{
    router_settings settings = settings_of(vrrp_version::v2);
    settings.announcements.lower_prio_repeat = 0;
    bench b{settings};
    b.become_active();
    EXPECT_EQ(b.hear(down + 300ms, lower_address, 50), "notice(lower_priority_advert 192.0.2.9/50) advert(100)");
}

TEST_F(router_active, RX_19_its_own_advert_wins_no_tie)
{
    EXPECT_EQ(b.hear(down + 300ms, own, 100), "");
}

TEST(router_active_history, adverts_that_had_their_effect_before_the_takeover_have_none_after)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    b.hear(2s, higher_address, 200);
    b.hear(2500ms, lower_address, 50);
    b.fire();
    const duration taken = b.now - start;
    EXPECT_EQ(b.at(taken + 1ms, bench::advert_of(2s, higher_address, 200)), "") << "the kernel's record, once more";
    EXPECT_EQ(b.at(taken + 1ms, bench::advert_of(1s, higher_address, 200)), "");
    EXPECT_EQ(b.at(taken + 1ms, bench::advert_of(1500ms, third_address, 200)), "") << "older than the last evidence";
    EXPECT_EQ(b.at(taken + 1ms, bench::advert_of(2500ms, lower_address, 50)), "");
    b.at(taken + 1ms, bench::advert_of(taken - 10us, higher_address, 200));
    EXPECT_EQ(b.subject.state(), core::state::backup) << "but one that came before the takeover and wasn't seen counts";
}

TEST(router_active_history, S_I3_adverts_from_before_the_startup_of_an_owner_have_no_effect)
{
    bench b{settings_of(vrrp_version::v3, 255)};
    b.at(1s, fault_set{fault::link_down});
    b.hear(2s, higher_address, 255);
    b.at(3s, startup{});
    b.at(4s, fault_cleared{fault::link_down});
    EXPECT_EQ(b.at(4s, bench::advert_of(2s, higher_address, 255)), "");
    EXPECT_EQ(b.subject.state(), core::state::active);
}

TEST_F(router_active, S_X8_flapping_is_said)
{
    EXPECT_EQ(b.hear(down + 999ms, higher_address, 200),
              "restrain(quiet) advert(100) notice(flapping 192.0.2.11/200) "
              "transition(active>backup higher_priority 192.0.2.11/200) follow(192.0.2.11) release restrain(off)");
}

TEST_F(router_active, S_X8_a_whole_second_isnt_flapping)
{
    b.at(down + 1s, deadline{});
    EXPECT_EQ(b.hear(down + 1s, higher_address, 200).find("flapping"), std::string::npos);
}

TEST(router_active_owner, RX_14_one_that_ignores_adverts_only_says_that_there_is_another)
{
    router_settings settings = settings_of(vrrp_version::v3, 255);
    settings.owner_ignore_adverts = true;
    bench b{settings};
    b.start_up();
    EXPECT_EQ(b.hear(500ms, higher_address, 255), "notice(another_owner 192.0.2.11/255)");
    EXPECT_EQ(b.hear(600ms, lower_address, 50), "");
    EXPECT_EQ(b.subject.state(), core::state::active);
}

TEST(router_active_lower, S_M5_no_advert_in_answer_if_so_configured)
{
    router_settings settings = settings_of();
    settings.lower_prio_no_advert = true;
    bench b{settings};
    b.become_active();
    EXPECT_EQ(b.hear(down + 300ms, lower_address, 50), "notice(lower_priority_advert 192.0.2.9/50) announce(5)");
}

TEST(router_active_lower, S_M5_heard_by_another_member_of_the_sync_group_the_addresses_are_announced)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.at(1s, group_contested{}), "") << "a Backup has nothing to announce";
    b.fire();
    EXPECT_EQ(b.at(down + 300ms, group_contested{}), "announce(5)");
    EXPECT_EQ(b.at(down + 400ms, group_contested{}), "") << "as seldom as its own answers";
}

class router_timer_expired : public testing::Test {
public:
    router_timer_expired() : b(settings()) { b.become_active(); }
    static router_settings settings()
    {
        router_settings made = settings_of();
        made.preempt_mode = false;
        made.timer_expired_backup = priority{254};
        return made;
    }
    // What a Backup of priority 254 waits for beyond the advert that is due: two intervals and its Skew_Time.
    static constexpr duration longest = 2s + 7'812'500ns;
    bench b;
};

TEST_F(router_timer_expired, an_advert_that_is_too_late_is_not_sent_but_the_state_given_up)
{
    EXPECT_EQ(b.at(down + 1s + longest + 1ns, deadline{}),
              "restrain(quiet) transition(active>backup timer_expired) release restrain(off)");
    EXPECT_EQ(b.due(), down + 1s + longest + 1ns + down);
}

TEST_F(router_timer_expired, one_that_nobody_can_have_missed_is_sent)
{
    EXPECT_EQ(b.at(down + 1s + longest, deadline{}), "advert(100)");
}

TEST(router_timer_expired_off, with_preempt_the_election_settles_it)
{
    router_settings settings = router_timer_expired::settings();
    settings.preempt_mode = true;
    bench b{settings};
    b.become_active();
    EXPECT_EQ(b.at(down + 60s, deadline{}).substr(0, 11), "advert(100)");
    EXPECT_EQ(b.subject.state(), core::state::active);
}

TEST(router_active_owner, RX_14_S_X4_an_owner_processes_adverts_of_another)
{
    bench wins{settings_of(vrrp_version::v3, 255)};
    wins.start_up();
    EXPECT_EQ(wins.hear(500ms, lower_address, 255),
              "notice(another_owner 192.0.2.9/255) notice(lower_priority_advert 192.0.2.9/255) advert(255) "
              "announce(5)");
    EXPECT_EQ(wins.hear(1500ms, lower_address, 255),
              "notice(lower_priority_advert 192.0.2.9/255) advert(255) announce(5)");

    bench loses{settings_of(vrrp_version::v3, 255)};
    loses.start_up();
    loses.hear(1500ms, higher_address, 255);
    EXPECT_EQ(loses.subject.state(), core::state::backup);
    EXPECT_EQ(loses.due(), 1500ms + 3'003'906'250ns);
}

TEST(router_active_owner, S_X1_tracking_doesnt_touch_an_owner)
{
    bench b{settings_of(vrrp_version::v3, 255)};
    b.start_up();
    EXPECT_EQ(b.at(1ms, priority_changed{priority{10}}), "");
    EXPECT_EQ(b.subject.effective_priority(), owner_priority);
}

TEST_F(router_active, a_changed_priority_is_advertised_at_once)
{
    EXPECT_EQ(b.at(down + 100ms, priority_changed{priority{150}}), "advert(150)");
    EXPECT_EQ(b.at(down + 200ms, priority_changed{priority{150}}), "");
    EXPECT_EQ(b.at(down + 300ms, priority_changed{priority{20}}), "advert(20)");
    EXPECT_EQ(b.due(), down + 1s) << "and the period stays";
    EXPECT_EQ(b.subject.state(), core::state::active) << "a lowered priority isn't leaving";
}

TEST_F(router_active, lost_addresses_are_put_back_and_announced)
{
    EXPECT_EQ(b.at(down + 100ms, address_lost{}), "claim announce(5)");
    EXPECT_EQ(b.due(), down + 1s);
}

TEST(router_active_learned, the_interval_of_another_router_is_forgotten)
{
    bench learner;
    learner.start_up();
    learner.hear(1s, higher_address, 200, 100ms);
    learner.fire();
    EXPECT_EQ(learner.subject.active_advertisement_interval(), 1s);
    EXPECT_EQ(learner.due(), 1s + 360'937'500ns + 1s) << "our own interval is what we send at";
}

TEST(router_active_late, a_late_takeover_counts_from_when_it_happened)
{
    bench b;
    b.start_up();
    b.at(20s, deadline{});
    EXPECT_EQ(b.due(), 21s);
    EXPECT_EQ(b.subject.since(), start + 20s);
}

} // namespace
} // namespace xvrrp::core::test
