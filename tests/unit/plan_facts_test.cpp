// SPDX-License-Identifier: BSD-2-Clause
//
// What notifications of the kernel make of the facts, and what counts as news.
#include <gtest/gtest.h>

#include <vector>

#include "plan_world.hpp"

namespace xvrrp::plan::test {
namespace {

TEST(plan_facts, are_filled_from_a_dump)
{
    const std::vector<net::link> links = {make_link(2, "eth0"), make_link(3, "eth1")};
    const std::vector<net::address> addresses = {make_address(2, "10.0.0.1"), make_address(2, "10.0.0.9")};
    const facts known(links, addresses);
    ASSERT_NE(known.link("eth1"), nullptr);
    EXPECT_EQ(known.link("eth1")->index, interface_index{3});
    EXPECT_EQ(known.link("eth2"), nullptr);
    ASSERT_EQ(known.addresses({2}).size(), 2U);
    EXPECT_EQ(known.addresses({2})[0].ip, ip("10.0.0.1"));
    EXPECT_TRUE(known.addresses({3}).empty());
}

TEST(plan_facts, say_whether_a_notification_was_news)
{
    facts known;
    EXPECT_TRUE(known.apply(net::link_changed{make_link(2, "eth0")}));
    EXPECT_FALSE(known.apply(net::link_changed{make_link(2, "eth0")}));
    EXPECT_TRUE(known.apply(net::link_changed{make_link(2, "eth0", false)}));
    EXPECT_TRUE(known.apply(net::address_added{make_address(2, "10.0.0.1")}));
    EXPECT_FALSE(known.apply(net::address_added{make_address(2, "10.0.0.1")}));
    EXPECT_TRUE(known.apply(net::address_removed{make_address(2, "10.0.0.1")}));
    EXPECT_FALSE(known.apply(net::address_removed{make_address(2, "10.0.0.1")}));
    EXPECT_FALSE(known.apply(net::overrun{}));
}

TEST(plan_facts, a_link_that_is_removed_takes_its_addresses_along)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{make_address(2, "10.0.0.1")});
    EXPECT_TRUE(known.apply(net::link_removed{{2}, "eth0"}));
    EXPECT_EQ(known.link("eth0"), nullptr);
    EXPECT_EQ(known.address({2}, ip("10.0.0.1")), nullptr);
}

TEST(plan_facts, a_renamed_link_is_found_under_its_new_name)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    EXPECT_TRUE(known.apply(net::link_changed{make_link(2, "lan0")}));
    EXPECT_EQ(known.link("eth0"), nullptr);
    ASSERT_NE(known.link("lan0"), nullptr);
}

} // namespace
} // namespace xvrrp::plan::test
