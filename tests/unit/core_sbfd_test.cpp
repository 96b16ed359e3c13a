// SPDX-License-Identifier: BSD-2-Clause
//
// S-BFD on the wire: packets byte for byte, what is refused, and the frames of probes with their checksums.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/sbfd.hpp"

namespace xvrrp::core::sbfd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using byte_list = std::vector<std::uint8_t>;

const ip_address v4_from = *ip_address::parse("10.1.2.3");
const ip_address v4_to = *ip_address::parse("10.1.2.4");
const ip_address v6_from = *ip_address::parse("fe80::1:2");
const ip_address v6_to = *ip_address::parse("fe80::3:4");

control a_probe()
{
    control probe;
    probe.sta = state::down;
    probe.demand = true;
    probe.detect_mult = 3;
    probe.my_discriminator = 0x11223344;
    probe.your_discriminator = 0x0a010204;
    probe.desired_min_tx = 100ms;
    probe.required_min_rx = 100ms;
    return probe;
}

byte_list bytes_of(const control& packet)
{
    const auto bytes = encode(packet);
    return {bytes.begin(), bytes.end()};
}

TEST(sbfd_packet, RFC_5880_4_1_probe_byte_for_byte)
{
    EXPECT_THAT(bytes_of(a_probe()), ElementsAre(0x20, 0x42, 3, 24,                              //
                                                 0x11, 0x22, 0x33, 0x44, 0x0a, 0x01, 0x02, 0x04, //
                                                 0x00, 0x01, 0x86, 0xa0, 0x00, 0x01, 0x86, 0xa0, //
                                                 0, 0, 0, 0));
}

TEST(sbfd_packet, RFC_5880_4_1_every_field_has_its_place)
{
    control packet = a_probe();
    packet.sta = state::up;
    packet.diagnostic = 7;
    packet.poll = packet.final = true;
    packet.demand = false;
    packet.detect_mult = 20;
    packet.desired_min_tx = 1us;
    packet.required_min_rx = 2us;
    packet.required_min_echo_rx = 3us;
    EXPECT_THAT(bytes_of(packet), ElementsAre(0x27, 0xf0, 20, 24,                             //
                                              0x11, 0x22, 0x33, 0x44, 0x0a, 0x01, 0x02, 0x04, //
                                              0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3));
    EXPECT_EQ(decode(encode(packet)), packet);
}

TEST(sbfd_packet, intervals_stay_within_their_field)
{
    control packet = a_probe();
    packet.desired_min_tx = 2h;
    packet.required_min_rx = -1us;
    const auto again = decode(encode(packet));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->desired_min_tx, 0xffffffffus);
    EXPECT_EQ(again->required_min_rx, 0us);
}

TEST(sbfd_packet, RFC_5880_6_8_6_what_is_discarded)
{
    const auto decoded_with = [](std::size_t offset, std::uint8_t value) {
        auto bytes = encode(a_probe());
        bytes[offset] = value;
        return decode(bytes);
    };
    ASSERT_TRUE(decode(encode(a_probe())));
    EXPECT_FALSE(decoded_with(0, 0x40)) << "version 2";
    EXPECT_FALSE(decoded_with(0, 0x00)) << "version 0";
    EXPECT_FALSE(decoded_with(1, 0x46)) << "authenticated";
    EXPECT_FALSE(decoded_with(1, 0x43)) << "multipoint";
    EXPECT_FALSE(decoded_with(2, 0)) << "Detect Mult 0";
    EXPECT_FALSE(decoded_with(3, 23)) << "too short";
    EXPECT_FALSE(decoded_with(3, 26)) << "longer than without authentication";
    EXPECT_TRUE(decoded_with(1, 0x4a)) << "Control Plane Independent says nothing to us";
}

TEST(sbfd_packet, RFC_5880_6_8_6_discriminators)
{
    control packet = a_probe();
    packet.my_discriminator = 0;
    EXPECT_FALSE(decode(encode(packet)));
    packet = a_probe();
    packet.your_discriminator = 0;
    for (const state each : {state::admin_down, state::down}) {
        packet.sta = each;
        EXPECT_TRUE(decode(encode(packet)));
    }
    for (const state each : {state::init, state::up}) {
        packet.sta = each;
        EXPECT_FALSE(decode(encode(packet)));
    }
}

