// SPDX-License-Identifier: BSD-2-Clause
//
// Backup: the timer, what resets it, what shortens it and what doesn't touch it.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us; // priority 100, 1 s
constexpr duration skew = 609'375us;

TEST(router_backup, S_B1_shutdown_without_an_advert)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.at(2s, shutdown{}), "follow(-) transition(backup>initialize shutdown)");
    EXPECT_EQ(b.subject.next_deadline(), std::nullopt);
    EXPECT_EQ(b.subject.followed(), std::nullopt);
}

TEST(router_backup, S_B2_S_X3_silence_makes_it_active_in_the_order_that_matters)
{
    for (const vrrp_version version : {vrrp_version::v2, vrrp_version::v3}) {
        bench b{settings_of(version)};
        b.start_up();
        b.hear(2s, higher_address, 200);
        EXPECT_EQ(b.at(2s + down - 1ns, deadline{}), "") << "not a nanosecond early";
        EXPECT_EQ(b.at(2s + down, deadline{}),
                  "claim advert(100) announce(5) follow(-) transition(backup>active active_down_timer 192.0.2.11/200)");
        EXPECT_EQ(b.due(), 2s + down + 1s);
        EXPECT_EQ(b.subject.since(), start + 2s + down);
    }
}

TEST(router_backup, S_B2_nobody_was_ever_heard)
{
    bench b;
    EXPECT_EQ(b.become_active(), "claim advert(100) announce(5) transition(backup>active active_down_timer)");
}

TEST(router_backup, S_B2_down_timer_adverts_says_how_many_are_missing)
{
    router_settings settings = settings_of();
    settings.down_timer_adverts = 1;
    bench b{settings};
    b.start_up();
    EXPECT_EQ(b.due(), 1'609'375us);
    b.hear(500ms, higher_address, 200, 100ms);
    EXPECT_EQ(b.due(), 500ms + 160'937'500ns) << "of the learned interval";
}

TEST(router_backup, S_B3_priority_zero_leaves_skew_time)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.hear(2s, higher_address, 0), "notice(priority_zero_received 192.0.2.11/0)");
    EXPECT_EQ(b.due(), 2s + skew);
    EXPECT_EQ(b.subject.state(), core::state::backup);
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active priority_zero 192.0.2.11/0)");
}

TEST(router_backup, S_B3_skew_time_of_the_learned_interval)
{
    bench v3;
    v3.start_up();
    v3.hear(1s, higher_address, 200, 100ms);
    v3.hear(1100ms, higher_address, 0, 100ms);
    EXPECT_EQ(v3.due(), 1100ms + 60'937'500ns);

    router_settings slow = settings_of(vrrp_version::v2);
    slow.advertisement_interval = 10s;
    bench v2{slow};
    v2.start_up();
    v2.hear(1s, higher_address, 200, 10s);
    v2.hear(2s, higher_address, 0, 10s);
    EXPECT_EQ(v2.due(), 2s + skew) << "version 2 doesn't scale it";
}

TEST(router_backup, S_B3_repeated_doesnt_put_the_takeover_off)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    b.hear(2s, higher_address, 0);
    b.hear(2300ms, higher_address, 0);
    EXPECT_EQ(b.due(), 2s + skew);
}

TEST(router_backup, S_B3_another_active_router_ends_it)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    b.hear(2s, higher_address, 0);
    EXPECT_EQ(b.hear(2100ms, third_address, 150), "follow(192.0.2.200)");
    EXPECT_EQ(b.due(), 2100ms + down);
}

TEST(router_backup, S_B4_higher_or_equal_priority_resets_the_timer)
{
    for (const int value : {100, 101, 255}) {
        bench b;
        b.start_up();
        b.hear(3s, lower_address, value);
        EXPECT_EQ(b.due(), 3s + down) << value;
        EXPECT_EQ(b.subject.state(), core::state::backup);
    }
}

TEST(router_backup, S_B4_equal_priority_compares_no_addresses)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, lower_address, 100), "notice(equal_priority 192.0.2.9/100) follow(192.0.2.9)");
    EXPECT_EQ(b.due(), 1s + down);
}

TEST(router_backup, S_B4_without_preempt_any_priority_resets_the_timer)
{
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    bench b{settings};
    b.start_up();
    EXPECT_EQ(b.hear(3s, lower_address, 1), "follow(192.0.2.9)");
    EXPECT_EQ(b.due(), 3s + down);
    EXPECT_EQ(b.hear(60s, lower_address, 1), "");
    EXPECT_EQ(b.due(), 60s + down);
}

