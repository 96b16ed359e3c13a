// SPDX-License-Identifier: BSD-2-Clause
//
// Initialize: starting, faults, and that nothing else matters there.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

TEST(router_initialize, S_I1_owner_becomes_active_at_once)
{
    for (const vrrp_version version : {vrrp_version::v2, vrrp_version::v3}) {
        bench b{settings_of(version, 255)};
        EXPECT_EQ(b.start_up(), "claim advert(255) announce(5) transition(initialize>active owner_startup)");
        EXPECT_EQ(b.due(), 1s) << "Adver_Timer";
        EXPECT_EQ(b.subject.active_down_deadline(), std::nullopt);
    }
}

TEST(router_initialize, S_I2_others_become_backup_and_wait_the_whole_interval)
{
    for (const vrrp_version version : {vrrp_version::v2, vrrp_version::v3}) {
        bench b{settings_of(version)};
        EXPECT_EQ(b.start_up(), "transition(initialize>backup startup)");
        EXPECT_EQ(b.due(), 3'609'375us);
        EXPECT_EQ(b.subject.active_down_deadline(), b.subject.next_deadline());
        EXPECT_EQ(b.subject.active_advertisement_interval(), 1s);
    }
}

TEST(router_initialize, S_I2_with_every_priority_to_the_nanosecond)
{
    for (int value = 1; value <= 254; ++value) {
        router_settings fast = settings_of(vrrp_version::v3, value);
        fast.advertisement_interval = 10ms;
        bench b{fast};
        b.start_up();
        EXPECT_EQ(b.due(), duration(30'000'000 + (256 - value) * 10'000'000LL / 256)) << value;
    }
}

TEST(router_initialize, S_I3_nothing_happens_before_startup)
{
    bench b;
    EXPECT_EQ(b.hear(0s, higher_address, 200), "");
    EXPECT_EQ(b.hear(1s, higher_address, 0), "");
    EXPECT_EQ(b.at(2s, deadline{}), "");
    EXPECT_EQ(b.at(2s, address_lost{}), "");
    EXPECT_EQ(b.at(2s, shutdown{}), "");
    EXPECT_EQ(b.at(2s, priority_changed{priority{50}}), "");
    EXPECT_EQ(b.subject.state(), core::state::initialize);
    EXPECT_EQ(b.subject.next_deadline(), std::nullopt);
    EXPECT_EQ(b.subject.followed(), std::nullopt);
}

TEST(router_initialize, a_fault_before_startup_holds_it_back)
{
    bench b;
    EXPECT_EQ(b.at(0s, fault_set{fault::link_down}), "");
    EXPECT_EQ(b.at(1s, fault_set{fault::no_address}), "");
    EXPECT_EQ(b.at(2s, startup{}), "");
    EXPECT_EQ(b.at(3s, fault_cleared{fault::link_down}), "");
    EXPECT_EQ(b.subject.faults(), static_cast<std::uint32_t>(fault::no_address));
    EXPECT_EQ(b.at(4s, fault_cleared{fault::no_address}), "transition(initialize>backup startup)");
    EXPECT_EQ(b.due(), 4s + 3'609'375us);
    EXPECT_EQ(b.subject.since(), start + 4s);
}

TEST(router_initialize, a_fault_cleared_before_startup_starts_nothing)
{
    bench b;
    b.at(0s, fault_set{fault::link_down});
    EXPECT_EQ(b.at(1s, fault_cleared{fault::link_down}), "");
    EXPECT_EQ(b.subject.state(), core::state::initialize);
}

TEST(router_initialize, a_fault_cleared_after_shutdown_starts_nothing)
{
    bench b;
    b.start_up();
    b.at(1s, fault_set{fault::tracked_interface});
    b.at(2s, shutdown{});
    EXPECT_EQ(b.at(3s, fault_cleared{fault::tracked_interface}), "");
    EXPECT_EQ(b.at(4s, startup{}), "transition(initialize>backup startup)");
}

TEST(router_initialize, a_second_startup_changes_nothing)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.at(1s, startup{}), "");
    EXPECT_EQ(b.due(), 3'609'375us);
}

TEST(router_initialize, an_owner_with_a_fault_becomes_active_when_it_is_cleared)
{
    bench b{settings_of(vrrp_version::v3, 255)};
    b.at(0s, fault_set{fault::interface_missing});
    EXPECT_EQ(b.start_up(), "");
    EXPECT_EQ(b.at(7s, fault_cleared{fault::interface_missing}),
              "claim advert(255) announce(5) transition(initialize>active owner_startup)");
}

} // namespace
} // namespace xvrrp::core::test
