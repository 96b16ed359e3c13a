// SPDX-License-Identifier: BSD-2-Clause
//
// The frames of gratuitous ARP and unsolicited Neighbor Advertisements, byte for byte against the RFCs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/announce.hpp"

namespace {

using testing::ElementsAreArray;
using xvrrp::ip_address;
using xvrrp::mac_address;
using xvrrp::net::announcement;
using xvrrp::net::announcement_frame;

using bytes = std::vector<std::uint8_t>;

constexpr mac_address mac{{0x02, 0x11, 0x22, 0x33, 0x44, 0x55}};

announcement of(const char* address, bool router = true)
{
    return {.interface = {}, .mac = mac, .address = *ip_address::parse(address), .router = router};
}

TEST(net_announcement_frame, S_X2_gratuitous_arp_is_a_broadcast_request_for_itself)
{
    const bytes expected{
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x08, 0x06, // Ethernet
        0x00, 0x01, 0x08, 0x00, 6,    4,    0x00, 0x01,                                     // request
        0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 10,   0,    0,    70,                           // sender
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 10,   0,    0,    70,                           // target
    };
    EXPECT_THAT(announcement_frame(of("10.0.0.70")), ElementsAreArray(expected));
}

TEST(net_announcement_frame, S_X2_neighbor_advertisement_is_unsolicited_and_overrides)
{
    // The checksum was computed independently: ones' complement of the sum over pseudo-header and ICMPv6 message.
    const bytes expected{
        0x33, 0x33, 0,    0,    0,    1,    0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x86, 0xdd,          // Ethernet
        0x60, 0,    0,    0,    0,    32,   58,   255,                                               // IPv6
        0x20, 0x01, 0x0d, 0xb8, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0x70, // from the VIP
        0xff, 0x02, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 1,    // to all nodes
        136,  0,    0x11, 0xb4, 0xa0, 0,    0,    0,                                                 // R and O
        0x20, 0x01, 0x0d, 0xb8, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0x70, // target
        2,    1,    0x02, 0x11, 0x22, 0x33, 0x44, 0x55, // target link-layer address
    };
    EXPECT_THAT(announcement_frame(of("2001:db8::70")), ElementsAreArray(expected));
}

TEST(net_announcement_frame, S_X2_a_host_that_does_not_forward_clears_the_router_flag)
{
    constexpr std::size_t flags = 14 + 40 + 4;
    EXPECT_EQ(announcement_frame(of("fe80::70", true)).at(flags), 0xa0);
    EXPECT_EQ(announcement_frame(of("fe80::70", false)).at(flags), 0x20);
}

} // namespace