TEST(router_backup, S_B4_counts_from_the_stamp)
{
    bench b;
    b.start_up();
    b.at(3s, bench::advert_of(2500ms, higher_address, 200));
    EXPECT_EQ(b.due(), 2500ms + down);
}

TEST(router_backup, S_B4_stamps_in_the_future_count_as_now)
{
    bench b;
    b.start_up();
    b.at(1s, bench::advert_of(3600s, higher_address, 200));
    EXPECT_EQ(b.due(), 1s + down);
    b.hear(2s, higher_address, 200);
    EXPECT_EQ(b.due(), 2s + down) << "and don't hide the adverts after them";
}

TEST(router_backup, S_B4_an_older_or_repeated_stamp_changes_no_timer)
{
    bench b;
    b.start_up();
    b.hear(2s, higher_address, 200);
    EXPECT_EQ(b.at(2100ms, bench::advert_of(2s, higher_address, 0)), "") << "the same stamp again";
    EXPECT_EQ(b.at(2100ms, bench::advert_of(1s, higher_address, 0)), "") << "an older one";
    EXPECT_EQ(b.at(2100ms, bench::advert_of(1s, third_address, 0)), "") << "older than what set the timer";
    EXPECT_EQ(b.due(), 2s + down);
    b.at(2100ms, bench::advert_of(1500ms, third_address, 250, 20s));
    EXPECT_EQ(b.due(), 2s + down);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 1s);
    EXPECT_EQ(b.subject.followed()->source, higher_address);
}

TEST(router_backup, S_B5_lower_priority_is_discarded_and_preempted)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, lower_address, 99), "");
    EXPECT_EQ(b.hear(2s, lower_address, 99), "");
    EXPECT_EQ(b.due(), down) << "the timer isn't reset";
    EXPECT_EQ(b.subject.followed(), std::nullopt);
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) transition(backup>active preempted 192.0.2.9/99)");
}

TEST(router_backup, S_B5_lowered_adverts_of_the_followed_router_dont_extend_the_timer)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.hear(2s, higher_address, 50), "");
    EXPECT_EQ(b.hear(3s, higher_address, 50), "");
    EXPECT_EQ(b.due(), 1s + down);
    EXPECT_EQ(b.subject.followed()->priority, priority{50});
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active preempted 192.0.2.11/50)");
}

TEST(router_backup, S_B5_not_the_reason_when_a_better_router_was_heard_since)
{
    bench b;
    b.start_up();
    b.hear(1s, lower_address, 99);
    b.hear(2s, higher_address, 200);
    EXPECT_EQ(b.fire(),
              "claim advert(100) announce(5) follow(-) transition(backup>active active_down_timer 192.0.2.11/200)");
}

TEST(router_backup, preempt_delay_counts_from_the_first_lower_advert)
{
    router_settings settings = settings_of();
    settings.preempt_delay = 5s;
    bench b{settings};
    b.start_up();
    for (int second = 1; second <= 5; ++second) {
        b.hear(std::chrono::seconds(second), lower_address, 50);
        EXPECT_EQ(b.due(), std::chrono::seconds(second) + down);
    }
    EXPECT_EQ(b.subject.followed()->source, lower_address);
    b.hear(6s, lower_address, 50);
    b.hear(7s, lower_address, 50);
    EXPECT_EQ(b.due(), 5s + down) << "from five seconds after the first on, they are discarded";
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active preempted 192.0.2.9/50)");
}

TEST(router_backup, preempt_delay_doesnt_delay_a_takeover_from_silence)
{
    router_settings settings = settings_of();
    settings.preempt_delay = 1000s;
    bench b{settings};
    b.start_up();
    b.hear(1s, lower_address, 50);
    EXPECT_EQ(b.due(), 1s + down);
}

TEST(router_backup, preempt_delay_starts_anew_after_a_better_router)
{
    router_settings settings = settings_of();
    settings.preempt_delay = 2s;
    bench b{settings};
    b.start_up();
    b.hear(1s, lower_address, 50);
    b.hear(2s, higher_address, 200);
    b.hear(3500ms, lower_address, 50);
    EXPECT_EQ(b.due(), 3500ms + down);
}

