// SPDX-License-Identifier: BSD-2-Clause
//
// One advert at a time through the XDP program: verdict, counter with its last source, record and event of each check.
#include <bpf/bpf.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "bpf/advert_checks.hpp"

namespace xvrrp::test {
namespace {

TEST_F(advert_checks, a_valid_advert_is_described_in_its_event)
{
    kernel.add_router({.slot = 9, .generation = 77});
    const auto before = monotonic_ns();
    const auto event = expect_accepted(
        advert({}, ipv4{}, vrrp{.priority = 200, .addresses = {"10.0.0.70", "10.0.0.71"}, .interval = 250}), 9);
    EXPECT_GE(event.stamp_ns, before);
    EXPECT_LE(event.stamp_ns, monotonic_ns());
    EXPECT_EQ(event.slot, 9u);
    EXPECT_EQ(event.generation, 77u);
    EXPECT_EQ(event.ifindex, test_interface);
    EXPECT_EQ(event.advert_length, 16);
    EXPECT_EQ(event.family, XVRRP_IPV4);
    EXPECT_EQ(event.ttl, 255);
    EXPECT_EQ(to_text(event.source, event.family), "10.0.0.2");
    EXPECT_EQ(to_text(event.destination, event.family), "224.0.0.18");
    EXPECT_TRUE(std::ranges::equal(event.mac, peer_mac));
    EXPECT_EQ(event.flags, 0);
    const auto message =
        message_bytes(ipv4{}, vrrp{.priority = 200, .addresses = {"10.0.0.70", "10.0.0.71"}, .interval = 250});
    const bytes head(event.advert, event.advert + 16);
    EXPECT_EQ(head, message);
    EXPECT_TRUE(std::all_of(event.advert + 16, event.advert + 64, [](auto byte) { return byte == 0; }));

    const auto heard = kernel.record(9).other;
    EXPECT_EQ(heard.stamp_ns, event.stamp_ns);
    EXPECT_EQ(to_text(heard.source, XVRRP_IPV4), "10.0.0.2");
    EXPECT_TRUE(std::ranges::equal(heard.mac, peer_mac));
    EXPECT_EQ(heard.priority, 200);
    EXPECT_EQ(heard.interval_cs, 250);
}

TEST_F(advert_checks, a_version_2_interval_is_recorded_in_centiseconds)
{
    kernel.add_router({.version = 2, .interval_seconds = 3});
    expect_accepted(advert({}, ipv4{}, vrrp{.version = 2, .interval = 3}));
    EXPECT_EQ(kernel.record().other.interval_cs, 300);
}

TEST_F(advert_checks, RX_01_ttl_other_than_255)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    for (const auto ttl : bytes{254, 64, 1, 0}) {
        expect_refused(advert({}, ipv4{.ttl = ttl}, vrrp{}), XVRRP_DROP_TTL);
        expect_refused(advert({}, ipv6{.hop_limit = ttl}, vrrp{}), XVRRP_DROP_TTL, "fe80::2");
    }
}

TEST_F(advert_checks, RX_01_ttl_of_unicast_matters_only_where_it_is_demanded)
{
    kernel.add_router({.flags = XVRRP_SLOT_UNICAST});
    const auto frame = advert({}, ipv4{.destination = "10.0.0.1", .ttl = 61}, vrrp{});
    EXPECT_EQ(expect_accepted(frame).ttl, 61);
    kernel.add_router({.flags = XVRRP_SLOT_UNICAST | XVRRP_SLOT_CHECK_SOURCE,
                       .peers = {"10.0.0.2"},
                       .limits = {.min_ttl = 60, .max_ttl = 64, .zero = 0}});
    for (const auto ttl : bytes{60, 61, 64}) {
        expect_accepted(advert({}, ipv4{.destination = "10.0.0.1", .ttl = ttl}, vrrp{}));
    }
    for (const auto ttl : bytes{0, 59, 65, 255}) {
        expect_refused(advert({}, ipv4{.destination = "10.0.0.1", .ttl = ttl}, vrrp{}), XVRRP_DROP_TTL);
    }
}

TEST_F(advert_checks, RX_02_version_neither_2_nor_3)
{
    kernel.add_router({});
    for (const auto version : bytes{0, 1, 4, 15}) {
        expect_refused(advert({}, ipv4{}, vrrp{.version = version}), XVRRP_DROP_VERSION);
    }
}

TEST_F(advert_checks, RX_02_version_of_another_router)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .vrid = 52, .version = 2});
    expect_refused(advert({}, ipv4{}, vrrp{.version = 2}), XVRRP_DROP_VERSION_MISMATCH);
    expect_refused(advert({}, ipv4{}, vrrp{.version = 3, .vrid = 52}), XVRRP_DROP_VERSION_MISMATCH, "10.0.0.2", 52);
}

