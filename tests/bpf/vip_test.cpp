// SPDX-License-Identifier: BSD-2-Clause
//
// Packets to virtual IP addresses in XDP: counting, no_accept, quiet, fenced.
#include <gtest/gtest.h>

#include <algorithm>

#include "bpf/harness.hpp"

namespace xvrrp::test {
namespace {

constexpr auto vip4 = "10.0.0.70";
constexpr auto vip6 = "2001:db8::70";
constexpr auto vip6_solicited_node = "ff02::1:ff00:70";

class vip : public ::testing::Test {
public:
    vip()
    {
        kernel.add_router({.slot = 3});
        kernel.add_router({.slot = 4, .family = XVRRP_IPV6});
        kernel.add_vip(vip4, 3);
        kernel.add_vip(vip6, 4);
    }
    void set(xvrrp_state state, std::uint32_t flags)
    {
        for (const auto slot : std::vector<std::uint32_t>{3, 4}) {
            kernel.config(slot).state = static_cast<std::uint8_t>(state);
            kernel.config(slot).flags = flags;
        }
    }
    void expect(std::uint32_t verdict, const bytes& frame, const char* what) const
    {
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, verdict) << what;
        EXPECT_EQ(result.frame, frame) << what;
    }

    const bytes udp = bytes(30, 0x55);
    const bytes to_vip4 = packet({}, ipv4{.destination = vip4, .ttl = 64, .protocol = 17}, udp);
    const bytes to_vip6 = packet({}, ipv6{.source = "2001:db8::9", .destination = vip6, .next_header = 17}, udp);
    const bytes arp_for_vip = arp_packet({}, {.target = vip4});
    const bytes solicitation = neighbor_message({}, {.source = "2001:db8::9", .destination = vip6_solicited_node},
                                                neighbor_solicitation, vip6);
    const bytes unicast_solicitation =
        neighbor_message({}, {.source = "2001:db8::9", .destination = vip6}, neighbor_solicitation, vip6);
    const bytes advertisement_to_vip =
        neighbor_message({}, {.source = "2001:db8::9", .destination = vip6}, neighbor_advertisement, "2001:db8::9");
    bpf_harness kernel;
};

TEST_F(vip, packets_to_a_vip_are_counted_and_passed_on)
{
    set(XVRRP_ACTIVE, 0);
    const auto before = monotonic_ns();
    for (const auto& [frame, address] : {std::pair{to_vip4, vip4}, std::pair{to_vip6, vip6}}) {
        expect(XDP_PASS, frame, address);
        expect(XDP_PASS, frame, address);
        const auto count = kernel.vip(address);
        EXPECT_EQ(count.received_packets, 2u);
        EXPECT_EQ(count.received_bytes, 2 * frame.size());
        EXPECT_EQ(count.not_active_packets, 0u);
        EXPECT_EQ(count.sent_packets, 0u);
        EXPECT_GT(count.last_received_ns + 20'000'000, before) << "older than two ticks of a slow kernel";
        EXPECT_LE(count.last_received_ns, monotonic_ns());
    }
    EXPECT_EQ(kernel.vip(vip4).slot, 3u);
    EXPECT_EQ(kernel.drops_of_all_reasons(), 0u);
    EXPECT_TRUE(kernel.events().empty());
}

TEST_F(vip, packets_while_not_active_are_counted_apart)
{
    std::uint64_t expected = 0;
    for (const auto state : {XVRRP_INITIALIZE, XVRRP_BACKUP, XVRRP_ACTIVE, XVRRP_LEAVING}) {
        set(state, 0);
        expect(XDP_PASS, to_vip4, "to a VIP");
        expected += state == XVRRP_INITIALIZE || state == XVRRP_BACKUP;
        EXPECT_EQ(kernel.vip(vip4).not_active_packets, expected) << "state " << state;
    }
}

TEST_F(vip, the_first_packet_of_an_activation_is_stamped_exactly)
{
    set(XVRRP_BACKUP, 0);
    expect(XDP_PASS, to_vip4, "to a Backup");
    EXPECT_EQ(kernel.vip(vip4).first_active_ns, 0u);
    std::uint64_t before = 0;
    for (const std::uint32_t activation : {1U, 2U}) {
        kernel.config(3).activation = activation;
        set(XVRRP_ACTIVE, 0);
        before = monotonic_ns();
        expect(XDP_PASS, to_vip4, "the first");
        const auto first = kernel.vip(vip4).first_active_ns;
        EXPECT_GE(first, before) << "no tick of the kernel's";
        EXPECT_LE(first, monotonic_ns());
        expect(XDP_PASS, to_vip4, "another");
        set(XVRRP_LEAVING, 0);
        expect(XDP_PASS, to_vip4, "while leaving");
        EXPECT_EQ(kernel.vip(vip4).first_active_ns, first);
    }
}

TEST_F(vip, a_packet_that_a_fence_holds_back_is_not_the_first)
{
    kernel.config(3).activation = 1;
    set(XVRRP_ACTIVE, XVRRP_SLOT_FENCED);
    expect(XDP_DROP, to_vip4, "fenced");
    EXPECT_EQ(kernel.vip(vip4).first_active_ns, 0u);
    set(XVRRP_ACTIVE, 0);
    expect(XDP_PASS, to_vip4, "the first that is served");
    EXPECT_NE(kernel.vip(vip4).first_active_ns, 0u);
}

TEST_F(vip, fragments_options_extension_headers_and_padding_are_counted_too)
{
    expect(XDP_PASS, packet({}, ipv4{.destination = vip4, .protocol = 17, .fragment = 0x2001}, udp), "fragment");
    expect(XDP_PASS, packet({}, ipv4{.destination = vip4, .protocol = 17, .options = bytes(40, 1)}, udp), "options");
    expect(XDP_PASS, packet({}, ipv4{.destination = vip4, .fragment = 1}, udp), "a fragment of protocol 112");
    EXPECT_EQ(kernel.vip(vip4).received_packets, 3u);
    expect(XDP_PASS, packet({}, ipv6{.destination = vip6, .next_header = 0}, udp), "hop-by-hop options");
    EXPECT_EQ(kernel.vip(vip6).received_packets, 1u);
    const auto padded = packet({.pad_to = 60}, ipv4{.destination = vip4, .protocol = 1}, bytes(8));
    const auto before = kernel.vip(vip4).received_bytes;
    expect(XDP_PASS, padded, "padded");
    EXPECT_EQ(kernel.vip(vip4).received_bytes, before + 60);
}

TEST_F(vip, what_is_not_for_a_vip_of_this_interface_is_not_counted)
{
    kernel.add_vip("10.0.0.99", 3, other_interface);
    for (const auto* address : {"10.0.0.71", "10.0.0.99", "10.0.0.1", "224.0.0.1"}) {
        expect(XDP_PASS, packet({}, ipv4{.destination = address, .protocol = 17}, udp), address);
    }
    expect(XDP_PASS, packet({}, ipv6{.destination = "2001:db8::71", .next_header = 17}, udp), "another address");
    expect(XDP_PASS, packet({.vlan = 5}, ipv4{.destination = vip4, .protocol = 17}, udp), "tagged");
    expect(XDP_PASS, packet({}, ipv4{.destination = vip4, .protocol = 17, .version_and_ihl = 0x44}, udp), "malformed");
    expect(XDP_PASS, bytes(14), "no payload");
    EXPECT_EQ(kernel.vip(vip4).received_packets, 0u);
    EXPECT_EQ(kernel.vip(vip6).received_packets, 0u);
    EXPECT_EQ(kernel.vip("10.0.0.99", other_interface).received_packets, 0u);
}

TEST_F(vip, the_bits_of_vips_change_no_count)
{
    for (const auto round : std::vector<std::uint64_t>{1, 2}) {
        for (int last = 1; last < 250; ++last) {
            expect(XDP_PASS, packet({}, ipv4{.destination = "10.0.0." + std::to_string(last), .protocol = 17}, udp),
                   "");
        }
        expect(XDP_PASS, to_vip6, "IPv6");
        EXPECT_EQ(kernel.vip(vip4).received_packets, round);
        EXPECT_EQ(kernel.vip(vip6).received_packets, round);
        kernel.use_vip_bits();
    }
    kernel.clear_vip_bits();
    expect(XDP_PASS, to_vip4, "its bit isn't set");
    expect(XDP_PASS, to_vip6, "its bit isn't set");
    EXPECT_EQ(kernel.vip(vip4).received_packets, 2u);
    EXPECT_EQ(kernel.vip(vip6).received_packets, 2u);
}

TEST_F(vip, no_accept_drops_what_is_addressed_to_us_while_serving)
{
    for (const auto state : {XVRRP_ACTIVE, XVRRP_LEAVING}) {
        set(state, XVRRP_SLOT_NO_ACCEPT);
        expect(XDP_DROP, to_vip4, "IPv4");
        expect(XDP_DROP, to_vip6, "IPv6");
    }
    EXPECT_EQ(kernel.vip(vip4).received_packets, 2u) << "dropped ones are counted";
}

TEST_F(vip, S_M6_no_accept_never_drops_neighbor_discovery_or_arp)
{
    set(XVRRP_ACTIVE, XVRRP_SLOT_NO_ACCEPT);
    expect(XDP_PASS, solicitation, "solicitation");
    expect(XDP_PASS, unicast_solicitation, "solicitation to the VIP");
    expect(XDP_PASS, advertisement_to_vip, "advertisement to the VIP");
    expect(XDP_PASS, arp_for_vip, "ARP request");
    const auto echo = packet({}, ipv6{.destination = vip6, .next_header = 58}, bytes{128, 0, 0, 0, 0, 0, 0, 0});
    expect(XDP_DROP, echo, "echo request");
}

TEST_F(vip, no_accept_leaves_multicast_and_broadcast_frames_alone)
{
    set(XVRRP_ACTIVE, XVRRP_SLOT_NO_ACCEPT);
    for (const auto& destination : {broadcast_mac, mac_bytes{0x01, 0, 0x5e, 0, 0, 1}}) {
        expect(XDP_PASS, packet({.destination = destination}, ipv4{.destination = vip4, .protocol = 17}, udp), "group");
    }
}

TEST_F(vip, a_backup_drops_nothing_of_the_traffic_through_it)
{
    for (const auto state : {XVRRP_BACKUP, XVRRP_INITIALIZE}) {
        set(state, XVRRP_SLOT_NO_ACCEPT);
        expect(XDP_PASS, to_vip4, "IPv4");
        expect(XDP_PASS, to_vip6, "IPv6");
    }
}

TEST_F(vip, quiet_keeps_questions_for_the_vip_away)
{
    set(XVRRP_LEAVING, XVRRP_SLOT_QUIET);
    expect(XDP_DROP, arp_for_vip, "ARP request");
    expect(XDP_DROP, arp_packet({.destination = host_mac, .pad_to = 60}, {.target = vip4}), "unicast ARP request");
    expect(XDP_DROP, solicitation, "solicitation");
    expect(XDP_DROP, unicast_solicitation, "unicast solicitation");
    expect(XDP_PASS, to_vip4, "traffic is still served");
    expect(XDP_PASS, to_vip6, "traffic is still served");
    expect(XDP_PASS, advertisement_to_vip, "advertisement");
    expect(XDP_PASS, arp_packet({}, {.operation = 2, .target = vip4}), "ARP reply");
    expect(XDP_PASS, arp_packet({}, {.target = "10.0.0.71"}), "ARP request for another address");
    expect(XDP_PASS, arp_packet({}, {.sender = vip4, .target = "10.0.0.9"}), "ARP request from the VIP");
    expect(XDP_PASS, neighbor_message({}, {.destination = "ff02::1:ff00:70"}, neighbor_solicitation, "fe80::70"),
           "solicitation for an address of the same group");
}

TEST_F(vip, quiet_looks_at_whole_arp_packets_of_ethernet_and_ipv4_alone)
{
    set(XVRRP_LEAVING, XVRRP_SLOT_QUIET);
    for (const auto at : std::vector<std::size_t>{2, 4, 5}) { // protocol, address lengths
        auto other = arp_for_vip;
        other[14 + at] ^= 1;
        expect(XDP_PASS, other, "another kind of ARP");
    }
    for (const auto length : std::vector<std::size_t>{14, 22, 41}) {
        auto cut = arp_for_vip;
        cut.resize(length);
        expect(XDP_PASS, cut, "cut short");
    }
    auto cut = solicitation;
    cut.resize(14 + 40 + 23);
    expect(XDP_PASS, cut, "solicitation cut short");
}

TEST_F(vip, a_fence_keeps_every_frame_for_the_vip_away)
{
    for (const auto state : {XVRRP_INITIALIZE, XVRRP_BACKUP, XVRRP_ACTIVE, XVRRP_LEAVING}) {
        set(state, XVRRP_SLOT_FENCED);
        for (const auto& frame :
             {arp_for_vip, solicitation, unicast_solicitation, advertisement_to_vip, to_vip4, to_vip6}) {
            expect(XDP_DROP, frame, "for the VIP");
        }
        expect(XDP_DROP, packet({.destination = broadcast_mac}, ipv4{.destination = vip4, .protocol = 17}, udp),
               "broadcast");
        expect(XDP_PASS, packet({}, ipv4{.destination = "10.0.0.1", .protocol = 17}, udp), "for the host itself");
        expect(XDP_PASS, arp_packet({}, {.target = "10.0.0.1"}), "ARP for the host itself");
        expect(XDP_PASS, arp_packet({}, {.operation = 2, .sender = vip4, .target = "10.0.0.1"}), "the new owner's ARP");
        expect(XDP_PASS, advert({}, ipv4{}, vrrp{}), "adverts");
    }
}

TEST_F(vip, flags_of_one_router_do_not_touch_anothers_vip)
{
    kernel.add_router({.slot = 5, .vrid = 52, .state = XVRRP_ACTIVE});
    kernel.add_vip("10.0.0.80", 5);
    set(XVRRP_BACKUP, XVRRP_SLOT_FENCED);
    expect(XDP_PASS, packet({}, ipv4{.destination = "10.0.0.80", .protocol = 17}, udp), "another router's VIP");
    expect(XDP_PASS, arp_packet({}, {.target = "10.0.0.80"}), "ARP for it");
}

} // namespace
} // namespace xvrrp::test
