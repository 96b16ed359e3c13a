// SPDX-License-Identifier: BSD-2-Clause
//
// The S-BFD reflector in XDP: what it answers and how, and what it refuses for which reason.
#include <gtest/gtest.h>

#include <algorithm>

#include "bpf/harness.hpp"

namespace xvrrp::test {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr auto own4 = "10.0.0.1";
constexpr auto own6 = "fe80::1";
constexpr auto peer4 = "10.0.0.2";
constexpr auto peer6 = "fe80::2";
constexpr std::uint32_t own6_discriminator = 0xdeadbeef;

class reflect : public ::testing::Test {
protected:
    reflect()
    {
        kernel.add_reflector({.address = own4});
        kernel.add_reflector({.address = own6, .discriminator = own6_discriminator});
    }

    static bytes probe(const bfd& fields = {}, const udp& ports = {}, const ipv4& ip = to_own4,
                       const ethernet& link = {})
    {
        return udp_packet(link, ip, ports, bfd_message(fields));
    }
    static bytes probe6(bfd fields = {}, const ipv6& ip = {.destination = own6})
    {
        fields.yours = own6_discriminator;
        return udp_packet({}, ip, {}, bfd_message(fields));
    }
    /// From a host on the link.
    static bytes probe_from(const std::string& source)
    {
        return probe({}, {}, ipv4{.source = source, .destination = own4});
    }
    /// The state in the reply, which must be one.
    int answered_state(const bytes& frame)
    {
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, XDP_TX);
        return result.frame.at(14 + 20 + 8 + 1) >> 6;
    }
    void expect_refused(const bytes& frame, xvrrp_drop_reason reason, const char* what)
    {
        const auto before = kernel.drops(reason).count;
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, XDP_DROP) << what;
        EXPECT_EQ(result.frame, frame) << what;
        EXPECT_EQ(kernel.drops(reason).count, before + 1) << what;
    }
    void expect_left_alone(const bytes& frame, const char* what)
    {
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, XDP_PASS) << what;
        EXPECT_EQ(result.frame, frame) << what;
    }

    static inline const ipv4 to_own4{.source = peer4, .destination = own4};
    static constexpr int admin_down = XVRRP_BFD_ADMIN_DOWN, up = XVRRP_BFD_UP;
    bpf_harness kernel;
};