TEST_F(advert_checks, RX_03_type_other_than_advertisement)
{
    kernel.add_router({});
    for (const auto type : bytes{0, 2, 15}) {
        expect_refused(advert({}, ipv4{}, vrrp{.type = type}), XVRRP_DROP_TYPE);
    }
}

TEST_F(advert_checks, RX_04_shorter_than_the_fixed_header)
{
    kernel.add_router({});
    for (const auto length : std::vector<std::size_t>{0, 1, 7}) {
        expect_refused(advert({}, ipv4{}, vrrp{.cut_to = length}), XVRRP_DROP_TRUNCATED, "10.0.0.2", 0);
        expect_refused(advert({.pad_to = 60}, ipv4{}, vrrp{.cut_to = length}), XVRRP_DROP_TRUNCATED, "10.0.0.2", 0);
        expect_refused(advert({}, ipv6{}, vrrp{.cut_to = length}), XVRRP_DROP_TRUNCATED, "fe80::2", 0);
    }
}

TEST_F(advert_checks, RX_04_fewer_addresses_than_announced)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    expect_refused(advert({}, ipv4{}, vrrp{.count = 2}), XVRRP_DROP_LENGTH);
    expect_refused(advert({}, ipv4{}, vrrp{.count = 255}), XVRRP_DROP_LENGTH);
    expect_refused(advert({}, ipv6{}, vrrp{.count = 2}), XVRRP_DROP_LENGTH, "fe80::2");
    expect_refused(advert({}, ipv4{}, vrrp{.cut_to = 8}), XVRRP_DROP_LENGTH);
    expect_refused(advert({}, ipv4{}, vrrp{.cut_to = 11}), XVRRP_DROP_LENGTH);
}

TEST_F(advert_checks, RX_04_version_2_without_authentication_data)
{
    kernel.add_router({.version = 2});
    expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .cut_to = 12}), XVRRP_DROP_LENGTH);
}

TEST_F(advert_checks, RX_05_longer_than_its_addresses)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    kernel.add_router({.slot = 2, .vrid = 52, .version = 2});
    expect_refused(advert({}, ipv4{}, vrrp{.trailer = bytes(8)}), XVRRP_DROP_LENGTH);
    expect_refused(advert({}, ipv4{}, vrrp{.trailer = bytes(1)}), XVRRP_DROP_LENGTH);
    expect_refused(advert({}, ipv6{}, vrrp{.trailer = bytes(8)}), XVRRP_DROP_LENGTH, "fe80::2");
    expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52, .trailer = bytes(4)}), XVRRP_DROP_LENGTH,
                   "10.0.0.2", 52);
}

TEST_F(advert_checks, RX_06_wrong_checksum)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    kernel.add_router({.slot = 2, .vrid = 52, .version = 2});
    for (const auto error : std::vector<std::uint16_t>{1, 0xffff, 0x100}) {
        expect_refused(advert({}, ipv4{}, vrrp{.add_to_checksum = error}), XVRRP_DROP_CHECKSUM);
        expect_refused(advert({}, ipv4{}, vrrp{.form = checksum_form::plain, .add_to_checksum = error}),
                       XVRRP_DROP_CHECKSUM);
        expect_refused(advert({}, ipv6{}, vrrp{.add_to_checksum = error}), XVRRP_DROP_CHECKSUM, "fe80::2");
        expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52, .add_to_checksum = error}),
                       XVRRP_DROP_CHECKSUM, "10.0.0.2", 52);
    }
    expect_refused(advert({}, ipv4{}, vrrp{.checksum = 0}), XVRRP_DROP_CHECKSUM);
    expect_refused(advert({}, ipv6{}, vrrp{.checksum = 0}), XVRRP_DROP_CHECKSUM, "fe80::2");
}

TEST_F(advert_checks, RX_06_both_forms_of_version_3_over_ipv4)
{
    kernel.add_router({});
    EXPECT_EQ(expect_accepted(advert({}, ipv4{}, vrrp{})).flags, 0);
    EXPECT_EQ(expect_accepted(advert({}, ipv4{}, vrrp{.form = checksum_form::plain})).flags,
              XVRRP_EVENT_PLAIN_CHECKSUM);
}

