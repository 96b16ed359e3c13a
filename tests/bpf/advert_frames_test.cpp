// SPDX-License-Identifier: BSD-2-Clause
//
// How adverts are found in frames: IPv4 options, padding, fragments, tags, malformed headers, frames in several
// buffers.
#include <gtest/gtest.h>

#include <algorithm>

#include "bpf/advert_checks.hpp"

namespace xvrrp::test {
namespace {

using advert_frames = advert_checks;

TEST_F(advert_frames, RX_17_padding_and_RX_16_options_do_not_disturb_the_length_check)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .vrid = 52, .version = 2});
    expect_accepted(advert({.pad_to = 60, .pad_with = 0xaa}, ipv4{}, vrrp{}));
    expect_accepted(advert({.pad_to = 60, .pad_with = 0xaa}, ipv4{}, vrrp{.version = 2, .vrid = 52}), 1);
    for (std::size_t words = 1; words <= 10; ++words) {
        const bytes options(words * 4, 1); // no operation
        expect_accepted(advert({}, ipv4{.options = options}, vrrp{}));
        expect_accepted(advert({.pad_to = 100, .pad_with = 0xaa}, ipv4{.options = options}, vrrp{}));
        expect_refused(advert({}, ipv4{.options = options}, vrrp{.add_to_checksum = 1}), XVRRP_DROP_CHECKSUM);
    }
}

TEST_F(advert_frames, RX_16_malformed_ip_headers_are_left_alone)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    for (const auto first : bytes{0x44, 0x40, 0x55, 0x65}) {
        expect_untouched(advert({}, ipv4{.version_and_ihl = first}, vrrp{}));
    }
    expect_untouched(advert({}, ipv4{.version_and_ihl = 0x4f}, vrrp{})); // header of 60 bytes, datagram of 32
    expect_untouched(advert({}, ipv4{.total_length = 19}, vrrp{}));      // shorter than its header
    expect_untouched(advert({}, ipv4{.total_length = 33}, vrrp{}));      // longer than the frame
    expect_untouched(advert({}, ipv4{.total_length = 0xffff}, vrrp{}));
    expect_untouched(advert({}, ipv6{.payload_length = 25}, vrrp{})); // the message has 24 bytes
    expect_untouched(advert({}, ipv6{.payload_length = 0xffff}, vrrp{}));
    auto other_version = advert({}, ipv6{}, vrrp{});
    other_version[14] = 0x40;
    expect_untouched(other_version);
    auto cut = advert({}, ipv4{}, vrrp{});
    cut.resize(14 + 19);
    expect_untouched(cut);
    cut = advert({}, ipv6{}, vrrp{});
    cut.resize(14 + 39);
    expect_untouched(cut);
}

TEST_F(advert_frames, RX_17_fragments_tags_and_other_protocols_are_left_alone)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    expect_untouched(advert({}, ipv4{.fragment = 0x2000}, vrrp{}));
    expect_untouched(advert({}, ipv4{.fragment = 0x0001}, vrrp{}));
    expect_untouched(advert({}, ipv4{.fragment = 0x1fff}, vrrp{}));
    expect_accepted(advert({}, ipv4{.fragment = 0x4000}, vrrp{})); // "don't fragment" is no fragment
    expect_untouched(advert({.vlan = 51}, ipv4{}, vrrp{}));
    expect_untouched(advert({.vlan = 0}, ipv6{}, vrrp{}));
    expect_untouched(advert({}, ipv4{.protocol = 17}, vrrp{}));
    expect_untouched(advert({}, ipv6{.next_header = 0}, vrrp{})); // an extension header
    auto other_type = advert({}, ipv4{}, vrrp{});
    other_type[12] = 0x88;
    expect_untouched(other_type);
}

TEST_F(advert_frames, RX_20_ipv6_adverts_of_many_addresses)
{
    kernel.add_router({.family = XVRRP_IPV6});
    std::vector<std::string> addresses{"fe80::70"};
    while (addresses.size() < 200) {
        addresses.push_back("2001:db8::" + std::to_string(addresses.size()));
    }
    const auto event = expect_accepted(advert({}, ipv6{}, vrrp{.addresses = addresses}));
    EXPECT_EQ(event.advert_length, 8 + 200 * 16);
    expect_refused(advert({}, ipv6{}, vrrp{.addresses = addresses, .add_to_checksum = 1}), XVRRP_DROP_CHECKSUM,
                   "fe80::2");
}

/// 4 142 bytes: more than one buffer holds, in BPF_PROG_TEST_RUN as with many network cards.
TEST(advert_frames_jumbo, RX_20_ipv6_adverts_of_255_addresses_in_several_buffers)
{
    bpf_harness kernel({.multi_buffer = true});
    kernel.add_router({.family = XVRRP_IPV6});
    kernel.add_router({.slot = 1, .vrid = 52});
    kernel.add_vip("2001:db8::70");
    std::vector<std::string> addresses{"fe80::70"};
    while (addresses.size() < 255) {
        addresses.push_back("2001:db8::" + std::to_string(addresses.size()));
    }
    const auto good = advert({}, ipv6{}, vrrp{.addresses = addresses});
    const auto result = kernel.run_xdp(good);
    EXPECT_EQ(result.verdict, XDP_PASS);
    EXPECT_EQ(result.frame, good);
    const auto events = kernel.events();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].advert_length, 8 + 255 * 16);
    EXPECT_TRUE(std::equal(events[0].advert, events[0].advert + 64, good.begin() + 54));
    EXPECT_TRUE(std::ranges::equal(events[0].mac, peer_mac));
    EXPECT_EQ(kernel.record().accepted, 1u);

    const auto refused = [&](const vrrp& message, xvrrp_drop_reason reason) {
        const auto before = kernel.drops(reason).count;
        EXPECT_EQ(kernel.xdp_verdict(advert({}, ipv6{}, message)), XDP_DROP);
        EXPECT_EQ(kernel.drops(reason).count, before + 1);
    };
    refused({.addresses = addresses, .add_to_checksum = 1}, XVRRP_DROP_CHECKSUM);
    // 4 096 bytes are the most that is summed.
    for (const auto length : std::vector<std::size_t>{4, 8, 12}) {
        refused({.addresses = addresses, .trailer = bytes(length)}, XVRRP_DROP_LENGTH);
    }
    // Short adverts and long packets go their usual way.
    EXPECT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{.vrid = 52})), XDP_PASS);
    EXPECT_EQ(kernel.record(1).accepted, 1u);
    const auto jumbo = packet({}, ipv6{.destination = "2001:db8::70", .next_header = 17}, bytes(8900));
    EXPECT_EQ(kernel.xdp_verdict(jumbo), XDP_PASS);
    EXPECT_EQ(kernel.vip("2001:db8::70").received_bytes, jumbo.size());
    EXPECT_EQ(kernel.xdp_verdict(packet({}, ipv6{}, bytes(8900))), XDP_PASS) << "too long for an advert";
}

} // namespace
} // namespace xvrrp::test
