// SPDX-License-Identifier: BSD-2-Clause
//
// core/sync_group with two real routers.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/sync_group.hpp"
#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

const ip_address active_router = higher_address;

router_settings grouped(int priority_value = 100)
{
    router_settings settings = settings_of(vrrp_version::v3, priority_value);
    settings.in_sync_group = true;
    return settings;
}

/// Two routers of one host, in one group.
struct host {
    bench a{grouped()};
    bench b{grouped()};
    sync_group group;

    host()
    {
        a.start_up();
        b.start_up();
        settle(0s);
    }
    [[nodiscard]] std::array<group_member, 2> members() const { return {member(a.subject), member(b.subject)}; }
    static group_member member(const router& one)
    {
        return {.state = one.state(), .faults = one.faults(), .wants_active = one.wants_active()};
    }
    /// Carries out what the group says, until it says no more: "a: … b: …".
    std::string settle(duration when)
    {
        std::string text;
        for (int round = 0; round < 10; ++round) {
            const auto orders = group.step(members());
            if (orders.empty()) {
                return text;
            }
            for (const group_order& each : orders) {
                const std::string did = (each.member == 0 ? a : b).at(when, each.what);
                text += (text.empty() ? "" : " ") + std::string(each.member == 0 ? "a:" : "b:") +
                        (did.empty() ? "" : " " + did);
            }
        }
        return text + " and so on";
    }
    void become_active()
    {
        const duration when = *a.subject.next_deadline() - start;
        a.at(when, deadline{});
        b.at(when, deadline{});
        settle(when);
        ASSERT_EQ(group_state(), group_state::active);
    }
    [[nodiscard]] core::group_state group_state() const { return sync_group::state_of(members()); }
    void both_follow(duration when)
    {
        a.hear(when, active_router, 200);
        b.hear(when, active_router, 200);
    }
};

TEST(sync_group, becomes_active_when_each_of_its_routers_would)
{
    host h;
    EXPECT_EQ(h.a.fire(), "");
    EXPECT_TRUE(h.a.subject.wants_active());
    EXPECT_EQ(h.settle(h.a.now - start), "");
    EXPECT_EQ(h.group_state(), group_state::backup);
    EXPECT_EQ(h.b.fire(), "");
    EXPECT_EQ(h.settle(h.b.now - start),
              "a: claim advert(100) announce(5) transition(backup>active active_down_timer) "
              "b: claim advert(100) announce(5) transition(backup>active active_down_timer)");
    EXPECT_EQ(h.group_state(), group_state::active);
}

TEST(sync_group, a_router_that_waits_for_the_others_asks_again_and_stops_when_it_hears_the_active_one)
{
    host h;
    h.both_follow(0s);
    h.a.fire();
    const time_point asked = h.a.now;
    EXPECT_EQ(h.a.subject.next_deadline(), asked + 1s);
    EXPECT_EQ(h.a.subject.active_down_deadline(), asked + 1s);
    h.a.hear(asked - start + 100ms, active_router, 200);
    EXPECT_FALSE(h.a.subject.wants_active());
    h.b.hear(500ms, active_router, 200);
    h.b.fire();
    EXPECT_EQ(h.settle(h.b.now - start), "") << "one network alone has seen a failure";
}

TEST(sync_group, a_router_that_waits_for_the_others_no_longer_asks_once_it_is_out_of_the_group)
{
    host h;
    h.both_follow(0s);
    h.a.fire();
    router_settings alone = grouped();
    alone.in_sync_group = false;
    EXPECT_TRUE(h.a.subject.reconfigure(alone, h.a.now).empty());
    EXPECT_LE(h.a.subject.next_deadline(), h.a.now);
    EXPECT_EQ(h.a.fire(), "claim advert(100) announce(5) follow(-) "
                          "transition(backup>active active_down_timer 192.0.2.11/200)");
}

TEST(sync_group, moves_at_once_when_the_probes_of_all_are_lost)
{
    host h;
    h.both_follow(0s);
    const peer_changed lost{
        .source = active_router, .health = peer_health::lost, .since = start + 20ms, .rank_unit = 300us};
    h.a.at(30ms, lost);
    h.a.fire();
    EXPECT_EQ(h.settle(31ms), "") << "the other still has its Active router";
    h.b.at(32ms, lost);
    h.b.fire();
    EXPECT_NE(h.settle(33ms).find("b: advert(100) claim"), std::string::npos);
    EXPECT_EQ(h.group_state(), group_state::active);
}