TEST_F(advert_checks, RX_06_over_ipv6_the_pseudo_header_is_demanded)
{
    kernel.add_router({.family = XVRRP_IPV6});
    EXPECT_EQ(expect_accepted(advert({}, ipv6{}, vrrp{})).flags, 0);
    expect_refused(advert({}, ipv6{}, vrrp{.form = checksum_form::plain}), XVRRP_DROP_CHECKSUM, "fe80::2");
}

TEST_F(advert_checks, RX_06_every_length_of_message)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .vrid = 52, .version = 2});
    std::vector<std::string> addresses;
    for (int n = 1; n <= 255; ++n) {
        addresses.push_back("10." + std::to_string(n) + ".255." + std::to_string(255 - n));
        ASSERT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{.addresses = addresses})), XDP_PASS) << n;
        ASSERT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52, .addresses = addresses})),
                  XDP_PASS)
            << n;
    }
    EXPECT_EQ(kernel.record(0).accepted, 255u);
    EXPECT_EQ(kernel.record(1).accepted, 255u);
}

TEST_F(advert_checks, RX_06_adverts_that_other_implementations_made)
{
    // scapy's vrrp.uts and holo's test vectors
    kernel.add_router({.vrid = 2});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6, .vrid = 2});
    kernel.add_router({.slot = 2, .vrid = 51, .version = 2});
    expect_accepted(advert(
        {}, ipv4{.source = "20.0.0.3"},
        vrrp{.vrid = 2, .priority = 254, .addresses = {"20.0.1.2", "20.0.1.3"}, .interval = 1, .checksum = 0xb25e}));
    expect_accepted(advert({}, ipv6{.source = "2001:db8::1"},
                           vrrp{.vrid = 2,
                                .priority = 254,
                                .addresses = {"2001:db8::2", "2001:db8::3"},
                                .interval = 1,
                                .checksum = 0x481b}),
                    1);
    expect_accepted(packet({}, ipv4{}, bytes{0x21, 0x33, 0x1e, 0x01, 0x00, 0x01, 0xb5, 0xc5, 0x0a, 0x00,
                                             0x01, 0x05, 0,    0,    0,    0,    0,    0,    0,    0}),
                    2);
}

TEST_F(advert_checks, RX_07_vrid_that_is_not_configured_is_counted_and_passed_on)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .interface = other_interface, .vrid = 60});
    kernel.add_router({.slot = 2, .family = XVRRP_IPV6, .vrid = 61});
    for (const auto vrid : bytes{52, 60, 61, 0, 255}) {
        const auto before = kernel.drops(XVRRP_PASS_UNKNOWN_VRID).count;
        EXPECT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{.vrid = vrid})), XDP_PASS);
        const auto drops = kernel.drops(XVRRP_PASS_UNKNOWN_VRID);
        EXPECT_EQ(drops.count, before + 1);
        EXPECT_EQ(drops.last_vrid, vrid);
        EXPECT_EQ(to_text(drops.last_source, drops.last_family), "10.0.0.2");
    }
    EXPECT_TRUE(kernel.events().empty());
    for (const auto slot : std::vector<std::uint32_t>{0, 1, 2}) {
        EXPECT_EQ(kernel.record(slot).accepted, 0u);
    }
}

TEST_F(advert_checks, RX_07_a_freed_slot_knows_no_vrid)
{
    kernel.add_router({});
    kernel.config().generation = 0;
    EXPECT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{})), XDP_PASS);
    EXPECT_EQ(kernel.drops(XVRRP_PASS_UNKNOWN_VRID).count, 1u);
    EXPECT_TRUE(kernel.events().empty());
}

TEST_F(advert_checks, RX_08_no_addresses)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    expect_refused(advert({}, ipv4{}, vrrp{.count = 0}), XVRRP_DROP_NO_ADDRESSES);
    expect_refused(advert({}, ipv6{}, vrrp{.count = 0}), XVRRP_DROP_NO_ADDRESSES, "fe80::2");
    kernel.config().flags |= XVRRP_SLOT_NO_VIPS;
    expect_accepted(advert({}, ipv4{}, vrrp{.count = 0, .cut_to = 8}));
    expect_accepted(advert({}, ipv4{}, vrrp{}));
}

