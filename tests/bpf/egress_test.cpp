// SPDX-License-Identifier: BSD-2-Clause
//
// The tc program on what leaves: packets from a VIP are counted, and a fence holds back whatever claims one.
#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

#include "bpf/harness.hpp"

namespace xvrrp::test {
namespace {

constexpr auto unspecified = static_cast<std::uint32_t>(TC_ACT_UNSPEC);
constexpr auto shot = static_cast<std::uint32_t>(TC_ACT_SHOT);
constexpr auto vip4 = "10.0.0.70";
constexpr auto vip6 = "2001:db8::70";

class egress : public ::testing::Test {
public:
    egress()
    {
        kernel.add_router({.state = XVRRP_ACTIVE});
        kernel.add_vip(vip4);
        kernel.add_vip(vip6);
    }
    void expect(std::uint32_t verdict, const bytes& frame, const char* what)
    {
        EXPECT_EQ(kernel.egress_verdict(frame), verdict) << what;
    }

    const ethernet out{.destination = peer_mac, .source = host_mac};
    const bytes udp = bytes(30, 0x55);
    const bytes from_vip4 = packet(out, ipv4{.source = vip4, .destination = "10.0.0.9", .protocol = 17}, udp);
    const bytes from_vip6 = packet(out, ipv6{.source = vip6, .destination = "2001:db8::9", .next_header = 17}, udp);
    bpf_harness kernel;
};

TEST_F(egress, packets_from_a_vip_are_counted)
{
    for (const auto& [frame, address] : {std::pair{from_vip4, vip4}, std::pair{from_vip6, vip6}}) {
        expect(unspecified, frame, address);
        expect(unspecified, frame, address);
        const auto count = kernel.vip(address);
        EXPECT_EQ(count.sent_packets, 2u);
        EXPECT_EQ(count.sent_bytes, 2 * frame.size());
        EXPECT_EQ(count.received_packets, 0u);
    }
}

TEST_F(egress, what_the_network_card_cuts_into_segments_counts_as_what_goes_over_the_wire)
{
    constexpr std::uint32_t segments = 3;
    const auto wire_bytes = static_cast<std::uint32_t>(from_vip4.size()) + 2 * 42; // headers of the other two
    EXPECT_EQ(kernel.run_egress(from_vip4, segments, wire_bytes).verdict, unspecified);
    EXPECT_EQ(kernel.vip(vip4).sent_packets, segments);
    EXPECT_EQ(kernel.vip(vip4).sent_bytes, wire_bytes);
}

TEST_F(egress, both_programs_count_in_one_entry)
{
    expect(unspecified, from_vip4, "out");
    EXPECT_EQ(kernel.xdp_verdict(packet({}, ipv4{.destination = vip4, .protocol = 17}, udp)), XDP_PASS);
    EXPECT_EQ(kernel.vip(vip4).sent_packets, 1u);
    EXPECT_EQ(kernel.vip(vip4).received_packets, 1u);
}

TEST_F(egress, what_is_not_from_a_vip_is_not_counted)
{
    expect(unspecified, packet(out, ipv4{.source = "10.0.0.1", .destination = vip4, .protocol = 17}, udp), "to a VIP");
    expect(unspecified, packet(out, ipv6{.source = "2001:db8::1", .next_header = 17}, udp), "another source");
    expect(unspecified, arp_packet(out, {.sender = vip4, .target = "10.0.0.9"}), "ARP");
    expect(unspecified, packet({.vlan = 5}, ipv4{.source = vip4, .protocol = 17}, udp), "tagged");
    expect(unspecified, bytes(14), "no payload");
    EXPECT_EQ(kernel.vip(vip4).sent_packets, 0u);
    EXPECT_EQ(kernel.vip(vip6).sent_packets, 0u);
}

TEST_F(egress, a_fence_holds_back_whatever_claims_a_vip)
{
    const auto claims = {
        from_vip4,
        from_vip6,
        arp_packet(out, {.operation = 1, .sender = vip4, .target = vip4}),
        arp_packet(out, {.operation = 1, .sender = vip4, .target = "10.0.0.9"}),
        arp_packet(out, {.operation = 2, .sender = vip4, .target = "10.0.0.9"}),
        neighbor_message(out, {.source = "fe80::1", .destination = "ff02::1"}, neighbor_advertisement, vip6),
        neighbor_message(out, {.source = vip6, .destination = "ff02::1:ff00:9"}, neighbor_solicitation, "2001:db8::9"),
    };
    for (const auto& frame : claims) {
        expect(unspecified, frame, "without a fence");
    }
    const auto sent = kernel.vip(vip4).sent_packets;
    kernel.config().flags = XVRRP_SLOT_FENCED;
    for (const auto& frame : claims) {
        expect(shot, frame, "fenced");
    }
    EXPECT_EQ(kernel.vip(vip4).sent_packets, sent) << "what didn't leave wasn't sent";
}

TEST_F(egress, a_fence_lets_the_host_go_on)
{
    kernel.config().flags = XVRRP_SLOT_FENCED;
    expect(unspecified, packet(out, ipv4{.source = "10.0.0.1", .protocol = 17}, udp), "the host's own");
    expect(unspecified, arp_packet(out, {.sender = "10.0.0.1", .target = vip4}), "asking for the VIP");
    expect(unspecified,
           neighbor_message(out, {.source = "fe80::1", .destination = "ff02::1"}, neighbor_advertisement, "fe80::1"),
           "advertisement of the host's own address");
    expect(unspecified, advert(out, ipv4{.source = "10.0.0.1"}, vrrp{}), "adverts");
}

TEST_F(egress, quiet_and_no_accept_hold_back_nothing)
{
    kernel.config().flags = XVRRP_SLOT_QUIET | XVRRP_SLOT_NO_ACCEPT;
    expect(unspecified, from_vip4, "from a VIP");
    expect(unspecified, arp_packet(out, {.sender = vip4, .target = "10.0.0.9"}), "ARP");
}

} // namespace
} // namespace xvrrp::test
