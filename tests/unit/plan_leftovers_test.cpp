// SPDX-License-Identifier: BSD-2-Clause
//
// Which addresses an earlier run left behind: by their mark, and by the record where the kernel keeps no mark.
#include "plan/leftovers.hpp"

#include <gtest/gtest.h>

#include "plan_world.hpp"

namespace xvrrp::plan::test {
namespace {

configuration one_instance()
{
    configuration wanted;
    wanted.instances = {make_instance()};
    return wanted;
}

facts crashed_host()
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{make_address(2, "10.0.0.1")});
    known.apply(net::address_added{marked(make_address(2, "10.0.0.70", 32))});
    known.apply(net::address_added{marked(make_address(2, "10.0.0.71", 32))});
    return known;
}

TEST(plan_leftovers, are_known_by_their_mark)
{
    const leftovers found = find_leftovers(one_instance(), crashed_host(), {}, true);
    ASSERT_EQ(found.adopt.size(), 1U);
    EXPECT_EQ(found.adopt[0].ip, ip("10.0.0.70"));
    ASSERT_EQ(found.remove.size(), 1U);
    EXPECT_EQ(found.remove[0].ip, ip("10.0.0.71"));
    EXPECT_EQ(found.remove[0].prefix_length, 32);
}

TEST(plan_leftovers, an_address_with_another_prefix_than_the_configured_one_goes)
{
    configuration wanted = one_instance();
    wanted.instances[0].virtual_addresses[0].prefix_length = 24;
    const leftovers found = find_leftovers(wanted, crashed_host(), {}, true);
    EXPECT_TRUE(found.adopt.empty());
    EXPECT_EQ(found.remove.size(), 2U);
}

TEST(plan_leftovers, an_address_is_adopted_with_the_peer_that_is_configured_and_with_no_other)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    net::address there = marked(make_address(2, "10.0.0.70", 32));
    there.peer = ip("10.9.0.1");
    known.apply(net::address_added{there});
    EXPECT_TRUE(find_leftovers(one_instance(), known, {}, true).adopt.empty());
    ASSERT_EQ(find_leftovers(one_instance(), known, {}, true).remove.size(), 1U);
    EXPECT_EQ(find_leftovers(one_instance(), known, {}, true).remove[0].peer, ip("10.9.0.1"));

    configuration wanted = one_instance();
    wanted.instances[0].virtual_addresses[0].peer = ip("10.9.0.1");
    EXPECT_EQ(find_leftovers(wanted, known, {}, true).adopt.size(), 1U);
}

TEST(plan_leftovers, that_another_router_has_are_set_aside_unless_a_second_instance_wants_them)
{
    configuration wanted = one_instance();
    leftovers found = find_leftovers(wanted, crashed_host(), {}, true);
    set_succeeded_aside(found, wanted, crashed_host(), [](const vrrp_instance&) { return false; });
    EXPECT_EQ(found.adopt.size(), 1U);
    EXPECT_TRUE(found.succeeded.empty());
    set_succeeded_aside(found, wanted, crashed_host(), [](const vrrp_instance&) { return true; });
    EXPECT_TRUE(found.adopt.empty());
    ASSERT_EQ(found.succeeded.size(), 1U);
    EXPECT_EQ(found.succeeded[0].ip, ip("10.0.0.70"));

    wanted.instances.push_back(wanted.instances[0]);
    wanted.instances[1].name = "VI_2";
    found = find_leftovers(wanted, crashed_host(), {}, true);
    set_succeeded_aside(found, wanted, crashed_host(), [](const vrrp_instance& each) { return each.name == "VI_1"; });
    EXPECT_EQ(found.adopt.size(), 1U);
    EXPECT_TRUE(found.succeeded.empty());
}

TEST(plan_leftovers, the_hosts_own_address_is_never_one)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{make_address(2, "10.0.0.70")});
    const std::vector<recorded_address> record = {{.interface = "eth0", .ip = ip("10.0.0.70")}};
    const leftovers found = find_leftovers(one_instance(), known, record, true);
    EXPECT_TRUE(found.adopt.empty());
    EXPECT_TRUE(found.remove.empty());
    EXPECT_TRUE(may_add(one_instance(), known, {}).empty()) << "what the host has itself is never recorded as ours";
}

TEST(plan_leftovers, what_this_run_may_add_is_recorded_before_it_is_there_and_while_it_is)
{
    const std::vector<recorded_address> expected = {{.interface = "eth0", .ip = ip("10.0.0.70")}};
    facts known;
    EXPECT_EQ(may_add(one_instance(), known, {}), expected) << "the interface may come";
    known.apply(net::link_changed{make_link(2, "eth0")});
    EXPECT_EQ(may_add(one_instance(), known, {}), expected);
    known.apply(net::address_added{make_address(2, "10.0.0.70", 32)});
    EXPECT_EQ(may_add(one_instance(), known, {{interface_index{2}, ip("10.0.0.70")}}), expected);
    known.apply(net::address_added{marked(make_address(2, "10.0.0.70", 32))});
    EXPECT_EQ(may_add(one_instance(), known, {}), expected);
}

TEST(plan_leftovers, are_known_by_the_record_where_the_kernel_keeps_no_mark)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{make_address(2, "10.0.0.1")});
    known.apply(net::address_added{make_address(2, "10.0.0.70", 32)});
    known.apply(net::address_added{make_address(2, "10.0.0.71", 32)});
    const std::vector<recorded_address> record = {{.interface = "eth0", .ip = ip("10.0.0.70")},
                                                  {.interface = "eth0", .ip = ip("10.0.0.71")}};
    const leftovers found = find_leftovers(one_instance(), known, record, false);
    ASSERT_EQ(found.adopt.size(), 1U);
    ASSERT_EQ(found.remove.size(), 1U);
    EXPECT_EQ(found.remove[0].ip, ip("10.0.0.71"));
}

TEST(plan_leftovers, the_record_reads_back_as_it_was_written)
{
    const std::vector<recorded_address> record = {{.interface = "eth0", .ip = ip("10.0.0.70")},
                                                  {.interface = "bond0.5", .ip = ip("fe80::1")}};
    EXPECT_EQ(parse_record(format_record(record)), record);
}

TEST(plan_leftovers, a_record_that_was_cut_or_spoilt_is_read_as_far_as_it_goes)
{
    EXPECT_EQ(parse_record("eth0 10.0.0.70\neth0 10.0.").size(), 1U);
    EXPECT_EQ(parse_record("eth0 10.0.0.70\neth0 10.0.0.7").size(), 1U) << "what is left may name another address";
    EXPECT_TRUE(parse_record("\n\n garbage \neth0\n 10.0.0.1\n").empty());
    EXPECT_TRUE(parse_record("").empty());
}

TEST(plan_leftovers, the_kernel_keeps_the_mark_from_5_18_on)
{
    EXPECT_FALSE(keeps_address_protocol("5.10.0-28-amd64"));
    EXPECT_FALSE(keeps_address_protocol("5.17.9"));
    EXPECT_TRUE(keeps_address_protocol("5.18.0"));
    EXPECT_TRUE(keeps_address_protocol("5.18-rc1"));
    EXPECT_TRUE(keeps_address_protocol("6.1.0-13-amd64"));
    EXPECT_FALSE(keeps_address_protocol("nonsense"));
}

} // namespace
} // namespace xvrrp::plan::test