TEST_F(advert_checks, RX_09_interval_zero)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .vrid = 52, .version = 2});
    expect_refused(advert({}, ipv4{}, vrrp{.interval = 0}), XVRRP_DROP_INTERVAL_ZERO);
    expect_refused(advert({}, ipv4{}, vrrp{.interval = 0, .reserved = 15}), XVRRP_DROP_INTERVAL_ZERO);
    expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52, .interval = 0}), XVRRP_DROP_INTERVAL_MISMATCH,
                   "10.0.0.2", 52);
}

TEST_F(advert_checks, RX_10_first_ipv6_address_must_be_link_local_where_strict)
{
    kernel.add_router({.family = XVRRP_IPV6});
    const auto global = advert({}, ipv6{}, vrrp{.addresses = {"2001:db8::70"}});
    const auto link_local = advert({}, ipv6{}, vrrp{.addresses = {"febf::70", "2001:db8::70"}});
    expect_accepted(global);
    kernel.config().flags = XVRRP_SLOT_STRICT;
    expect_accepted(link_local);
    expect_refused(global, XVRRP_DROP_NOT_LINK_LOCAL, "fe80::2");
    for (const auto* neighbour : {"fe7f:ffff::70", "fec0::70", "ff80::70"}) { // of fe80::/10
        expect_refused(advert({}, ipv6{}, vrrp{.addresses = {neighbour, "fe80::70"}}), XVRRP_DROP_NOT_LINK_LOCAL,
                       "fe80::2");
    }
}

TEST_F(advert_checks, RX_10_asks_nothing_of_ipv4)
{
    kernel.add_router({.flags = XVRRP_SLOT_STRICT});
    expect_accepted(advert({}, ipv4{}, vrrp{}));
}

TEST_F(advert_checks, RX_11_reserved_bits_are_ignored)
{
    kernel.add_router({});
    expect_accepted(advert({}, ipv4{}, vrrp{.reserved = 15}));
    EXPECT_EQ(kernel.record().other.interval_cs, 100);
}

TEST_F(advert_checks, RX_12_version_3_learns_and_version_2_refuses_another_interval)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .vrid = 52, .version = 2, .interval_seconds = 2});
    for (const auto interval : std::vector<std::uint16_t>{1, 99, 4095}) {
        expect_accepted(advert({}, ipv4{}, vrrp{.interval = interval}));
        EXPECT_EQ(kernel.record().other.interval_cs, interval);
    }
    expect_accepted(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52, .interval = 2}), 1);
    for (const auto interval : std::vector<std::uint16_t>{1, 3, 255}) {
        expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52, .interval = interval}),
                       XVRRP_DROP_INTERVAL_MISMATCH, "10.0.0.2", 52);
    }
}

TEST_F(advert_checks, RX_14_an_owner_hears_adverts_too)
{
    kernel.add_router({.state = XVRRP_ACTIVE, .priority = 255});
    expect_accepted(advert({}, ipv4{}, vrrp{.priority = 255}));
    expect_accepted(advert({}, ipv4{}, vrrp{.priority = 100}));
}

TEST_F(advert_checks, RX_15_authentication_that_is_not_ours)
{
    kernel.add_router({.version = 2});
    expect_accepted(advert({}, ipv4{}, vrrp{.version = 2}));
    for (const auto type : bytes{1, 2, 255}) {
        expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .auth_type = type, .password = "secret"}),
                       XVRRP_DROP_AUTH_TYPE);
    }
}

TEST_F(advert_checks, RX_15_password)
{
    kernel.add_router({.version = 2, .flags = XVRRP_SLOT_AUTH_PASS, .password = "mypasswo"});
    expect_accepted(advert({}, ipv4{}, vrrp{.version = 2, .auth_type = 1, .password = "mypasswo"}));
    expect_accepted(advert({}, ipv4{},
                           vrrp{.version = 2,
                                .addresses = {"10.0.0.70", "10.0.0.71", "10.0.0.72"},
                                .auth_type = 1,
                                .password = "mypasswo"}));
    for (const auto* password : {"mypassw", "nypasswo", "mypasswO", ""}) {
        expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .auth_type = 1, .password = password}),
                       XVRRP_DROP_AUTH_PASSWORD);
    }
    for (const auto type : bytes{0, 2}) {
        expect_refused(advert({}, ipv4{}, vrrp{.version = 2, .auth_type = type, .password = "mypasswo"}),
                       XVRRP_DROP_AUTH_TYPE);
    }
}

