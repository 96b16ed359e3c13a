// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses: text, order, and the layout that is shared with the kernel.
#include <gtest/gtest.h>

#include <algorithm>

#include "xvrrp/types.hpp"

namespace xvrrp {
namespace {

TEST(ip_address, reads_and_prints_both_families)
{
    for (const char* text : {"10.0.0.70", "0.0.0.0", "255.255.255.255", "fe80::1", "2001:db8::2", "::"}) {
        const auto address = ip_address::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->to_string(), text);
    }
}

TEST(ip_address, takes_nothing_else)
{
    for (const char* text : {"", "10.0.0", "10.0.0.70/32", "fe80::1%eth0", "10.0.0.256", "host", " 10.0.0.1"}) {
        EXPECT_FALSE(ip_address::parse(text)) << text;
    }
}

TEST(ip_address, is_ordered_as_an_unsigned_number_in_network_order)
{
    const auto low = *ip_address::parse("10.0.0.200");
    const auto high = *ip_address::parse("200.0.0.1");
    EXPECT_LT(low, high) << "neither signed bytes nor the host's order";
    EXPECT_LT(*ip_address::parse("10.0.1.0"), *ip_address::parse("10.1.0.0"));
    EXPECT_LT(*ip_address::parse("fe80::7f"), *ip_address::parse("fe80::80"));
    EXPECT_LT(*ip_address::parse("fe80::ff"), *ip_address::parse("fe80::1:0"));
}

TEST(ip_address, link_local_is_fe80_10)
{
    for (const char* text : {"fe80::", "fe80::1", "febf:ffff::1"}) {
        EXPECT_TRUE(ip_address::parse(text)->is_link_local()) << text;
    }
    for (const char* text : {"fe7f:ffff::1", "fec0::1", "ff80::1", "::1", "254.128.0.1", "169.254.0.1"}) {
        EXPECT_FALSE(ip_address::parse(text)->is_link_local()) << text;
    }
}

TEST(ip_address, multicast_is_224_4_and_ff00_8)
{
    for (const char* text : {"224.0.0.0", "239.255.255.255", "ff00::", "ffff::1"}) {
        EXPECT_TRUE(ip_address::parse(text)->is_multicast()) << text;
    }
    for (const char* text : {"223.255.255.255", "240.0.0.0", "255.255.255.255", "feff::1", "e000::1"}) {
        EXPECT_FALSE(ip_address::parse(text)->is_multicast()) << text;
    }
}

TEST(ip_address, fills_the_shared_layout_from_the_front)
{
    std::uint8_t raw[16];
    std::ranges::fill(raw, std::uint8_t{0xee});
    ip_address::v4({10, 0, 0, 70}).to_abi(raw);
    EXPECT_EQ(raw[0], 10);
    EXPECT_EQ(raw[3], 70);
    EXPECT_EQ(raw[4], 0);
    EXPECT_EQ(raw[15], 0);
    raw[4] = 0xee;
    EXPECT_EQ(ip_address::from_abi(address_family::ipv4, raw), ip_address::v4({10, 0, 0, 70}));
}

TEST(mac_address, prints_as_six_pairs)
{
    EXPECT_EQ(to_string(mac_address{{0x00, 0x00, 0x5e, 0x00, 0x01, 0x33}}), "00:00:5e:00:01:33");
}

} // namespace
} // namespace xvrrp