TEST(sbfd_packet, RFC_5880_6_8_6_length_of_what_carries_it)
{
    byte_list bytes = bytes_of(a_probe());
    bytes.push_back(0);
    EXPECT_EQ(decode(bytes), a_probe()) << "padding behind it is nothing";
    for (std::size_t length = 0; length < control_bytes; ++length) {
        EXPECT_FALSE(decode(std::span(bytes).first(length))) << length;
    }
}

TEST(sbfd_discriminator, RFC_7880_3_derived_from_the_address)
{
    EXPECT_EQ(discriminator_of(*ip_address::parse("10.1.2.4")), 0x0a010204U);
    EXPECT_EQ(discriminator_of(*ip_address::parse("255.255.255.255")), 0xffffffffU);
    EXPECT_EQ(discriminator_of(*ip_address::parse("0.0.0.0")), 1U) << "0 is no discriminator";
}

/// Worked out by hand for the addresses that are easiest: FNV-1a over zeros is the basis times the prime to the 16th.
TEST(sbfd_discriminator, RFC_7880_3_ipv6_by_fnv_1a)
{
    std::uint64_t zeros = 2166136261U;
    for (int i = 0; i < 16; ++i) {
        zeros = zeros * 16777619U % 0x1'0000'0000U;
    }
    EXPECT_EQ(discriminator_of(*ip_address::parse("::")), zeros);
    EXPECT_EQ(discriminator_of(*ip_address::parse("fe80::1")), 0xe08432e8U);
    EXPECT_NE(discriminator_of(v6_from), discriminator_of(v6_to));
}

TEST(sbfd_reflector, RFC_7880_7_2_2_answers_byte_for_byte)
{
    control probe = a_probe();
    probe.poll = true;
    probe.diagnostic = 3;
    probe.required_min_echo_rx = 5us;
    const auto reply = reflect(probe, 0x0a010204, true);
    ASSERT_TRUE(reply);
    EXPECT_THAT(bytes_of(*reply), ElementsAre(0x20, 0xd0, 3, 24,                              //
                                              0x0a, 0x01, 0x02, 0x04, 0x11, 0x22, 0x33, 0x44, //
                                              0x00, 0x01, 0x86, 0xa0, 0, 0, 0, 100, 0, 0, 0, 0));
}

TEST(sbfd_reflector, RFC_7880_7_2_2_final_follows_poll)
{
    EXPECT_FALSE(reflect(a_probe(), 0x0a010204, true)->final);
}

TEST(sbfd_reflector, says_whether_its_daemon_is_in_control)
{
    EXPECT_EQ(reflect(a_probe(), 0x0a010204, true)->sta, state::up);
    EXPECT_EQ(reflect(a_probe(), 0x0a010204, false)->sta, state::admin_down);
}

TEST(sbfd_reflector, RFC_7880_7_2_what_it_doesnt_answer)
{
    EXPECT_FALSE(reflect(a_probe(), 0x0a010205, true)) << "not to us";
    control probe = a_probe();
    probe.demand = false;
    EXPECT_FALSE(reflect(probe, 0x0a010204, true)) << "another reflector's answer";
    probe = a_probe();
    probe.my_discriminator = 0;
    EXPECT_FALSE(reflect(probe, 0x0a010204, true));
    probe = a_probe();
    probe.detect_mult = 0;
    EXPECT_FALSE(reflect(probe, 0x0a010204, true));
    probe = a_probe();
    probe.your_discriminator = 0;
    EXPECT_FALSE(reflect(probe, 0, true));
}

TEST(sbfd_reflector, an_answer_is_never_answered)
{
    for (const bool in_control : {true, false}) {
        const auto reply = reflect(a_probe(), 0x0a010204, in_control);
        ASSERT_TRUE(reply);
        EXPECT_FALSE(reflect(*reply, reply->your_discriminator, true));
    }
}

path path_between(const ip_address& from, const ip_address& to)
{
    return {.from_mac = {{2, 0, 0, 0, 0, 1}},
            .to_mac = {{2, 0, 0, 0, 0, 2}},
            .from = from,
            .to = to,
            .source_port = 49153,
            .interval = 10ms,
            .multiplier = 4};
}

