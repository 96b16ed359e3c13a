// SPDX-License-Identifier: BSD-2-Clause
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

TEST(Leftovers, AreKnownByTheirMark)
{
    const leftovers found = find_leftovers(one_instance(), crashed_host(), {}, true);
    ASSERT_EQ(found.adopt.size(), 1U);
    EXPECT_EQ(found.adopt[0].ip, ip("10.0.0.70"));
    ASSERT_EQ(found.remove.size(), 1U);
    EXPECT_EQ(found.remove[0].ip, ip("10.0.0.71"));
    EXPECT_EQ(found.remove[0].prefix_length, 32);
}

TEST(Leftovers, TheHostsOwnAddressIsNeverOne)
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

TEST(Leftovers, AreKnownByTheRecordWhereTheKernelKeepsNoMark)
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

TEST(Leftovers, TheRecordReadsBackAsItWasWritten)
{
    const std::vector<recorded_address> record = {{.interface = "eth0", .ip = ip("10.0.0.70")},
                                                  {.interface = "bond0.5", .ip = ip("fe80::1")}};
    EXPECT_EQ(parse_record(format_record(record)), record);
}

TEST(Leftovers, ARecordThatWasCutOrSpoiltIsReadAsFarAsItGoes)
{
    EXPECT_EQ(parse_record("eth0 10.0.0.70\neth0 10.0.").size(), 1U);
    EXPECT_TRUE(parse_record("\n\n garbage \neth0\n 10.0.0.1\n").empty());
    EXPECT_TRUE(parse_record("").empty());
}

TEST(Leftovers, TheKernelKeepsTheMarkFrom518On)
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