TEST_F(advert_checks, RX_18_multicast_router_and_other_destinations)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    for (const auto* destination : {"10.0.0.1", "224.0.0.19", "255.255.255.255"}) {
        expect_refused(advert({}, ipv4{.destination = destination}, vrrp{}), XVRRP_DROP_DESTINATION);
    }
    for (const auto* destination : {"fe80::1", "ff02::13", "ff05::12"}) {
        expect_refused(advert({}, ipv6{.destination = destination}, vrrp{}), XVRRP_DROP_DESTINATION, "fe80::2");
    }
}

TEST_F(advert_checks, RX_18_another_group_may_be_configured)
{
    kernel.add_router({});
    std::ranges::copy(abi_address("224.0.0.99"), kernel.config().group);
    expect_accepted(advert({}, ipv4{.destination = "224.0.0.99"}, vrrp{}));
    expect_refused(advert({}, ipv4{}, vrrp{}), XVRRP_DROP_DESTINATION);
}

TEST_F(advert_checks, RX_18_unicast_router)
{
    kernel.add_router({.flags = XVRRP_SLOT_UNICAST});
    expect_accepted(advert({}, ipv4{.destination = "10.0.0.1"}, vrrp{}));
    expect_refused(advert({}, ipv4{.destination = "10.0.0.3"}, vrrp{}), XVRRP_DROP_DESTINATION);
    expect_refused(advert({}, ipv4{}, vrrp{}), XVRRP_DROP_DESTINATION);
}

TEST_F(advert_checks, RX_18_unicast_to_a_vip_is_an_advert_all_the_same)
{
    kernel.add_router({.flags = XVRRP_SLOT_UNICAST | XVRRP_SLOT_FENCED, .source = "10.0.0.70"});
    kernel.add_vip("10.0.0.70");
    expect_accepted(advert({}, ipv4{.destination = "10.0.0.70"}, vrrp{}));
    EXPECT_EQ(kernel.vip("10.0.0.70").received_packets, 0u);
}

TEST_F(advert_checks, RX_19_our_own_advert_looped_back)
{
    kernel.add_router({.state = XVRRP_ACTIVE});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    expect_refused(advert({}, ipv4{.source = "10.0.0.1"}, vrrp{.priority = 255}), XVRRP_DROP_OWN_ADDRESS, "10.0.0.1");
    expect_refused(advert({}, ipv6{.source = "fe80::1"}, vrrp{}), XVRRP_DROP_OWN_ADDRESS, "fe80::1");
}

TEST_F(advert_checks, a_source_that_is_no_peer_is_refused_where_sources_are_checked)
{
    kernel.add_router({.flags = XVRRP_SLOT_UNICAST, .peers = {"10.0.0.2", "10.0.0.3"}});
    kernel.add_router({.slot = 1, .vrid = 52, .flags = XVRRP_SLOT_UNICAST, .peers = {"10.0.0.4"}});
    const auto stranger = advert({}, ipv4{.source = "10.0.0.4", .destination = "10.0.0.1"}, vrrp{});
    expect_accepted(stranger);
    kernel.config().flags |= XVRRP_SLOT_CHECK_SOURCE;
    expect_refused(stranger, XVRRP_DROP_SOURCE, "10.0.0.4");
    expect_accepted(advert({}, ipv4{.source = "10.0.0.3", .destination = "10.0.0.1"}, vrrp{}));
}

TEST_F(advert_checks, the_bits_of_peers_change_no_verdict)
{
    const std::vector<std::string> peers{"10.0.0.2", "10.0.0.3"};
    kernel.add_router({.flags = XVRRP_SLOT_CHECK_SOURCE, .peers = peers});
    for (const bool with_bits : {false, true}) {
        if (with_bits) {
            kernel.use_peer_bits(0, peers);
        }
        for (int last = 2; last < 250; ++last) {
            const auto source = "10.0.0." + std::to_string(last);
            EXPECT_EQ(kernel.xdp_verdict(advert({}, ipv4{.source = source}, vrrp{})), last <= 3 ? XDP_PASS : XDP_DROP)
                << source;
        }
    }
    kernel.events();
    // A bit that is set without its address in vrrp_peers lets nobody in, and one that isn't keeps its address out.
    kernel.config().peer_bits = 0xffffffff;
    expect_refused(advert({}, ipv4{.source = "10.0.0.4"}, vrrp{}), XVRRP_DROP_SOURCE, "10.0.0.4");
    kernel.use_peer_bits(0, {"10.0.0.3"});
    expect_refused(advert({}, ipv4{}, vrrp{}), XVRRP_DROP_SOURCE);
}