/// Ones' complement sum of 16-bit words, folded: ffff over anything that carries its right checksum.
std::uint32_t folded_sum(std::span<const std::uint8_t> bytes, std::uint32_t start = 0)
{
    std::uint32_t sum = start;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        sum += static_cast<std::uint32_t>(bytes[i] << 8U) | bytes[i + 1];
    }
    while (sum > 0xffffU) {
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return sum;
}

std::uint32_t udp_sum(std::span<const std::uint8_t> frame, std::size_t addresses, std::size_t udp)
{
    const std::uint32_t pseudo_header = folded_sum(frame.subspan(addresses, udp - addresses), 17 + 32);
    return folded_sum(frame.subspan(udp), pseudo_header);
}

TEST(sbfd_frame, RFC_7881_ipv4_byte_for_byte)
{
    probe_frame frame(path_between(v4_from, v4_to));
    frame.set_discriminator(0xdeadbeef);
    EXPECT_THAT(std::vector(frame.bytes().begin(), frame.bytes().end()),
                ElementsAre(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00,            //
                            0x45, 0xc0, 0, 60 - 8, 0, 0, 0x40, 0, 255, 17, 0x62, 0xf0, //
                            10, 1, 2, 3, 10, 1, 2, 4,                                  //
                            0xc0, 0x01, 0x1e, 0x68, 0, 32, testing::_, testing::_,     //
                            0x20, 0x42, 4, 24, 0xde, 0xad, 0xbe, 0xef, 10, 1, 2, 4,    //
                            0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 0, 0, 0, 0));
    EXPECT_EQ(folded_sum(frame.bytes().subspan(14, 20)), 0xffffU);
    EXPECT_EQ(udp_sum(frame.bytes(), 26, 34), 0xffffU);
}

TEST(sbfd_frame, RFC_7881_ipv6_byte_for_byte)
{
    probe_frame frame(path_between(v6_from, v6_to));
    frame.set_discriminator(7);
    ASSERT_EQ(frame.bytes().size(), 14U + 40 + 8 + 24);
    EXPECT_THAT(std::vector(frame.bytes().begin(), frame.bytes().begin() + 22),
                ElementsAre(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, //
                            0x6c, 0, 0, 0, 0, 32, 17, 255));
    EXPECT_TRUE(std::ranges::equal(frame.bytes().subspan(22, 16), v6_from.bytes()));
    EXPECT_TRUE(std::ranges::equal(frame.bytes().subspan(38, 16), v6_to.bytes()));
    EXPECT_EQ(udp_sum(frame.bytes(), 22, 54), 0xffffU);
    const auto packet = decode(frame.bytes().subspan(62));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->my_discriminator, 7U);
    EXPECT_EQ(packet->your_discriminator, discriminator_of(v6_to));
}

TEST(sbfd_frame, the_checksum_is_right_for_every_discriminator_and_never_zero)
{
    for (const auto& [from, to, addresses, udp] :
         {std::tuple(v4_from, v4_to, 26U, 34U), std::tuple(v6_from, v6_to, 22U, 54U)}) {
        probe_frame frame(path_between(from, to));
        for (std::uint32_t low = 0; low <= 0xffff; ++low) { // among them the one whose sum would be 0
            frame.set_discriminator(0x0001'0000U + low);
            ASSERT_EQ(udp_sum(frame.bytes(), addresses, udp), 0xffffU) << low;
            const auto checksum = frame.bytes().subspan(udp + 6, 2);
            ASSERT_NE(checksum[0] | checksum[1], 0) << low;
        }
    }
}

TEST(sbfd_frame, is_what_the_reflector_at_its_destination_answers)
{
    for (const auto& [from, to, offset] : {std::tuple(v4_from, v4_to, 42U), std::tuple(v6_from, v6_to, 62U)}) {
        probe_frame frame(path_between(from, to));
        frame.set_discriminator(1);
        const auto probe = decode(frame.bytes().subspan(offset));
        ASSERT_TRUE(probe);
        const auto reply = reflect(*probe, discriminator_of(to), true);
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->your_discriminator, 1U);
    }
}

} // namespace
} // namespace xvrrp::core::sbfd