/// With both checksums, which the frame maker computes by itself.
TEST_F(reflect, RFC7880_7_2_2_the_reply_over_ipv4_to_the_byte)
{
    const bfd asked{.mine = 0x11223344, .desired_min_tx = 250'000, .required_min_rx = 7, .required_min_echo_rx = 9};
    const bfd reply{.state = 3,
                    .demand = false,
                    .mine = 0x0a000001,
                    .yours = 0x11223344,
                    .desired_min_tx = 250'000,
                    .required_min_rx = 100};
    const auto result = kernel.run_xdp(probe(asked, {.source = 50000}));
    EXPECT_EQ(result.verdict, XDP_TX);
    EXPECT_EQ(result.frame,
              udp_packet({.destination = peer_mac, .source = host_mac}, ipv4{.source = own4, .destination = peer4},
                         {.source = 7784, .destination = 50000}, bfd_message(reply)));
    EXPECT_EQ(kernel.answered(own4), 1u);
    EXPECT_EQ(kernel.answered(own6), 0u);
    EXPECT_EQ(kernel.drops_of_all_reasons(), 0u);
}

TEST_F(reflect, RFC7880_7_2_2_the_reply_over_ipv6_to_the_byte)
{
    const bfd reply{
        .state = 3, .demand = false, .mine = own6_discriminator, .yours = 0x01020304, .required_min_rx = 100};
    const auto result = kernel.run_xdp(probe6());
    EXPECT_EQ(result.verdict, XDP_TX);
    EXPECT_EQ(result.frame,
              udp_packet({.destination = peer_mac, .source = host_mac}, ipv6{.source = own6, .destination = peer6},
                         {.source = 7784, .destination = 49152}, bfd_message(reply)));
}

TEST_F(reflect, RFC8200_8_1_checksums_are_right_whatever_the_discriminator)
{
    for (std::uint32_t mine = 1; mine != 0; mine <<= 1) {
        for (const std::uint32_t discriminator : {mine, ~mine, mine - 1 == 0 ? 0xffff'ffff : mine - 1}) {
            const auto result = kernel.run_xdp(probe6({.mine = discriminator}));
            ASSERT_EQ(result.verdict, XDP_TX);
            bytes covered = address_bytes(own6);
            std::ranges::copy(address_bytes(peer6), std::back_inserter(covered));
            covered.insert(covered.end(), {0, 0, 0, 32, 0, 0, 0, 17});
            covered.insert(covered.end(), result.frame.begin() + 54, result.frame.end());
            EXPECT_EQ(internet_checksum(covered), 0) << std::hex << discriminator;
            EXPECT_FALSE(result.frame[60] == 0 && result.frame[61] == 0) << "0 says that there is no sum";
        }
    }
}

TEST_F(reflect, RFC5880_6_5_poll_is_answered_with_final)
{
    const auto result = kernel.run_xdp(probe({.state = 3, .poll = true, .final = true, .independent = true}));
    ASSERT_EQ(result.verdict, XDP_TX);
    EXPECT_EQ(result.frame.at(43), 0xd0) << "Up, Final";
}

TEST_F(reflect, any_diagnostic_and_state_of_the_prober_is_taken)
{
    for (std::uint8_t state = 0; state < 4; ++state) {
        EXPECT_EQ(answered_state(probe({.diagnostic = 7, .state = state})), up);
    }
    EXPECT_EQ(kernel.run_xdp(probe({.diagnostic = 31})).frame.at(42), 0x20) << "version 1, no diagnostic";
}

TEST_F(reflect, the_udp_checksum_of_a_probe_is_not_asked_for)
{
    for (const std::uint16_t checksum : {std::uint16_t{0}, std::uint16_t{0x1234}}) {
        EXPECT_EQ(answered_state(probe({}, {.checksum = checksum})), up) << "half made by a socket on this machine";
    }
}

TEST_F(reflect, says_admin_down_when_the_daemon_is_dead_hung_or_leaving)
{
    EXPECT_EQ(answered_state(probe()), up);
    kernel.control().alive = 0;
    EXPECT_EQ(answered_state(probe()), admin_down);
    kernel.control().alive = 1;
    kernel.control().leaving = 1;
    EXPECT_EQ(answered_state(probe()), admin_down);
    kernel.control().leaving = 0;
    EXPECT_EQ(answered_state(probe()), up);
    kernel.add_reflector({.hang_limit_ns = second_ns});
    kernel.control().lease_ns = monotonic_ns() - 2 * second_ns;
    EXPECT_EQ(answered_state(probe()), admin_down);
    kernel.control().lease_ns = 0;
    EXPECT_EQ(answered_state(probe()), admin_down) << "never renewed";
}

TEST_F(reflect, each_address_has_its_own_hang_limit)
{
    kernel.add_reflector({.address = "10.0.0.3", .discriminator = 3, .hang_limit_ns = second_ns});
    kernel.control().lease_ns = monotonic_ns() - 2 * second_ns;
    EXPECT_EQ(answered_state(probe()), up);
    const bfd other{.yours = 3};
    EXPECT_EQ(answered_state(probe(other, {}, ipv4{.source = peer4, .destination = "10.0.0.3"})), admin_down);
}

TEST_F(reflect, a_lease_that_was_renewed_after_the_probe_came_is_young)
{
    kernel.control().lease_ns = monotonic_ns() + 60 * second_ns;
    EXPECT_EQ(answered_state(probe()), up);
}

TEST_F(reflect, RFC5881_5_a_hop_limit_other_than_255_is_refused)
{
    for (const std::uint8_t ttl : {std::uint8_t{254}, std::uint8_t{1}, std::uint8_t{0}}) {
        auto ip = to_own4;
        ip.ttl = ttl;
        expect_refused(probe({}, {}, ip), XVRRP_DROP_PROBE_TTL, "IPv4");
        expect_refused(probe6({}, ipv6{.destination = own6, .hop_limit = ttl}), XVRRP_DROP_PROBE_TTL, "IPv6");
    }
}

TEST_F(reflect, RFC5880_6_8_6_a_malformed_probe_is_refused)
{
    const std::pair<const char*, bfd> wrong[] = {
        {"version 0", {.version = 0}},
        {"version 2", {.version = 2}},
        {"authentication bit", {.authenticated = true}},
        {"without Demand", {.demand = false}},
        {"Multipoint", {.multipoint = true}},
        {"detect mult 0", {.detect_mult = 0}},
        {"length 23", {.length = 23}},
        {"length 25", {.length = 25}},
        {"my discriminator 0", {.mine = 0}},
        {"your discriminator 0", {.yours = 0}},
    };
    for (const auto& [what, fields] : wrong) {
        expect_refused(probe(fields), XVRRP_DROP_PROBE_MALFORMED, what);
    }
    expect_refused(probe6({.demand = false}), XVRRP_DROP_PROBE_MALFORMED, "IPv6");
    auto options = to_own4;
    options.options = bytes(8, 1);
    expect_refused(probe({}, {}, options), XVRRP_DROP_PROBE_MALFORMED, "IPv4 options");
    expect_refused(probe({}, {.length = 31}), XVRRP_DROP_PROBE_MALFORMED, "UDP length");
    expect_refused(probe({}, {.length = 33}), XVRRP_DROP_PROBE_MALFORMED, "UDP length");
    auto longer = to_own4;
    longer.total_length = 53;
    expect_refused(probe({}, {}, longer), XVRRP_DROP_PROBE_MALFORMED, "IP length");
    auto message = bfd_message({});
    message.push_back(0);
    expect_refused(udp_packet({}, to_own4, {}, message), XVRRP_DROP_PROBE_MALFORMED, "something behind it");
    expect_refused(probe({}, {}, to_own4, {.destination = mac_bytes{0x01, 0, 0x5e, 0, 0, 1}}),
                   XVRRP_DROP_PROBE_MALFORMED, "sent to a group");
    EXPECT_EQ(kernel.answered(own4), 0u);
}

TEST_F(reflect, every_truncation_is_refused_or_left_alone)
{
    for (const auto& whole : {probe(), probe6()}) {
        for (std::size_t length = 14; length < whole.size(); ++length) {
            const bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            const auto verdict = kernel.xdp_verdict(cut);
            EXPECT_EQ(verdict, length < whole.size() - 24 ? XDP_PASS : XDP_DROP) << length;
        }
    }
}

TEST_F(reflect, two_reflectors_never_answer_each_other)
{
    expect_refused(probe({}, {.source = 7784}), XVRRP_DROP_PROBE_PORT, "from a reflector's port");
    const auto reply = kernel.run_xdp(probe());
    ASSERT_EQ(reply.verdict, XDP_TX);
    kernel.add_reflector({.address = peer4, .discriminator = 0x01020304});
    expect_left_alone(reply.frame, "a reply at a host that has a reflector too");
    auto to_reflector = probe({.state = 3, .demand = false}, {.source = 7784});
    expect_refused(to_reflector, XVRRP_DROP_PROBE_MALFORMED, "a reply to the reflector's port");
}

TEST_F(reflect, a_foreign_discriminator_is_refused)
{
    expect_refused(probe({.yours = 0x0a000002}), XVRRP_DROP_PROBE_DISCRIMINATOR, "");
    expect_refused(probe({.yours = 0x0100000a}), XVRRP_DROP_PROBE_DISCRIMINATOR, "in another byte order");
    const auto last = kernel.drops(XVRRP_DROP_PROBE_DISCRIMINATOR);
    EXPECT_EQ(to_text(last.last_source, last.last_family), peer4);
}

TEST_F(reflect, unicast_peers_alone_are_answered_where_there_are_some)
{
    kernel.add_reflector({.address = own4, .peers = {"10.0.0.2", "10.0.0.5"}});
    EXPECT_EQ(answered_state(probe_from("10.0.0.2")), up);
    EXPECT_EQ(answered_state(probe_from("10.0.0.5")), up);
    expect_refused(probe_from("10.0.0.3"), XVRRP_DROP_PROBE_SOURCE, "a stranger");
    kernel.add_router({.slot = 0, .peers = {"10.0.0.4"}});
    expect_refused(probe_from("10.0.0.4"), XVRRP_DROP_PROBE_SOURCE, "a router's peer, not the reflector's");
}

TEST_F(reflect, each_source_has_a_rate_of_its_own)
{
    EXPECT_EQ(answered_state(probe()), up);
    EXPECT_EQ(kernel.prober(peer4).value().credit, (XVRRP_PROBES_BURST - 1) * second_ns);
    const auto later = monotonic_ns() + 3600 * second_ns; // no token comes until then
    kernel.store_prober(peer4, {.refilled_ns = later, .credit = 2 * second_ns});
    EXPECT_EQ(answered_state(probe()), up);
    EXPECT_EQ(answered_state(probe()), up);
    expect_refused(probe(), XVRRP_DROP_PROBE_RATE, "the third");
    EXPECT_EQ(answered_state(probe_from("10.0.0.3")), up) << "another source isn't affected";
}

TEST_F(reflect, tokens_come_back_at_the_rate)
{
    kernel.store_prober(peer4, {.refilled_ns = monotonic_ns() - second_ns / 1000, .credit = 0});
    for (int i = 0; i < XVRRP_PROBES_PER_SECOND / 1000; ++i) {
        EXPECT_EQ(answered_state(probe()), up) << i;
    }
    kernel.store_prober(peer4, {.refilled_ns = monotonic_ns() - second_ns, .credit = 0});
    EXPECT_EQ(answered_state(probe()), up);
    EXPECT_EQ(kernel.prober(peer4).value().credit, (XVRRP_PROBES_BURST - 1) * second_ns) << "no more than a burst";
}

/// Its bucket may be forgotten meanwhile, which gives it a full one.
TEST_F(reflect, a_flood_of_spoofed_sources_stops_nobody)
{
    EXPECT_EQ(answered_state(probe()), up);
    auto spoofed = probe_from("11.0.0.0");
    for (int i = 0; i < 3 * XVRRP_MAX_PROBERS; ++i) {
        spoofed[14 + 14] = static_cast<std::uint8_t>(i >> 8);
        spoofed[14 + 15] = static_cast<std::uint8_t>(i);
        ASSERT_EQ(kernel.xdp_verdict(spoofed), XDP_TX) << "a source that is new is answered";
        if (i % 100 == 0) {
            ASSERT_EQ(answered_state(probe()), up);
        }
    }
    EXPECT_EQ(kernel.drops_of_all_reasons(), 0u);
}

TEST_F(reflect, refused_probes_take_no_token)
{
    expect_refused(probe({.yours = 1}), XVRRP_DROP_PROBE_DISCRIMINATOR, "");
    EXPECT_EQ(kernel.prober(peer4), std::nullopt);
}

TEST_F(reflect, what_is_not_for_a_reflector_is_left_alone)
{
    expect_left_alone(probe({}, {}, ipv4{.source = peer4, .destination = "10.0.0.9"}), "another address");
    expect_left_alone(probe({}, {.destination = 3784}), "BFD that isn't seamless");
    expect_left_alone(probe({}, {.destination = 7785}), "another port");
    auto tcp = probe();
    tcp[14 + 9] = 6;
    expect_left_alone(tcp, "another protocol");
    for (const std::uint16_t fragment : {std::uint16_t{0x2000}, std::uint16_t{1}}) {
        auto ip = to_own4;
        ip.fragment = fragment;
        expect_left_alone(probe({}, {}, ip), "a fragment");
    }
    expect_left_alone(udp_packet({.vlan = 5}, to_own4, {}, bfd_message({})), "tagged");
    kernel.add_reflector({.address = "10.0.0.4", .interface = other_interface});
    expect_left_alone(probe({}, {}, ipv4{.source = peer4, .destination = "10.0.0.4"}), "of another interface");
}

TEST_F(reflect, a_probe_to_a_vip_without_a_reflector_is_a_packet_to_a_vip)
{
    kernel.add_router({.state = XVRRP_ACTIVE});
    kernel.add_vip("10.0.0.70");
    const auto to_vip = probe({}, {}, ipv4{.source = peer4, .destination = "10.0.0.70"});
    expect_left_alone(to_vip, "to a VIP");
    EXPECT_EQ(kernel.vip("10.0.0.70").received_packets, 1u);
    kernel.config().flags = XVRRP_SLOT_FENCED;
    EXPECT_EQ(kernel.xdp_verdict(to_vip), XDP_DROP);
}

} // namespace
} // namespace xvrrp::test
