// SPDX-License-Identifier: BSD-2-Clause
//
// unicast_peer and the source addresses.
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(config_unicast, peers_and_source)
{
    const loaded result = read(instance_with("unicast_src_ip 10.0.0.1\nunicast_peer {\n 10.0.0.2\n 10.0.0.3\n}"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).source, ip("10.0.0.1"));
    EXPECT_THAT(only_instance(result).unicast_peers, ElementsAre(ip("10.0.0.2"), ip("10.0.0.3")));
    EXPECT_FALSE(only_instance(result).check_unicast_src);
    EXPECT_THAT(only_instance(result).hop_limits, IsEmpty());
}

TEST(config_unicast, the_multicast_source)
{
    EXPECT_EQ(only_instance(read(instance_with("mcast_src_ip 10.0.0.1"))).source, ip("10.0.0.1"));
    EXPECT_EQ(
        only_instance(read(instance_with("mcast_src_ip 10.0.0.1\nunicast_src_ip 10.0.0.9\nunicast_peer { 10.0.0.2 }")))
            .source,
        ip("10.0.0.9"));
}

TEST(config_unicast, one_line_blocks_hold_one_peer)
{
    EXPECT_THAT(only_instance(read(instance_with("unicast_peer { 10.0.0.2 }"))).unicast_peers,
                ElementsAre(ip("10.0.0.2")));
    const loaded two = read(instance_with("unicast_peer { 10.0.0.2 10.0.0.3 }"));
    EXPECT_THAT(only_instance(two).unicast_peers, ElementsAre(ip("10.0.0.2")));
    EXPECT_THAT(two.diagnostics, only_message(severity::error, 4, 25, "one peer in each line"));
}

TEST(config_unicast, ttl_limits)
{
    const loaded all =
        read(instance_with("unicast_peer {\n 10.0.0.2 min_ttl 255\n 10.0.0.3 min_ttl 250 max_ttl 252\n 10.0.0.4\n}"));
    EXPECT_EQ(only_instance(all).hop_limits, (peer_hop_limits{{ip("10.0.0.2"), {.least = 255, .most = 255}},
                                                              {ip("10.0.0.3"), {.least = 250, .most = 252}}}));
    EXPECT_TRUE(only_instance(all).check_unicast_src);
    EXPECT_THAT(all.diagnostics, IsEmpty());

    const loaded off = read(instance_with("check_unicast_src no\nunicast_peer {\n 10.0.0.2 min_ttl 255\n}"));
    EXPECT_FALSE(only_instance(off).check_unicast_src);
    EXPECT_THAT(only_instance(off).hop_limits, IsEmpty());
    EXPECT_THAT(off.diagnostics, only_message(severity::warning, 6, 2, "'check_unicast_src off'"));

    const loaded none = read(instance_with("unicast_peer {\n 10.0.0.2 min_ttl 255 max_ttl 254\n}"));
    EXPECT_THAT(only_instance(none).hop_limits, IsEmpty());
    EXPECT_THAT(none.diagnostics, only_message(severity::error, 5, 2, "min_ttl 255 is above max_ttl 254"));

    const loaded wrong = read(instance_with("unicast_peer {\n 10.0.0.2 min_ttl 256\n 10.0.0.3 max_ttl\n}"));
    EXPECT_EQ(only_instance(wrong).unicast_peers.size(), 2U);
    EXPECT_THAT(wrong.diagnostics, ElementsAre(message_at(severity::error, 5, 11, "from 0 to 255"),
                                               message_at(severity::error, 6, 11, "from 0 to 255")));
}

TEST(config_unicast, the_ttl_of_what_is_sent)
{
    EXPECT_EQ(only_instance(read(instance_with("unicast_ttl 64\nunicast_peer { 10.0.0.2 }"))).unicast_ttl, 64);
    EXPECT_THAT(read(instance_with("unicast_ttl 0")).diagnostics,
                only_message(severity::error, 4, 13, "from 1 to 255"));
}

TEST(config_unicast, without_a_peer_it_can_stay_in_fault)
{
    const loaded result =
        read(instance_with("unicast_src_ip 10.0.0.1\nunicast_fault_no_peer\nunicast_peer {\n 10.0.0.1\n}"));
    EXPECT_TRUE(only_instance(result).fault_without_peer);
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 5, 1, "stays in FAULT"),
                                                message_at(severity::warning, 7, 2, "own address")));
}

TEST(config_unicast, a_source_that_is_watched)
{
    const loaded result = read(instance_with("track_src_ip\nmcast_src_ip 10.0.0.1"));
    EXPECT_TRUE(only_instance(result).track_source);
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const loaded nothing = read(instance_with("track_src_ip"));
    EXPECT_FALSE(only_instance(nothing).track_source);
    EXPECT_THAT(nothing.diagnostics, only_message(severity::warning, 4, 1, "unicast_src_ip or mcast_src_ip"));
}

TEST(config_unicast, a_multicast_group_of_its_own)
{
    const std::string global = "global_defs {\n vrrp_mcast_group4 224.0.0.19\n}\n";
    EXPECT_EQ(only_instance(read(global + instance_with(""))).multicast_group, ip("224.0.0.19"));
    EXPECT_EQ(only_instance(read(global + instance_with("mcast_dst_ip 239.1.2.3"))).multicast_group, ip("239.1.2.3"));
    const loaded other = read(instance_with("mcast_dst_ip ff02::1:2"));
    EXPECT_EQ(only_instance(other).multicast_group, ip("224.0.0.18"));
    EXPECT_THAT(other.diagnostics, only_message(severity::error, 4, 14, "IPv4 virtual router"));
    EXPECT_THAT(read(instance_with("mcast_dst_ip 10.0.0.1")).diagnostics,
                only_message(severity::error, 4, 14, "a multicast address"));
}

