// SPDX-License-Identifier: BSD-2-Clause
//
// Which instances go on after a reload, which end and which begin.
#include "plan/reload.hpp"

#include <gtest/gtest.h>

#include "plan_world.hpp"

namespace xvrrp::plan::test {
namespace {

vrrp_instance instance(const char* name, const char* interface, std::uint8_t id)
{
    vrrp_instance made = make_instance();
    made.name = name;
    made.interface = interface;
    made.vrid = {id};
    return made;
}

TEST(plan_reload, an_instance_goes_on_as_the_same_virtual_router)
{
    const std::vector running = {instance("A", "eth0", 1), instance("B", "eth0", 2)};
    const std::vector wanted = {instance("B", "eth0", 2), instance("A", "eth0", 1)};
    const reload_plan plan = plan_reload(running, wanted);
    ASSERT_EQ(plan.continues.size(), 2U);
    EXPECT_EQ(plan.continues[0], 1U);
    EXPECT_EQ(plan.continues[1], 0U);
    EXPECT_TRUE(plan.removed.empty());
}

TEST(plan_reload, a_renamed_instance_goes_on)
{
    const reload_plan plan = plan_reload(std::vector{instance("A", "eth0", 1)}, std::vector{instance("Z", "eth0", 1)});
    EXPECT_EQ(plan.continues[0], 0U);
    EXPECT_TRUE(plan.removed.empty());
}

TEST(plan_reload, another_interface_vrid_or_family_is_another_router)
{
    const std::vector running = {instance("A", "eth0", 1)};
    vrrp_instance ipv6 = instance("A", "eth0", 1);
    ipv6.family = address_family::ipv6;
    for (const vrrp_instance& other : {instance("A", "eth1", 1), instance("A", "eth0", 9), ipv6}) {
        const reload_plan plan = plan_reload(running, std::vector{other});
        EXPECT_EQ(plan.continues[0], std::nullopt);
        EXPECT_EQ(plan.removed, std::vector<std::size_t>{0});
    }
}

TEST(plan_reload, what_is_gone_is_removed_and_what_is_new_is_added)
{
    const std::vector running = {instance("A", "eth0", 1), instance("B", "eth0", 2), instance("C", "eth0", 3)};
    const std::vector wanted = {instance("B", "eth0", 2), instance("D", "eth0", 4)};
    const reload_plan plan = plan_reload(running, wanted);
    EXPECT_EQ(plan.continues[0], 1U);
    EXPECT_EQ(plan.continues[1], std::nullopt);
    EXPECT_EQ(plan.removed, (std::vector<std::size_t>{0, 2}));
}

} // namespace
} // namespace xvrrp::plan::test
