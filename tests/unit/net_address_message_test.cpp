// SPDX-License-Identifier: BSD-2-Clause
//
// Address requests as bytes, read back with libnl's parser.
#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>

#include "net/address_message.hpp"
#include "xvrrp/abi.h"

namespace {

using xvrrp::ip_address;
using xvrrp::net::address_change;
using xvrrp::net::address_message;
using xvrrp::net::address_message_bytes;
using xvrrp::net::address_request;
using xvrrp::net::write_address_message;

class written {
public:
    written(const address_message& message, const address_request& address)
        : length_(write_address_message(message, address, room_))
    {
        EXPECT_EQ(nlmsg_parse(header(), sizeof(ifaddrmsg), attributes_.data(), IFA_MAX, nullptr), 0);
    }
    nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(room_.data()); }
    const ifaddrmsg& body() { return *static_cast<const ifaddrmsg*>(nlmsg_data(header())); }
    [[nodiscard]] nlattr* operator[](std::size_t type) const { return attributes_.at(type); }
    [[nodiscard]] std::size_t length() const { return length_; }

private:
    alignas(nlmsghdr) std::array<std::uint8_t, address_message_bytes> room_{};
    std::array<nlattr*, IFA_MAX + 1> attributes_{};
    std::size_t length_;
};

address_request request(const char* ip, std::uint8_t prefix_length)
{
    address_request made;
    made.interface = {7};
    made.ip = *ip_address::parse(ip);
    made.prefix_length = prefix_length;
    return made;
}

TEST(net_address_message, an_ipv4_address_is_added_with_all_that_was_asked_for)
{
    auto address = request("10.0.0.70", 24);
    address.broadcast = ip_address::parse("10.0.0.255");
    address.label = "eth0:vip";
    address.scope = xvrrp::address_scope::link;
    written message({.change = address_change::add, .sequence = 42, .acknowledge = true}, address);

    EXPECT_EQ(message.header()->nlmsg_len, message.length());
    EXPECT_EQ(message.header()->nlmsg_type, RTM_NEWADDR);
    EXPECT_EQ(message.header()->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    EXPECT_EQ(message.header()->nlmsg_seq, 42U);
    EXPECT_EQ(message.body().ifa_family, AF_INET);
    EXPECT_EQ(message.body().ifa_prefixlen, 24);
    EXPECT_EQ(message.body().ifa_scope, 253);
    EXPECT_EQ(message.body().ifa_index, 7U);
    EXPECT_EQ(nla_get_u32(message[IFA_LOCAL]), htonl(0x0a000046));
    EXPECT_EQ(nla_get_u32(message[IFA_ADDRESS]), htonl(0x0a000046));
    EXPECT_EQ(nla_get_u32(message[IFA_BROADCAST]), htonl(0x0a0000ff));
    EXPECT_STREQ(nla_get_string(message[IFA_LABEL]), "eth0:vip");
    EXPECT_EQ(nla_get_u8(message[IFA_PROTO]), XVRRP_IFA_PROTO);
    EXPECT_EQ(message[IFA_FLAGS], nullptr);
}

std::uint32_t flags_of(const address_request& address)
{
    const written message({}, address);
    return message[IFA_FLAGS] == nullptr ? 0 : nla_get_u32(message[IFA_FLAGS]);
}

TEST(net_address_message, an_ipv6_address_is_added_without_duplicate_address_detection_unless_it_is_asked_for)
{
    address_request address = request("2001:db8::70", 64);
    EXPECT_EQ(flags_of(address), std::uint32_t{IFA_F_NODAD});
    address.flags.dad = true;
    EXPECT_EQ(flags_of(address), 0U);
}

TEST(net_address_message, flags_are_those_of_the_kernel)
{
    address_request address = request("2001:db8::70", 64);
    address.flags = {.noprefixroute = true, .home = true, .mngtmpaddr = true, .autojoin = true, .dad = true};
    const std::uint32_t for_both = IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;
    EXPECT_EQ(flags_of(address), for_both | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR);
    address.ip = *ip_address::parse("10.0.0.70");
    EXPECT_EQ(flags_of(address), for_both);
}

TEST(net_address_message, an_ipv6_address_is_preferred_for_as_long_as_asked_for_and_valid_for_ever)
{
    address_request address = request("2001:db8::70", 128);
    EXPECT_EQ(written({}, address)[IFA_CACHEINFO], nullptr);
    for (const std::uint32_t seconds : {0U, 5U, 0xfffffffeU}) {
        address.preferred_lifetime = std::chrono::seconds(seconds);
        const written message({}, address);
        ASSERT_NE(message[IFA_CACHEINFO], nullptr);
        const auto* lifetimes = static_cast<const ifa_cacheinfo*>(nla_data(message[IFA_CACHEINFO]));
        EXPECT_EQ(lifetimes->ifa_prefered, seconds);
        EXPECT_EQ(lifetimes->ifa_valid, 0xffffffffU);
    }
}

TEST(net_address_message, a_peer_is_named_when_an_address_is_added_and_when_it_is_removed)
{
    address_request address = request("10.0.0.70", 24);
    address.peer = ip_address::parse("10.9.0.1");
    for (const address_change change : {address_change::add, address_change::remove}) {
        const written message({.change = change}, address);
        EXPECT_EQ(nla_get_u32(message[IFA_LOCAL]), htonl(0x0a000046));
        EXPECT_EQ(nla_get_u32(message[IFA_ADDRESS]), htonl(0x0a090001));
    }
}

TEST(net_address_message, a_removal_names_the_address_alone)
{
    auto address = request("10.0.0.70", 32);
    address.label = "eth0:vip";
    written message({.change = address_change::remove}, address);
    EXPECT_EQ(message.header()->nlmsg_type, RTM_DELADDR);
    EXPECT_EQ(message.header()->nlmsg_flags, NLM_F_REQUEST);
    EXPECT_NE(message[IFA_LOCAL], nullptr);
    EXPECT_EQ(message[IFA_LABEL], nullptr) << "an address whose label has been changed would stay";
    EXPECT_EQ(message[IFA_PROTO], nullptr);
}

TEST(net_address_message, the_mark_can_be_left_out)
{
    written message({.mark = false}, request("10.0.0.70", 32));
    EXPECT_EQ(message[IFA_PROTO], nullptr);
}

TEST(net_address_message, the_longest_message_fits)
{
    auto v6 = request("2001:db8::70", 128);
    v6.label = std::string(300, 'x');
    v6.broadcast = ip_address::parse("10.0.0.255");
    v6.preferred_lifetime = std::chrono::seconds(1);
    v6.flags.home = true;
    EXPECT_LE(written({}, v6).length(), address_message_bytes);
    auto v4 = request("10.0.0.70", 32);
    v4.label = v6.label;
    v4.broadcast = v6.broadcast;
    v4.flags.noprefixroute = true;
    EXPECT_LE(written({}, v4).length(), address_message_bytes);
}

} // namespace
