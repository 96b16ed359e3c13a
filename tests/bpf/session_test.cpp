// SPDX-License-Identifier: BSD-2-Clause
//
// Replies to our own S-BFD probes: noted down for the prober if they fit one that is under way, and never passed on.
#include <gtest/gtest.h>

#include <algorithm>

#include "bpf/harness.hpp"

namespace xvrrp::test {
namespace {

constexpr auto peer4 = "10.0.0.2";
constexpr auto peer6 = "fe80::2";
constexpr std::uint16_t our_port = 49200;
constexpr std::uint32_t random_part = 0x0000'3000 << 15; // above the places and the sessions

std::uint32_t discriminator_of(std::uint32_t session, std::uint32_t place)
{
    return random_part | session * XVRRP_PROBES | place;
}

class session : public ::testing::Test {
protected:
    session()
    {
        open(7, peer4, XVRRP_IPV4);
        open(XVRRP_MAX_SESSIONS - 1, peer6, XVRRP_IPV6);
    }
    void open(std::uint32_t number, const char* peer, std::uint8_t family)
    {
        auto& opened = kernel.session(number);
        opened.ifindex = test_interface;
        opened.family = family;
        opened.port = our_port;
        std::ranges::copy(abi_address(peer), opened.peer);
    }
    void send_probe(std::uint32_t number, std::uint32_t place)
    {
        kernel.session(number).probes[place] = {monotonic_ns(), discriminator_of(number, place), 0};
    }

    static bfd answer(std::uint32_t number, std::uint32_t place, std::uint8_t state = 3)
    {
        return {.state = state, .demand = false, .mine = 0x0a000002, .yours = discriminator_of(number, place)};
    }
    static bytes reply(const bfd& fields, const udp& ports = {.source = 7784, .destination = our_port},
                       const ipv4& ip = from_peer)
    {
        return udp_packet({}, ip, ports, bfd_message(fields));
    }
    void expect_refused(const bytes& frame, const char* what)
    {
        const auto before = kernel.drops(XVRRP_DROP_REPLY).count;
        EXPECT_EQ(kernel.xdp_verdict(frame), XDP_DROP) << what;
        EXPECT_EQ(kernel.drops(XVRRP_DROP_REPLY).count, before + 1) << what;
        EXPECT_EQ(kernel.replies(7).replies, 0u) << what;
        EXPECT_EQ(kernel.replies(7).reply[3].discriminator, 0u) << what;
    }
    void expect_left_alone(const bytes& frame, const char* what)
    {
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, XDP_PASS) << what;
        EXPECT_EQ(result.frame, frame) << what;
        EXPECT_EQ(kernel.drops_of_all_reasons(), 0u) << what;
    }

