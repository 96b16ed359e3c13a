// SPDX-License-Identifier: BSD-2-Clause
//
// Leaving: priority 0 is out, the addresses are still served until the successor is heard or none can come.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us;           // Active since then
constexpr duration stop = down + 2s;             // and leaving since then
constexpr duration worst = 996'093'750ns + 50ms; // Skew_Time of priority 1, and a margin

class router_leaving : public testing::Test {
public:
    void SetUp() override { b.become_active(); }
    bench b;
};

TEST_F(router_leaving, S_M1_says_so_and_serves_on)
{
    EXPECT_EQ(b.at(stop, shutdown{}), "advert(0) transition(active>leaving shutdown)");
    EXPECT_EQ(b.due(), stop + worst);
    EXPECT_EQ(b.subject.active_down_deadline(), std::nullopt);
}

TEST_F(router_leaving, S_M1_falls_silent_when_the_successor_is_heard_and_releases_50_ms_later)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.hear(stop + 610ms, lower_address, 50), "restrain(quiet)");
    EXPECT_EQ(b.due(), stop + 660ms);
    EXPECT_EQ(b.hear(stop + 620ms, lower_address, 50), "") << "said once";
    EXPECT_EQ(b.due(), stop + 660ms);
    EXPECT_EQ(b.fire(), "restrain(fenced) release transition(leaving>initialize left)");
    EXPECT_EQ(b.subject.next_deadline(), std::nullopt);
}

TEST_F(router_leaving, S_M1_the_50_ms_count_from_the_stamp)
{
    b.at(stop, shutdown{});
    b.at(stop + 200ms, bench::advert_of(stop + 180ms, higher_address, 200));
    EXPECT_EQ(b.due(), stop + 230ms);
}

TEST_F(router_leaving, S_M1_releases_without_a_successor_after_the_worst_skew_time)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.at(stop + worst - 1ns, deadline{}), "");
    EXPECT_EQ(b.fire(), "restrain(fenced) release transition(leaving>initialize left)");
}

TEST(router_leaving_interval, S_M1_worst_skew_time_of_both_versions)
{
    router_settings fast = settings_of(vrrp_version::v3);
    fast.advertisement_interval = 100ms;
    bench v3{fast};
    v3.become_active();
    v3.at(2s, shutdown{});
    EXPECT_EQ(v3.due(), 2s + 99'609'375ns + 50ms);

    router_settings slow = settings_of(vrrp_version::v2);
    slow.advertisement_interval = 10s;
    bench v2{slow};
    v2.become_active();
    v2.at(60s, shutdown{});
    EXPECT_EQ(v2.due(), 60s + worst);
}

TEST_F(router_leaving, others_that_leave_too_and_adverts_from_before_are_no_successors)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.hear(stop + 10ms, lower_address, 0), "");
    EXPECT_EQ(b.at(stop + 20ms, bench::advert_of(stop - 1ms, higher_address, 90)), "");
    EXPECT_EQ(b.hear(stop + 30ms, own, 100), "");
    EXPECT_EQ(b.due(), stop + worst);
}

TEST_F(router_leaving, a_second_shutdown_ends_it_at_once)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.at(stop + 1ms, shutdown{}), "restrain(fenced) release transition(leaving>initialize left)");
}

TEST_F(router_leaving, the_first_shutdown_after_a_fault_doesnt)
{
    b.at(stop, fault_set{fault::tracked_interface});
    EXPECT_EQ(b.at(stop + 1ms, shutdown{}), "");
    EXPECT_EQ(b.subject.state(), core::state::leaving);
    EXPECT_EQ(b.fire(), "restrain(fenced) release transition(leaving>initialize left)");
    EXPECT_EQ(b.at(60s, fault_cleared{fault::tracked_interface}), "");
}

TEST(router_leaving_fault, one_that_leaves_the_link_up_leaves_in_the_same_way)
{
    for (const fault reason : {fault::no_address, fault::tracked_interface, fault::not_attached}) {
        bench b;
        b.become_active();
        EXPECT_EQ(b.at(stop, fault_set{reason}), "advert(0) transition(active>leaving fault)");
        b.hear(stop + 610ms, lower_address, 50);
        EXPECT_EQ(b.fire(), "restrain(fenced) release transition(leaving>initialize left)");
        EXPECT_EQ(b.at(10s, fault_cleared{reason}), "restrain(off) transition(initialize>backup startup)");
    }
}

TEST(router_leaving_fault, without_a_link_the_addresses_go_at_once)
{
    for (const fault reason : {fault::interface_missing, fault::link_down}) {
        bench b;
        b.become_active();
        EXPECT_EQ(b.at(stop, fault_set{reason}), "release transition(active>initialize fault)");
        EXPECT_EQ(b.due(), duration(-1));
        EXPECT_EQ(b.at(10s, fault_cleared{reason}), "transition(initialize>backup startup)");
    }
}

TEST_F(router_leaving, a_link_lost_while_leaving_ends_it)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.at(stop + 1ms, fault_set{fault::link_down}),
              "restrain(fenced) release transition(leaving>initialize left)");
}

TEST_F(router_leaving, a_startup_meanwhile_waits_for_its_end)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.at(stop + 1ms, startup{}), "");
    EXPECT_EQ(b.fire(), "restrain(fenced) release transition(leaving>initialize left) restrain(off) "
                        "transition(initialize>backup startup)");
    EXPECT_EQ(b.due(), stop + worst + down);
}

TEST_F(router_leaving, a_fault_cleared_meanwhile_waits_for_its_end)
{
    b.at(stop, fault_set{fault::tracked_interface});
    EXPECT_EQ(b.at(stop + 1ms, fault_cleared{fault::tracked_interface}), "");
    EXPECT_EQ(b.fire(), "restrain(fenced) release transition(leaving>initialize left) restrain(off) "
                        "transition(initialize>backup startup)");
}

TEST(router_leaving_owner, an_owner_lifts_the_restraint_before_it_claims)
{
    bench b{settings_of(vrrp_version::v3, 255)};
    b.start_up();
    b.at(5s, fault_set{fault::tracked_interface});
    b.fire();
    EXPECT_EQ(b.at(20s, fault_cleared{fault::tracked_interface}),
              "restrain(off) claim advert(255) announce(5) transition(initialize>active owner_startup)");
}

TEST_F(router_leaving, addresses_lost_meanwhile_are_put_back_until_the_successor_is_heard)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.at(stop + 1ms, address_lost{}), "claim announce(5)");
    b.hear(stop + 2ms, lower_address, 50);
    EXPECT_EQ(b.at(stop + 3ms, address_lost{}), "");
}

TEST_F(router_leaving, nothing_more_is_sent)
{
    b.at(stop, shutdown{});
    EXPECT_EQ(b.at(stop + 1ms, priority_changed{priority{20}}), "");
    EXPECT_EQ(b.at(stop + 900ms, deadline{}), "");
}

} // namespace
} // namespace xvrrp::core::test