TEST(sync_group, gives_up_together_and_serves_until_the_successor_is_heard)
{
    host h;
    h.become_active();
    const duration when = h.a.now - start + 5s;
    EXPECT_NE(h.a.hear(when, active_router, 200).find("active>backup higher_priority"), std::string::npos);
    EXPECT_EQ(h.settle(when), "b: advert(0) transition(active>leaving sync_group)");
    EXPECT_EQ(h.b.hear(when + 1ms, active_router, 50),
              "restrain(quiet) transition(leaving>backup sync_group 192.0.2.11/50) follow(192.0.2.11) release "
              "restrain(off)");
    EXPECT_EQ(h.group_state(), group_state::backup);
    EXPECT_EQ(h.settle(when + 1ms), "");
}

TEST(sync_group, without_a_successor_the_router_that_left_is_backup_again)
{
    host h;
    h.become_active();
    const duration when = h.a.now - start + 5s;
    h.a.hear(when, active_router, 200);
    h.settle(when);
    h.b.fire();
    EXPECT_EQ(h.b.subject.state(), state::backup);
}

TEST(sync_group, a_fault_of_one_is_a_fault_of_all)
{
    host h;
    h.become_active();
    const duration when = h.a.now - start + 5s;
    h.a.at(when, fault_set{fault::link_down});
    EXPECT_EQ(h.settle(when), "b: advert(0) transition(active>leaving fault)");
    EXPECT_EQ(h.group_state(), group_state::fault);
    h.b.fire();
    EXPECT_EQ(h.b.subject.state(), state::initialize);
    h.b.at(when + 2s, fault_set{fault::tracked_script});
    EXPECT_EQ(h.settle(when + 2s), "a:");
    h.a.at(when + 3s, fault_cleared{fault::link_down});
    EXPECT_EQ(h.settle(when + 3s), "b:") << "b's own fault is left";
    EXPECT_EQ(h.a.subject.state(), state::initialize);
    h.b.at(when + 4s, fault_cleared{fault::tracked_script});
    EXPECT_EQ(h.settle(when + 4s), "a: transition(initialize>backup startup)");
    EXPECT_EQ(h.group_state(), group_state::backup);
}

TEST(sync_group, what_one_waits_for_keeps_all_from_starting_and_stops_none)
{
    host h;
    h.become_active();
    const duration when = h.a.now - start + 1s;
    h.a.at(when, fault_set{fault::awaiting_scripts});
    EXPECT_EQ(h.settle(when), "b:");
    EXPECT_EQ(h.group_state(), group_state::active);
    bench late(grouped());
    late.at(when, fault_set{fault::awaiting_sync_group});
    EXPECT_EQ(late.start_up(), "");
    EXPECT_EQ(late.subject.state(), state::initialize);
}

TEST(sync_group, a_group_that_is_made_of_an_active_and_a_backup_router_becomes_active)
{
    host h;
    h.a.at(1s, group_takes_over{});
    EXPECT_EQ(h.settle(1s), "b: claim advert(100) announce(5) transition(backup>active sync_group)");
    EXPECT_EQ(h.group_state(), group_state::active);
}

TEST(sync_group, a_router_that_resigns_is_called_back)
{
    host h;
    h.become_active();
    const duration when = h.a.now - start + 5s;
    EXPECT_EQ(h.b.at(when, group_left_active{}), "advert(0) transition(active>leaving sync_group)");
    EXPECT_NE(h.b.at(when + 1ms, group_takes_over{}).find("leaving>active sync_group"), std::string::npos);
    h.b.at(when + 2ms, shutdown{});
    EXPECT_EQ(h.b.at(when + 3ms, group_takes_over{}), "") << "but not one that stops";
}

TEST(sync_group, an_empty_one_says_nothing)
{
    sync_group none;
    EXPECT_TRUE(none.step({}).empty());
}

} // namespace
} // namespace xvrrp::core::test
