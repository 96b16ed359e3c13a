// SPDX-License-Identifier: BSD-2-Clause
//
// Gratuitous ARP and unsolicited Neighbor Advertisements on the wire, and what neighbours make of them.
#include <gmock/gmock.h>

#include <algorithm>

#include "net/announce.hpp"
#include "net_support.hpp"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::size_t ethertype_offset = 12;

bool is_arp(const frame& seen)
{
    return seen.size() > ethertype_offset + 1 && seen[ethertype_offset] == 0x08 && seen[ethertype_offset + 1] == 0x06;
}

bool is_neighbor_advertisement(const frame& seen)
{
    constexpr std::size_t icmp_type = 14 + 40;
    return seen.size() > icmp_type && seen[ethertype_offset] == 0x86 && seen[icmp_type] == 136;
}

class net_announce : public net_pair {
protected:
    [[nodiscard]] net::announcement of(const char* address) const
    {
        return {.interface = eth0, .mac = mac, .address = ip(address), .router = true};
    }
    [[nodiscard]] std::string neighbour(const std::string& address) const
    {
        return must(peer.ip("neigh show " + address + " dev eth0"));
    }

    net::announcer announcer = must(router.run([] { return net::announcer::open(); }));
};

TEST_F(net_announce, S_X2_gratuitous_arp_arrives_byte_for_byte)
{
    capture wire(peer, "eth0");
    const auto what = of("10.0.0.70");
    EXPECT_EQ(must(announcer.send(std::span(&what, 1))), 1U);
    EXPECT_EQ(wire.next(is_arp), net::announcement_frame(what));
}

TEST_F(net_announce, S_X2_neighbor_advertisement_arrives_byte_for_byte)
{
    capture wire(peer, "eth0");
    const auto what = of("2001:db8::70");
    EXPECT_EQ(must(announcer.send(std::span(&what, 1))), 1U);
    EXPECT_EQ(wire.next(is_neighbor_advertisement), net::announcement_frame(what));
}

TEST_F(net_announce, S_X2_gratuitous_arp_moves_an_ipv4_neighbour)
{
    must(peer.ip("neigh replace 10.0.0.70 lladdr 02:00:00:00:00:99 dev eth0 nud reachable"));
    const auto what = of("10.0.0.70");
    must(announcer.send(std::span(&what, 1)));
    EXPECT_TRUE(lab::eventually(5s, [&] {
        return neighbour("10.0.0.70").find("lladdr 02:00:00:00:00:01") != std::string::npos;
    })) << neighbour("10.0.0.70");
}

TEST_F(net_announce, S_X2_neighbor_advertisement_moves_an_ipv6_neighbour_and_says_router)
{
    must(peer.ip("neigh replace 2001:db8::70 lladdr 02:00:00:00:00:99 dev eth0 nud reachable"));
    const auto what = of("2001:db8::70");
    must(announcer.send(std::span(&what, 1)));
    EXPECT_TRUE(lab::eventually(5s, [&] {
        return neighbour("2001:db8::70").find("lladdr 02:00:00:00:00:01") != std::string::npos;
    })) << neighbour("2001:db8::70");
    EXPECT_THAT(neighbour("2001:db8::70"), HasSubstr("router"));
}

TEST_F(net_announce, more_than_a_batch_goes_out_in_one_call_in_order)
{
    constexpr std::size_t count = 2500;
    capture wire(peer, "eth0");
    std::vector<net::announcement> many;
    std::vector<frame> expected;
    for (std::size_t i = 0; i < count; ++i) {
        const auto high = static_cast<std::uint8_t>(i >> 8U);
        const auto low = static_cast<std::uint8_t>(i & 0xffU);
        many.push_back({.interface = eth0,
                        .mac = mac,
                        .address = i % 2 == 0
                                       ? ip_address::v4({10, 1, high, low})
                                       : ip_address::v6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, high, low}),
                        .router = true});
        expected.push_back(net::announcement_frame(many.back()));
    }
    EXPECT_EQ(must(announcer.send(many)), count);
    std::vector<frame> seen;
    EXPECT_TRUE(lab::eventually(5s, [&] {
        std::ranges::copy_if(wire.waiting(), std::back_inserter(seen),
                             [](const frame& each) { return is_arp(each) || is_neighbor_advertisement(each); });
        return seen.size() >= count;
    }));
    EXPECT_EQ(seen, expected);
}

TEST_F(net_announce, an_interface_that_is_gone_or_down_is_named_and_the_rest_is_sent)
{
    must(router.ip("link add down0 type veth peer name down1"));
    auto on_down = of("10.0.0.71");
    on_down.interface = must(router.index_of("down0"));
    auto on_gone = of("10.0.0.72");
    on_gone.interface = {4242};
    capture wire(peer, "eth0");
    const std::vector what{of("10.0.0.70"), on_down, on_gone, of("10.0.0.73")};
    const auto outcome = router.run([&] { return announcer.send(what); });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ENETDOWN);
    EXPECT_THAT(outcome.error().what, HasSubstr("cannot announce 10.0.0.71 on down0: Network is down"));
    EXPECT_THAT(outcome.error().what, HasSubstr("(2 of 4 sent)"));
    EXPECT_EQ(wire.next(is_arp), net::announcement_frame(what.front()));
    EXPECT_EQ(wire.next(is_arp), net::announcement_frame(what.back()));
}

TEST_F(net_announce, nothing_to_announce_is_nothing_sent)
{
    EXPECT_EQ(must(announcer.send({})), 0U);
}

} // namespace
