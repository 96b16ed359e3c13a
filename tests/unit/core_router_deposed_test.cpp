// SPDX-License-Identifier: BSD-2-Clause
//
// Deposed: while this process wasn't in control another router took over, and XDP fenced us. It gives up what it has,
// and comes back as any Backup does.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us; // priority 100, 1 s
constexpr duration thaw = 20s;
constexpr duration taken = 19'700ms; // the successor's last advert

deposed by(const ip_address& router, int priority_value, duration stamp = taken)
{
    return {.by = router,
            .priority = priority{static_cast<std::uint8_t>(priority_value)},
            .stamp = start + stamp,
            .interval = 1s};
}

TEST(router_deposed, as_active_it_is_backup_before_the_fence_is_lifted)
{
    for (const vrrp_version version : {vrrp_version::v2, vrrp_version::v3}) {
        bench b{settings_of(version)};
        b.become_active();
        EXPECT_EQ(b.at(thaw, by(lower_address, 50)),
                  "restrain(fenced) transition(active>backup deposed 192.0.2.9/50) follow(192.0.2.9) release "
                  "restrain(off)");
        EXPECT_EQ(b.subject.state(), core::state::backup);
        EXPECT_EQ(b.due(), taken + down) << "from the stamp";
        EXPECT_EQ(b.subject.followed()->source, lower_address);
    }
}

TEST(router_deposed, it_returns_only_by_the_whole_claim)
{
    bench b;
    b.become_active();
    b.at(thaw, by(lower_address, 50));
    for (const duration at : {20700ms, 21700ms, 22700ms}) {
        EXPECT_EQ(b.hear(at, lower_address, 50), "") << "lower adverts are discarded (S-B5)";
    }
    EXPECT_EQ(b.due(), taken + down);
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active preempted 192.0.2.9/50)");
}

TEST(router_deposed, a_successor_that_is_gone_too_is_succeeded_at_once)
{
    bench b;
    b.become_active();
    b.at(thaw, by(lower_address, 50, 10s));
    EXPECT_LT(b.due(), thaw);
    EXPECT_EQ(b.at(thaw, deadline{}),
              "claim advert(100) announce(5) follow(-) transition(backup>active active_down_timer 192.0.2.9/50)");
}

TEST(router_deposed, nopreempt_leaves_the_successor_in_charge)
{
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    bench b{settings};
    b.become_active();
    b.at(thaw, by(lower_address, 50));
    EXPECT_EQ(b.hear(20700ms, lower_address, 50), "");
    EXPECT_EQ(b.due(), 20700ms + down);
}

TEST(router_deposed, preempt_delay_counts_from_the_successors_advert)
{
    router_settings settings = settings_of();
    settings.preempt_delay = 2s;
    bench b{settings};
    b.become_active();
    b.at(thaw, by(lower_address, 50));
    b.hear(20700ms, lower_address, 50);
    EXPECT_EQ(b.due(), 20700ms + down);
    b.hear(21700ms, lower_address, 50);
    EXPECT_EQ(b.due(), 20700ms + down);
}

TEST(router_deposed, a_successor_that_serves_isnt_relieved_in_haste)
{
    bench b;
    b.become_active();
    b.at(thaw, by(lower_address, 50));
    b.at(thaw, peer_changed{
                   .source = lower_address, .health = peer_health::capable, .since = start + thaw, .rank_unit = 30ms});
    b.hear(20700ms, lower_address, 50);
    EXPECT_EQ(b.due(), taken + down);
}

TEST(router_deposed, by_a_better_router)
{
    bench b;
    b.become_active();
    b.at(thaw, by(higher_address, 200));
    EXPECT_EQ(b.hear(20700ms, higher_address, 200), "");
    EXPECT_EQ(b.due(), 20700ms + down);
}

TEST(router_deposed, an_owner_comes_back_by_its_timer)
{
    bench b{settings_of(vrrp_version::v3, 255)};
    b.start_up();
    ASSERT_EQ(b.subject.state(), core::state::active);
    b.at(thaw, by(lower_address, 50));
    EXPECT_EQ(b.subject.state(), core::state::backup);
    EXPECT_EQ(b.due(), taken + 3'003'906'250ns);
}

TEST(router_deposed, what_waited_in_the_queue_is_history)
{
    bench b;
    b.become_active();
    b.at(thaw, by(lower_address, 50));
    for (const duration stamp : {duration(17700ms), duration(18700ms), taken}) {
        EXPECT_EQ(b.at(thaw, bench::advert_of(stamp, lower_address, 50)), "");
        EXPECT_EQ(b.at(thaw, bench::advert_of(stamp, lower_address, 0)), "");
    }
    EXPECT_EQ(b.due(), taken + down);
}

TEST(router_deposed, learns_the_successors_interval_in_version_3)
{
    bench b;
    b.become_active();
    deposed what = by(lower_address, 50);
    what.interval = 10s;
    b.at(thaw, what);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 10s);
    EXPECT_GT(b.due(), taken + 36s);
}

TEST(router_deposed, as_backup_the_fence_alone_is_lifted)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.at(2s, by(higher_address, 200, 1s)), "restrain(off)");
    EXPECT_EQ(b.due(), 1s + down);
    EXPECT_EQ(b.at(b.due(), deadline{}),
              "claim advert(100) announce(5) follow(-) transition(backup>active active_down_timer 192.0.2.11/200)")
        << "and not lifted twice";
}

TEST(router_deposed, leaving_ends_with_its_successor)
{
    bench b;
    b.become_active();
    b.at(10s, shutdown{});
    EXPECT_EQ(b.at(thaw, by(lower_address, 50)), "restrain(fenced) release transition(leaving>initialize left)");
    EXPECT_EQ(b.due(), duration(-1));
    EXPECT_EQ(b.at(thaw + 1s, startup{}), "restrain(off) transition(initialize>backup startup)");
}

TEST(router_deposed, leaving_that_was_to_come_back_does_as_backup)
{
    bench b;
    b.become_active();
    b.at(10s, fault_set{fault::tracked_interface});
    b.at(10s, fault_cleared{fault::tracked_interface});
    ASSERT_EQ(b.subject.state(), core::state::leaving);
    EXPECT_EQ(b.at(thaw, by(lower_address, 50)), "restrain(fenced) release transition(leaving>initialize left) "
                                                 "restrain(off) transition(initialize>backup startup)");
    EXPECT_EQ(b.due(), thaw + down);
}

TEST(router_deposed, in_initialize_the_fence_stands_until_it_runs)
{
    bench b;
    EXPECT_EQ(b.at(1s, by(lower_address, 50, 500ms)), "");
    EXPECT_EQ(b.at(2s, startup{}), "restrain(off) transition(initialize>backup startup)");

    bench owner{settings_of(vrrp_version::v3, 255)};
    owner.at(1s, by(lower_address, 50, 500ms));
    EXPECT_EQ(owner.at(2s, startup{}),
              "restrain(off) claim advert(255) announce(5) transition(initialize>active owner_startup)")
        << "nothing is claimed behind a fence";
}

TEST(router_deposed, a_stamp_from_the_future_counts_as_now)
{
    bench b;
    b.become_active();
    b.at(thaw, by(lower_address, 50, 1h));
    EXPECT_EQ(b.due(), thaw + down);
}

} // namespace
} // namespace xvrrp::core::test