    static inline const ipv4 from_peer{.source = peer4, .destination = "10.0.0.1"};
    bpf_harness kernel;
};

TEST_F(session, a_reply_is_noted_down_at_the_place_of_its_probe)
{
    send_probe(7, 3);
    const auto before = monotonic_ns();
    EXPECT_EQ(kernel.xdp_verdict(reply(answer(7, 3))), XDP_DROP);
    const auto& record = kernel.replies(7);
    EXPECT_EQ(record.reply[3].discriminator, discriminator_of(7, 3));
    EXPECT_EQ(record.reply[3].state, static_cast<std::uint32_t>(XVRRP_BFD_UP));
    EXPECT_GE(record.reply[3].stamp_ns, before);
    EXPECT_LE(record.reply[3].stamp_ns, monotonic_ns());
    EXPECT_EQ(record.replies, 1u);
    EXPECT_EQ(record.last_stamp_ns, record.reply[3].stamp_ns);
    EXPECT_EQ(record.last_round_trip_ns, record.last_stamp_ns - kernel.session(7).probes[3].sent_ns);
    EXPECT_EQ(record.last_state, static_cast<std::uint32_t>(XVRRP_BFD_UP));
    EXPECT_EQ(kernel.drops_of_all_reasons(), 0u);
    for (std::uint32_t place = 0; place < XVRRP_PROBES; ++place) {
        EXPECT_TRUE(place == 3 || record.reply[place].discriminator == 0) << place;
    }
}

TEST_F(session, every_place_and_the_last_session_over_ipv6)
{
    const auto number = XVRRP_MAX_SESSIONS - 1;
    for (std::uint32_t place = 0; place < XVRRP_PROBES; ++place) {
        send_probe(number, place);
        const auto frame = udp_packet({}, ipv6{.source = peer6, .destination = "fe80::1"},
                                      {.source = 7784, .destination = our_port}, bfd_message(answer(number, place)));
        EXPECT_EQ(kernel.xdp_verdict(frame), XDP_DROP);
        EXPECT_EQ(kernel.replies(number).reply[place].discriminator, discriminator_of(number, place)) << place;
    }
    EXPECT_EQ(kernel.replies(number).replies, static_cast<std::uint64_t>(XVRRP_PROBES));
    EXPECT_EQ(kernel.replies(7).replies, 0u);
}

TEST_F(session, the_state_of_the_reply_is_noted_down)
{
    for (std::uint8_t state = 0; state < 4; ++state) {
        send_probe(7, state);
        EXPECT_EQ(kernel.xdp_verdict(reply(answer(7, state, state))), XDP_DROP);
        EXPECT_EQ(kernel.replies(7).reply[state].state, state);
        EXPECT_EQ(kernel.replies(7).last_state, state);
    }
}

TEST_F(session, one_that_fits_no_probe_under_way_is_refused)
{
    expect_refused(reply(answer(7, 3)), "nothing was sent");
    send_probe(7, 3);
    auto guessed = answer(7, 3);
    guessed.yours ^= 1U << 20;
    expect_refused(reply(guessed), "a wrong random part");
    expect_refused(reply(answer(7, 4)), "another place");
    kernel.session(7).probes[3].discriminator ^= 1U << 21;
    expect_refused(reply(answer(7, 3)), "a probe that was given up for a later one");
}

TEST_F(session, one_from_somebody_else_is_refused)
{
    send_probe(7, 3);
    expect_refused(reply(answer(7, 3), {.source = 7784, .destination = our_port},
                         {.source = "10.0.0.3", .destination = "10.0.0.1"}),
                   "another host");
    expect_refused(reply(answer(7, 3), {.source = 7784, .destination = our_port},
                         {.source = peer4, .destination = "10.0.0.1", .ttl = 254}),
                   "from beyond a router");
}

TEST_F(session, a_malformed_one_is_refused)
{
    send_probe(7, 3);
    const auto spoil = [](auto change) {
        auto fields = answer(7, 3);
        change(fields);
        return reply(fields);
    };
    expect_refused(spoil([](bfd& fields) { fields.version = 0; }), "version");
    expect_refused(spoil([](bfd& fields) { fields.demand = true; }), "a probe");
    expect_refused(spoil([](bfd& fields) { fields.authenticated = true; }), "authenticated");
    expect_refused(spoil([](bfd& fields) { fields.multipoint = true; }), "multipoint");
    expect_refused(spoil([](bfd& fields) { fields.detect_mult = 0; }), "detect mult");
    expect_refused(spoil([](bfd& fields) { fields.length = 26; }), "length");
    expect_refused(spoil([](bfd& fields) { fields.mine = 0; }), "its discriminator");
}

TEST_F(session, what_is_not_for_a_session_is_left_alone)
{
    send_probe(7, 3);
    expect_left_alone(reply(answer(7, 3), {.source = 7784, .destination = our_port + 1}), "another port of this host");
    expect_left_alone(reply(answer(8, 3)), "a session that is free");
    expect_left_alone(reply(answer(7, 3), {.source = 7785, .destination = our_port}), "from another port");
    expect_left_alone(udp_packet({}, ipv6{.source = peer6, .destination = "fe80::1"},
                                 {.source = 7784, .destination = our_port}, bfd_message(answer(7, 3))),
                      "another family");
    expect_left_alone(udp_packet({}, from_peer, {.source = 7784, .destination = our_port}, bytes(20)), "too short");
    kernel.session(7).ifindex = other_interface;
    expect_left_alone(reply(answer(7, 3)), "another interface");
    EXPECT_EQ(kernel.replies(7).replies, 0u);
}

TEST_F(session, a_session_that_has_ended_takes_no_reply)
{
    send_probe(7, 3);
    kernel.session(7).ifindex = 0;
    expect_left_alone(reply(answer(7, 3)), "free");
}

} // namespace
} // namespace xvrrp::test
