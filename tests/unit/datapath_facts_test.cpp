// SPDX-License-Identifier: BSD-2-Clause
//
// What the data path reads out of /proc, and the names of the reasons.
#include <gtest/gtest.h>

#include <set>

#include "datapath/datapath.hpp"
#include "datapath/interface_facts.hpp"
#include "datapath/pins.hpp"

namespace {

using namespace xvrrp::datapath;

constexpr std::string_view vlan_config = "VLAN Dev name\t | VLAN ID\n"
                                         "Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\n"
                                         "eth0.100       | 100  | eth0\n"
                                         "storage        | 7  | bond0\n";

TEST(datapath_facts, finds_the_parent_of_a_vlan)
{
    EXPECT_TRUE(is_vlan_parent(vlan_config, "eth0"));
    EXPECT_TRUE(is_vlan_parent(vlan_config, "bond0"));
}

TEST(datapath_facts, is_no_parent_by_part_of_its_name_or_by_being_a_vlan)
{
    EXPECT_FALSE(is_vlan_parent(vlan_config, "eth"));
    EXPECT_FALSE(is_vlan_parent(vlan_config, "eth00"));
    EXPECT_FALSE(is_vlan_parent(vlan_config, "storage"));
    EXPECT_FALSE(is_vlan_parent(vlan_config, "VLAN ID"));
    EXPECT_FALSE(is_vlan_parent("", "eth0"));
}

TEST(datapath_facts, native_is_the_default_of_hardware_alone)
{
    const auto of = [](std::string driver) { return interface_facts{.driver = std::move(driver)}.native_by_default(); };
    EXPECT_TRUE(of("virtio_net"));
    EXPECT_TRUE(of("mlx5_core"));
    for (const char* software : {"veth", "bonding", "bridge", "macvlan", "802.1Q VLAN Support", ""}) {
        EXPECT_FALSE(of(software)) << software;
    }
}

TEST(datapath_facts, tags_are_hidden_only_where_they_are_stripped_and_used)
{
    EXPECT_TRUE(
        (interface_facts{.driver = "e1000e", .strips_vlan_tags = true, .has_vlan_children = true}.hides_vlan_tags()));
    EXPECT_FALSE((interface_facts{.driver = "e1000e", .strips_vlan_tags = true}.hides_vlan_tags()));
    EXPECT_FALSE((interface_facts{.driver = "e1000e", .has_vlan_children = true}.hides_vlan_tags()));
}

TEST(datapath_facts, finds_the_process_that_holds_a_lock)
{
    const std::string locks = "1: FLOCK  ADVISORY  WRITE 6966 00:27:11566 0 EOF\n"
                              "2: POSIX  ADVISORY  WRITE 77 00:27:11567 0 EOF\n"
                              "3: FLOCK  ADVISORY  WRITE 4242 fd:01:1156 0 EOF\n";
    EXPECT_EQ(lock_holder(locks, 0x27, 11566), 6966);
    EXPECT_EQ(lock_holder(locks, 0xfd01, 1156), 4242);
    EXPECT_EQ(lock_holder(locks, 0x27, 11567), std::nullopt) << "no lock of flock(2)";
    EXPECT_EQ(lock_holder(locks, 0x28, 11566), std::nullopt);
}

TEST(datapath_facts, every_reason_has_a_name_of_its_own)
{
    std::set<std::string_view> names;
    for (int reason = XVRRP_ACCEPTED; reason < XVRRP_REASONS; ++reason) {
        EXPECT_NE(reason_name(static_cast<xvrrp_drop_reason>(reason)), "unknown") << reason;
        names.insert(reason_name(static_cast<xvrrp_drop_reason>(reason)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(XVRRP_REASONS));
}

} // namespace