TEST(router_backup, S_X1_an_owner_preempts_whatever_the_settings_say)
{
    router_settings settings = settings_of(vrrp_version::v3, 255);
    settings.preempt_mode = false;
    settings.preempt_delay = 100s;
    bench b{settings, lower_address};
    b.start_up();
    b.hear(500ms, higher_address, 255); // the other owner wins the tie
    ASSERT_EQ(b.subject.state(), core::state::backup);
    b.hear(1s, higher_address, 254);
    b.hear(2s, higher_address, 254);
    EXPECT_EQ(b.due(), 500ms + 3'003'906'250ns);
}

TEST(router_backup, RX_12_version_3_learns_the_interval)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, higher_address, 200, 100ms), "follow(192.0.2.11) notice(interval_differs 192.0.2.11/200)");
    EXPECT_EQ(b.due(), 1s + 360'937'500ns);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 100ms);
    EXPECT_EQ(b.hear(1100ms, higher_address, 200, 100ms), "") << "said once";
    EXPECT_EQ(b.hear(1200ms, higher_address, 200, 1s), "") << "ours";
    EXPECT_EQ(b.due(), 1200ms + down);
    EXPECT_EQ(b.hear(1300ms, higher_address, 200, 100ms), "notice(interval_differs 192.0.2.11/200)");
}

TEST(router_backup, RX_12_version_2_keeps_its_own_interval)
{
    bench b{settings_of(vrrp_version::v2)};
    b.start_up();
    EXPECT_EQ(b.hear(1s, higher_address, 200, 7s), "follow(192.0.2.11)");
    EXPECT_EQ(b.due(), 1s + down);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 1s);
}

TEST(router_backup, RX_09_an_interval_that_cannot_be_is_not_learned)
{
    bench b;
    b.start_up();
    duration heard_at = 0s;
    for (const duration interval : {duration(0), duration(-1s), duration(255s + 1ns), duration(10h)}) {
        heard_at += 1s;
        b.hear(heard_at, higher_address, 200, interval);
        EXPECT_EQ(b.subject.active_advertisement_interval(), 1s);
        EXPECT_EQ(b.due(), heard_at + down) << "but it was heard";
    }
    b.hear(5s, higher_address, 200, 255s);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 255s);
}

TEST(router_backup, RX_19_own_adverts_looped_back_are_ignored)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, own, 100), "");
    EXPECT_EQ(b.hear(2s, own, 0), "");
    EXPECT_EQ(b.due(), down);
    b.fire();
    EXPECT_EQ(b.hear(10s, own, 255), "");
    EXPECT_EQ(b.subject.state(), core::state::active);
}

TEST(router_backup, S_X4_equal_priority_is_said_once_per_router)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, lower_address, 100), "notice(equal_priority 192.0.2.9/100) follow(192.0.2.9)");
    EXPECT_EQ(b.hear(2s, lower_address, 100), "");
    EXPECT_EQ(b.hear(2100ms, third_address, 100), "notice(equal_priority 192.0.2.200/100) follow(192.0.2.200)");
    EXPECT_EQ(b.hear(3s, lower_address, 100), "");
    b.at(3s, priority_changed{priority{101}});
    b.at(3s, priority_changed{priority{100}});
    EXPECT_EQ(b.hear(4s, lower_address, 100), "notice(equal_priority 192.0.2.9/100) follow(192.0.2.9)")
        << "until something changes";
}

TEST(router_backup, a_raised_or_lowered_priority_moves_the_deadline_from_the_last_advert)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.at(2s, priority_changed{priority{200}}), "");
    EXPECT_EQ(b.due(), 1s + 3'218'750us);
    EXPECT_EQ(b.at(2s, priority_changed{priority{1}}), "");
    EXPECT_EQ(b.due(), 1s + 3'996'093'750ns);
    EXPECT_EQ(b.subject.effective_priority(), priority{1});
}

TEST(router_backup, a_priority_stays_within_1_and_254)
{
    bench b;
    b.start_up();
    b.at(1s, priority_changed{priority{0}});
    EXPECT_EQ(b.subject.effective_priority(), priority{1});
    b.at(1s, priority_changed{priority{255}});
    EXPECT_EQ(b.subject.effective_priority(), priority{254});
}

TEST(router_backup, a_fault_ends_it_and_its_clearing_starts_anew)
{
    for (const fault reason : {fault::interface_missing, fault::link_down, fault::no_address, fault::tracked_interface,
                               fault::not_attached}) {
        bench b;
        b.start_up();
        b.hear(1s, higher_address, 200);
        EXPECT_EQ(b.at(2s, fault_set{reason}), "follow(-) transition(backup>initialize fault)");
        EXPECT_EQ(b.hear(3s, higher_address, 200), "");
        EXPECT_EQ(b.at(4s, fault_cleared{reason}), "transition(initialize>backup startup)");
        EXPECT_EQ(b.due(), 4s + down);
    }
}

TEST(router_backup, S_B6_removed_addresses_are_not_claimed)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.at(1s, address_lost{}), "");
}

} // namespace
} // namespace xvrrp::core::test