/// Every fault at once; each step mends the one that was reported and finds the next.
TEST_F(advert_checks, RX_21_order_of_the_checks_version_2)
{
    kernel.add_router({.vrid = 52,
                       .version = 2,
                       .flags = XVRRP_SLOT_AUTH_PASS | XVRRP_SLOT_CHECK_SOURCE,
                       .source = "10.0.0.2",
                       .password = "secret"});
    ipv4 ip{.destination = "224.0.0.19", .ttl = 64};
    vrrp message{.version = 7,
                 .type = 2,
                 .vrid = 51,
                 .count = 0,
                 .interval = 9,
                 .auth_type = 2,
                 .password = "wrong",
                 .add_to_checksum = 1,
                 .trailer = bytes(4),
                 .cut_to = 7};
    const auto next = [&](xvrrp_drop_reason reason, std::uint8_t vrid = 52) {
        expect_refused(advert({}, ip, message), reason, "10.0.0.2", vrid);
    };
    next(XVRRP_DROP_TRUNCATED, 0);
    message.cut_to = SIZE_MAX;
    next(XVRRP_DROP_VERSION, 51);
    message.version = 3;
    next(XVRRP_DROP_TYPE, 51);
    message.type = 1;
    EXPECT_EQ(kernel.xdp_verdict(advert({}, ip, message)), XDP_PASS);
    EXPECT_EQ(kernel.drops(XVRRP_PASS_UNKNOWN_VRID).count, 1u);
    message.vrid = 52;
    next(XVRRP_DROP_VERSION_MISMATCH);
    message.version = 2;
    next(XVRRP_DROP_CHECKSUM);
    message.add_to_checksum = 0;
    next(XVRRP_DROP_TTL);
    ip.ttl = 255;
    next(XVRRP_DROP_NO_ADDRESSES);
    message.count.reset();
    next(XVRRP_DROP_LENGTH);
    message.trailer.clear();
    next(XVRRP_DROP_AUTH_TYPE);
    message.auth_type = 1;
    next(XVRRP_DROP_AUTH_PASSWORD);
    message.password = "secret";
    next(XVRRP_DROP_INTERVAL_MISMATCH);
    message.interval = 1;
    next(XVRRP_DROP_DESTINATION);
    ip.destination = "224.0.0.18";
    next(XVRRP_DROP_OWN_ADDRESS);
    std::ranges::copy(abi_address("10.0.0.1"), kernel.config().source);
    next(XVRRP_DROP_SOURCE);
    kernel.config().flags &= ~static_cast<std::uint32_t>(XVRRP_SLOT_CHECK_SOURCE);
    expect_accepted(advert({}, ip, message));
}

TEST_F(advert_checks, RX_21_order_of_the_checks_version_3)
{
    kernel.add_router({.family = XVRRP_IPV6, .flags = XVRRP_SLOT_STRICT, .source = "fe80::2"});
    ipv6 ip{.destination = "ff02::13"};
    vrrp message{.addresses = {"2001:db8::70"}, .interval = 0};
    const auto next = [&](xvrrp_drop_reason reason) { expect_refused(advert({}, ip, message), reason, "fe80::2"); };
    next(XVRRP_DROP_INTERVAL_ZERO);
    message.interval = 100;
    next(XVRRP_DROP_NOT_LINK_LOCAL);
    message.addresses = {"fe80::70"};
    next(XVRRP_DROP_DESTINATION);
    ip.destination = "ff02::12";
    next(XVRRP_DROP_OWN_ADDRESS);
}

TEST_F(advert_checks, RX_22_what_is_valid_is_passed_on)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .family = XVRRP_IPV6});
    expect_accepted(advert({.pad_to = 60}, ipv4{}, vrrp{}));
    expect_accepted(advert({}, ipv6{}, vrrp{}), 1);
}

TEST_F(advert_checks, nothing_is_counted_where_the_daemon_made_no_entry)
{
    kernel.add_router({});
    const xvrrp_drop_key key{test_interface, XVRRP_DROP_TTL};
    ASSERT_EQ(bpf_map_delete_elem(kernel.map_fd("vrrp_drops"), &key), 0);
    EXPECT_EQ(kernel.xdp_verdict(advert({}, ipv4{.ttl = 1}, vrrp{})), XDP_DROP);
    EXPECT_NE(bpf_map_delete_elem(kernel.map_fd("vrrp_drops"), &key), 0);
}

} // namespace
} // namespace xvrrp::test