TEST(config_unicast, checking_the_source)
{
    EXPECT_TRUE(only_instance(read(instance_with("check_unicast_src\nunicast_peer { 10.0.0.2 }"))).check_unicast_src);
    const std::string global = "global_defs {\n vrrp_check_unicast_src\n}\n";
    EXPECT_TRUE(only_instance(read(global + instance_with("unicast_peer { 10.0.0.2 }"))).check_unicast_src);
    EXPECT_FALSE(only_instance(read(global + instance_with("check_unicast_src off\nunicast_peer { 10.0.0.2 }")))
                     .check_unicast_src);
    EXPECT_FALSE(only_instance(read(global + instance_with(""))).check_unicast_src)
        << "there are no peers to check for";
}

TEST(config_unicast, ones_own_address_is_no_peer)
{
    const loaded result = read(instance_with("unicast_src_ip 10.0.0.1\nunicast_peer {\n 10.0.0.1\n 10.0.0.2\n}"));
    EXPECT_THAT(only_instance(result).unicast_peers, ElementsAre(ip("10.0.0.2")));
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 6, 2, "own address"));
    EXPECT_EQ(status_of(result), test_status::ok);
    EXPECT_THAT(only_instance(read(instance_with("mcast_src_ip 10.0.0.1\nunicast_peer {\n 10.0.0.1\n 10.0.0.2\n}")))
                    .unicast_peers,
                ElementsAre(ip("10.0.0.2")))
        << "adverts come from mcast_src_ip where unicast_src_ip is missing";
}

TEST(config_unicast, without_a_peer_adverts_are_multicast)
{
    for (const char* lines : {"unicast_peer {\n}", "unicast_src_ip 10.0.0.1"}) {
        const loaded result = read(instance_with(lines));
        EXPECT_THAT(only_instance(result).unicast_peers, IsEmpty());
        EXPECT_EQ(result.diagnostics.size(), 1U);
        EXPECT_THAT(result.diagnostics,
                    testing::Each(testing::Field(&diagnostic::text, testing::HasSubstr("multicast group 224.0.0.18"))));
    }
    EXPECT_EQ(only_instance(read(instance_with("unicast_src_ip 10.0.0.1"))).source, ip("10.0.0.1"));
}

TEST(config_unicast, peers_that_are_none)
{
    const loaded result = read(
        instance_with("unicast_peer {\n 10.0.0.2\n 10.0.0.2\n 10.0.0.2/24\n 224.0.0.18\n 0.0.0.0\n fe80::1\n x\n}"));
    EXPECT_THAT(only_instance(result).unicast_peers, ElementsAre(ip("10.0.0.2")));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 6, 2, "already"),
                                                message_at(severity::error, 7, 2, "no IP address"),
                                                message_at(severity::error, 8, 2, "no IP address"),
                                                message_at(severity::error, 9, 2, "no IP address"),
                                                message_at(severity::error, 10, 2, "IPv4 virtual router"),
                                                message_at(severity::error, 11, 2, "no IP address")));
}

TEST(config_unicast, sources_that_are_none)
{
    EXPECT_THAT(read(instance_with("mcast_src_ip 10.0.0.1/24")).diagnostics,
                only_message(severity::error, 4, 14, "without a mask"));
    const loaded other = read(instance_with("mcast_src_ip fe80::1"));
    EXPECT_EQ(only_instance(other).source, std::nullopt);
    EXPECT_THAT(other.diagnostics, only_message(severity::error, 4, 14, "IPv4 virtual router"));
}

TEST(config_unicast, the_family_comes_from_the_addresses_that_there_are)
{
    const std::string empty_six = "virtual_ipaddress_excluded { 10.0.0.70 }";
    // Without virtual addresses version 3 can't run, so IPv6 shows in what is said.
    EXPECT_EQ(only_instance(read(bare_instance_with("unicast_src_ip 10.0.0.1\nunicast_peer { 10.0.0.2 }"))).family,
              address_family::ipv4);
    for (const char* lines : {"unicast_src_ip fe80::1\nunicast_peer { fe80::2 }", "unicast_peer { fe80::2 }",
                              "mcast_src_ip fe80::1", "native_ipv6"}) {
        EXPECT_THAT(read(bare_instance_with(std::string(lines) + "\n" + empty_six)).diagnostics,
                    only_message(severity::error, 1, 15, "version 3 needs one"))
            << lines;
    }
}

TEST(config_unicast, entries_have_no_blocks)
{
    const loaded result = read(instance_with("unicast_peer {\n 10.0.0.2 {\n 10.0.0.3\n }\n}"));
    EXPECT_THAT(only_instance(result).unicast_peers, ElementsAre(ip("10.0.0.2")));
    EXPECT_THAT(result.diagnostics, only_message(severity::error, 5, 2, "no block belongs behind '10.0.0.2'"));
}

TEST(config_unicast, a_missing_brace_is_named)
{
    const loaded result =
        read(bare_instance_with("unicast_peer {\n 10.0.0.2\npriority 5\n}\nvirtual_ipaddress { 10.0.0.70 }"));
    EXPECT_THAT(result.diagnostics, only_message(severity::error, 6, 1, "a '}' is missing before this line"));
}

} // namespace
} // namespace xvrrp::config
