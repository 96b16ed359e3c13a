// SPDX-License-Identifier: BSD-2-Clause
//
// rtnetlink messages that are hard to have the kernel send; what it does send is tested in namespaces.
#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <memory>

#include "net/message_parser.hpp"

namespace {

using xvrrp::net::for_each_message;
using xvrrp::net::parse_address;
using xvrrp::net::parse_link;

struct deleter {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using message = std::unique_ptr<nl_msg, deleter>;

message link_message(unsigned char family, unsigned flags = 0)
{
    message made(nlmsg_alloc_simple(RTM_NEWLINK, 0));
    ifinfomsg header{};
    header.ifi_family = family;
    header.ifi_index = 3;
    header.ifi_flags = flags;
    nlmsg_append(made.get(), &header, sizeof header, NLMSG_ALIGNTO);
    return made;
}

message address_message(unsigned char family, std::uint8_t flags)
{
    message made(nlmsg_alloc_simple(RTM_NEWADDR, 0));
    ifaddrmsg header{};
    header.ifa_family = family;
    header.ifa_flags = flags;
    header.ifa_index = 3;
    nlmsg_append(made.get(), &header, sizeof header, NLMSG_ALIGNTO);
    return made;
}

TEST(net_message_parser, a_link_without_a_name_is_a_wireless_event)
{
    const message event = link_message(AF_UNSPEC);
    EXPECT_FALSE(parse_link(nlmsg_hdr(event.get())));
    nla_put_string(event.get(), IFLA_IFNAME, "wlan0");
    EXPECT_TRUE(parse_link(nlmsg_hdr(event.get())));
}

TEST(net_message_parser, what_a_bridge_says_about_its_port_is_not_about_the_link)
{
    const message port = link_message(AF_BRIDGE);
    nla_put_string(port.get(), IFLA_IFNAME, "eth0");
    EXPECT_FALSE(parse_link(nlmsg_hdr(port.get())));
}

TEST(net_message_parser, carrier_counts_while_the_link_is_up)
{
    constexpr unsigned lower_up = 1U << 16U;
    for (const auto& [flags, running] :
         {std::pair<unsigned, bool>{IFF_UP | lower_up, true}, {IFF_UP, false}, {lower_up, false}}) {
        const message given = link_message(AF_UNSPEC, flags);
        nla_put_string(given.get(), IFLA_IFNAME, "eth0");
        EXPECT_EQ(parse_link(nlmsg_hdr(given.get()))->running, running) << flags;
    }
}

TEST(net_message_parser, a_lower_link_of_another_namespace_is_none)
{
    const message given = link_message(AF_UNSPEC);
    nla_put_string(given.get(), IFLA_IFNAME, "vlan5");
    nla_put_u32(given.get(), IFLA_LINK, 9);
    EXPECT_EQ(parse_link(nlmsg_hdr(given.get()))->lower, xvrrp::interface_index{9});
    nla_put_s32(given.get(), IFLA_LINK_NETNSID, 0);
    EXPECT_FALSE(parse_link(nlmsg_hdr(given.get()))->lower);
}

TEST(net_message_parser, the_wide_flags_of_an_address_come_first)
{
    const message given = address_message(AF_INET6, 0);
    const std::array<std::uint8_t, 16> ip{0xfe, 0x80};
    nla_put(given.get(), IFA_ADDRESS, static_cast<int>(ip.size()), ip.data());
    EXPECT_TRUE(parse_address(nlmsg_hdr(given.get()))->usable);
    nla_put_u32(given.get(), IFA_FLAGS, IFA_F_DADFAILED);
    EXPECT_FALSE(parse_address(nlmsg_hdr(given.get()))->usable);
}

TEST(net_message_parser, temporary_ipv6_addresses_are_not_secondary)
{
    const message v6 = address_message(AF_INET6, IFA_F_TEMPORARY);
    const std::array<std::uint8_t, 16> ip{0x20, 0x01};
    nla_put(v6.get(), IFA_ADDRESS, static_cast<int>(ip.size()), ip.data());
    EXPECT_FALSE(parse_address(nlmsg_hdr(v6.get()))->secondary);
    const message v4 = address_message(AF_INET, IFA_F_SECONDARY);
    nla_put_u32(v4.get(), IFA_LOCAL, 0x0100000a);
    EXPECT_TRUE(parse_address(nlmsg_hdr(v4.get()))->secondary);
}

TEST(net_message_parser, the_other_end_of_a_point_to_point_link_is_no_address_of_ours)
{
    const message point_to_point = address_message(AF_INET, 0);
    nla_put_u32(point_to_point.get(), IFA_LOCAL, 0x0100000a);
    nla_put_u32(point_to_point.get(), IFA_ADDRESS, 0x0200000a);
    const auto parsed = parse_address(nlmsg_hdr(point_to_point.get()));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->ip, xvrrp::ip_address::v4({10, 0, 0, 1}));
    EXPECT_EQ(parsed->peer, xvrrp::ip_address::v4({10, 0, 0, 2}));

    const message plain = address_message(AF_INET, 0);
    nla_put_u32(plain.get(), IFA_LOCAL, 0x0100000a);
    nla_put_u32(plain.get(), IFA_ADDRESS, 0x0100000a);
    EXPECT_EQ(parse_address(nlmsg_hdr(plain.get()))->peer, std::nullopt);

    const message v6 = address_message(AF_INET6, 0);
    const std::array<std::uint8_t, 16> ip{0x20, 0x01};
    nla_put(v6.get(), IFA_ADDRESS, static_cast<int>(ip.size()), ip.data());
    EXPECT_EQ(parse_address(nlmsg_hdr(v6.get()))->peer, std::nullopt);
}

TEST(net_message_parser, an_address_too_short_for_its_family_or_of_another_family_is_none)
{
    const message cut = address_message(AF_INET6, 0);
    nla_put_u32(cut.get(), IFA_ADDRESS, 1);
    EXPECT_FALSE(parse_address(nlmsg_hdr(cut.get())));
    const message other = address_message(AF_MPLS, 0);
    nla_put_u32(other.get(), IFA_ADDRESS, 1);
    EXPECT_FALSE(parse_address(nlmsg_hdr(other.get())));
    EXPECT_FALSE(parse_address(nlmsg_hdr(address_message(AF_INET, 0).get())));
}

TEST(net_message_parser, a_datagram_cut_off_at_any_place_is_read_no_further)
{
    const message whole = link_message(AF_UNSPEC);
    nla_put_string(whole.get(), IFLA_IFNAME, "eth0");
    const auto* start = reinterpret_cast<const std::uint8_t*>(nlmsg_hdr(whole.get()));
    const std::size_t size = nlmsg_hdr(whole.get())->nlmsg_len;
    for (std::size_t length = 0; length <= size; ++length) {
        std::vector<std::uint8_t> part(start, start + length);
        int seen = 0;
        for_each_message(part, [&](nlmsghdr* each) {
            EXPECT_TRUE(parse_link(each));
            ++seen;
            return true;
        });
        EXPECT_EQ(seen, length == size ? 1 : 0);
    }
}

} // namespace
