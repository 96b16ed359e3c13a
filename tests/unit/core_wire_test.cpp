// SPDX-License-Identifier: BSD-2-Clause
//
// Messages against bytes that other implementations send, and every way in which a message can be wrong.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/checksum.hpp"
#include "core/wire.hpp"
#include "unit/right_sum.hpp"

namespace xvrrp::core::wire {
namespace {

using namespace std::chrono_literals;
using bytes = std::vector<std::uint8_t>;

ip_address ip(const char* text)
{
    return *ip_address::parse(text);
}

const ip_address group4 = ip("224.0.0.18");
const ip_address group6 = ip("ff02::12");
const ip_address source4 = ip("20.0.0.3");
const ip_address source6 = ip("2001:db8::1");

const advertisement message_v3{.version = vrrp_version::v3,
                               .vrid = {2},
                               .priority = {254},
                               .interval = 10ms,
                               .addresses = {ip("20.0.1.2"), ip("20.0.1.3")},
                               .password = std::nullopt};
const advertisement message_v6{.version = vrrp_version::v3,
                               .vrid = {2},
                               .priority = {254},
                               .interval = 10ms,
                               .addresses = {ip("2001:db8::2"), ip("2001:db8::3")},
                               .password = std::nullopt};
const advertisement message_v2{.version = vrrp_version::v2,
                               .vrid = {51},
                               .priority = {30},
                               .interval = 1s,
                               .addresses = {ip("10.0.1.5")},
                               .password = std::nullopt};

const bytes scapy_v3{0x31, 2, 254, 2, 0, 1, 0xb2, 0x5e, 20, 0, 1, 2, 20, 0, 1, 3};
const bytes holo_v2{0x21, 0x33, 0x1e, 1, 0, 1, 0xb5, 0xc5, 10, 0, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0};

std::uint16_t checksum_in(const bytes& message)
{
    return static_cast<std::uint16_t>((message[6] << 8) | message[7]);
}

/// `message` after a change, with the sum made right again, so that only the change is wrong.
bytes resummed(bytes message, const internet_checksum& sum = {})
{
    xvrrp::test::put_right_sum(message, sum);
    return message;
}

void expect_equal(const advertisement& got, const advertisement& want)
{
    EXPECT_EQ(got.version, want.version);
    EXPECT_EQ(got.vrid, want.vrid);
    EXPECT_EQ(got.priority, want.priority);
    EXPECT_EQ(got.interval, want.interval);
    EXPECT_EQ(got.addresses, want.addresses);
    EXPECT_EQ(got.password, want.password);
}

void expect_error(const bytes& message, decode_error want, const ip_address& source = source4)
{
    const auto got = decode(message, source, source.family() == address_family::ipv4 ? group4 : group6);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error(), want);
}

TEST(wire, TX_03_version_3_with_pseudo_header_as_scapy_sends_it)
{
    EXPECT_EQ(encode(message_v3, source4, group4), scapy_v3);
}

TEST(wire, TX_03_version_3_over_ipv6_as_scapy_sends_it)
{
    const bytes message = encode(message_v6, source6, group6);
    EXPECT_EQ(message.size(), 8U + 32U);
    EXPECT_EQ(checksum_in(message), 0x481b);
    EXPECT_EQ(encode(message_v6, source6, group6, checksum_form::message_only), message) << "IPv6 knows one form";
}

TEST(wire, TX_03_version_2_as_holo_sends_it)
{
    EXPECT_EQ(encode(message_v2, ip("10.0.1.1"), group4), holo_v2);
}

TEST(wire, TX_03_addresses_in_configured_order)
{
    advertisement message = message_v6;
    message.addresses = {ip("fe80::70"), ip("2001:db8::9"), ip("2001:db8::1")};
    const auto got = decode(encode(message, source6, group6), source6, group6);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->addresses, message.addresses);
}

TEST(wire, TX_03_interval_is_rounded_to_the_field)
{
    const auto interval_of = [](advertisement message, duration interval) {
        message.interval = interval;
        return decode_header(encode(message, source4, group4))->interval;
    };
    EXPECT_EQ(interval_of(message_v3, 994ms), 990ms);
    EXPECT_EQ(interval_of(message_v3, 996ms), 1s);
    EXPECT_EQ(interval_of(message_v3, 40950ms), 40950ms);
    EXPECT_EQ(interval_of(message_v3, 100s), 40950ms) << "twelve bits, never the reserved ones";
    EXPECT_EQ(interval_of(message_v3, 1ms), 10ms) << "0 is forbidden";
    EXPECT_EQ(interval_of(message_v2, 3s), 3s);
    EXPECT_EQ(interval_of(message_v2, 300s), 255s);
    EXPECT_EQ(interval_of(message_v2, 100ms), 1s) << "0 is no interval";
}

TEST(wire, TX_03_reserved_bits_are_zero)
{
    advertisement message = message_v3;
    message.interval = 100s;
    EXPECT_EQ(encode(message, source4, group4)[4], 0x0f);
}

TEST(wire, version_2_always_carries_authentication_data)
{
    EXPECT_EQ(encode(message_v2, source4, group4).size(), 8U + 4U + 8U);
    advertisement with_password = message_v2;
    with_password.password = "mypassword";
    const bytes message = encode(with_password, source4, group4);
    ASSERT_EQ(message.size(), 8U + 4U + 8U);
    EXPECT_EQ(message[4], 1);
    EXPECT_EQ(std::string(message.end() - 8, message.end()), "mypasswo") << "keepalived compares eight bytes";
    EXPECT_EQ(decode(message, source4, group4)->password, "mypasswo");
    with_password.password = "abc";
    EXPECT_EQ(decode(encode(with_password, source4, group4), source4, group4)->password, "abc");
}

TEST(wire, both_versions_and_families_survive_a_round_trip)
{
    expect_equal(decode(encode(message_v3, source4, group4), source4, group4).value(), message_v3);
    expect_equal(decode(encode(message_v6, source6, group6), source6, group6).value(), message_v6);
    expect_equal(decode(encode(message_v2, source4, group4), source4, group4).value(), message_v2);
}

TEST(wire, as_many_addresses_as_the_count_can_say)
{
    advertisement message = message_v3;
    message.addresses.assign(255, ip("10.1.2.3"));
    expect_equal(decode(encode(message, source4, group4), source4, group4).value(), message);
    message.addresses.assign(300, ip("10.1.2.3"));
    EXPECT_EQ(decode(encode(message, source4, group4), source4, group4)->addresses.size(), 255U);
    message.addresses.assign(255, ip("2001:db8::5"));
    expect_equal(decode(encode(message, source6, group6), source6, group6).value(), message);
}

TEST(wire, RX_02_versions)
{
    for (const int version : {0, 1, 4, 15}) {
        bytes message = scapy_v3;
        message[0] = static_cast<std::uint8_t>((version << 4) | 1);
        expect_error(resummed(message), decode_error::version);
    }
}

TEST(wire, RX_02_version_2_knows_no_ipv6)
{
    expect_error(resummed(holo_v2), decode_error::version, source6);
}

TEST(wire, RX_03_types)
{
    for (const int type : {0, 2, 15}) {
        bytes message = scapy_v3;
        message[0] = static_cast<std::uint8_t>(0x30 | type);
        expect_error(resummed(message), decode_error::type);
    }
}

TEST(wire, RX_04_truncated)
{
    for (std::size_t length = 0; length < 8; ++length) {
        expect_error(bytes(scapy_v3.begin(), scapy_v3.begin() + static_cast<std::ptrdiff_t>(length)),
                     decode_error::truncated);
    }
    expect_error(resummed(bytes(scapy_v3.begin(), scapy_v3.end() - 4)), decode_error::length);
    expect_error(resummed(bytes(holo_v2.begin(), holo_v2.end() - 8)), decode_error::length);
}

TEST(wire, RX_05_over_long_though_the_sum_is_right)
{
    bytes message = encode(message_v3, source4, group4, checksum_form::message_only);
    message.resize(message.size() + 8);
    expect_error(message, decode_error::length);
    bytes with_padding = holo_v2;
    with_padding.push_back(0);
    expect_error(resummed(with_padding), decode_error::length);
}

TEST(wire, RX_06_wrong_sums)
{
    for (const auto& [right, source] :
         {std::pair{scapy_v3, source4}, {holo_v2, source4}, {encode(message_v6, source6, group6), source6}}) {
        bytes off_by_one = right;
        ++off_by_one[7];
        expect_error(off_by_one, decode_error::checksum, source);
        bytes zero = right;
        zero[6] = zero[7] = 0;
        expect_error(zero, decode_error::checksum, source);
    }
}

TEST(wire, RX_06_both_forms_of_version_3_over_ipv4_are_right)
{
    const bytes plain = encode(message_v3, source4, group4, checksum_form::message_only);
    EXPECT_NE(plain, scapy_v3);
    expect_equal(decode(plain, source4, group4).value(), message_v3);
    expect_equal(decode(scapy_v3, source4, group4).value(), message_v3);
    const auto elsewhere = decode(scapy_v3, source4, ip("20.0.0.4"));
    ASSERT_FALSE(elsewhere) << "the pseudo-header is that of the packet";
    EXPECT_EQ(elsewhere.error(), decode_error::checksum);
}

TEST(wire, RX_06_version_2_and_ipv6_know_one_form)
{
    internet_checksum pseudo_header;
    pseudo_header.add_pseudo_header(source4, group4, static_cast<std::uint16_t>(holo_v2.size()));
    expect_error(resummed(holo_v2, pseudo_header), decode_error::checksum);
    expect_error(resummed(encode(message_v6, source6, group6)), decode_error::checksum, source6);
}

TEST(wire, RX_08_no_addresses)
{
    bytes message(scapy_v3.begin(), scapy_v3.begin() + 8);
    message[3] = 0;
    expect_error(resummed(message), decode_error::no_addresses);
}

TEST(wire, RX_11_reserved_bits_are_ignored)
{
    bytes message = scapy_v3;
    message[4] = 0xf0;
    const auto got = decode(resummed(message), source4, group4);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->interval, 10ms);
}

TEST(wire, RX_20_largest_ipv6_list)
{
    advertisement message = message_v6;
    message.addresses.assign(255, ip("2001:db8::5"));
    const bytes whole = encode(message, source6, group6);
    EXPECT_EQ(whole.size(), 8U + 4080U);
    EXPECT_TRUE(decode(whole, source6, group6));
    EXPECT_FALSE(decode(std::span(whole).first(1400), source6, group6));
}

TEST(wire, header_of_the_first_bytes)
{
    const auto v3 = decode_header(std::span(scapy_v3).first(8));
    ASSERT_TRUE(v3);
    EXPECT_EQ(v3->version, vrrp_version::v3);
    EXPECT_EQ(v3->vrid, vrid{2});
    EXPECT_EQ(v3->priority, priority{254});
    EXPECT_EQ(v3->address_count, 2);
    EXPECT_EQ(v3->interval, 10ms);
    const auto v2 = decode_header(holo_v2);
    ASSERT_TRUE(v2);
    EXPECT_EQ(v2->auth_type, 0);
    EXPECT_EQ(v2->interval, 1s);
    EXPECT_FALSE(decode_header(std::span(scapy_v3).first(7)));
}

TEST(checksum, odd_lengths_are_padded_with_zero)
{
    internet_checksum odd;
    odd.add(bytes{0x12, 0x34, 0x56});
    internet_checksum even;
    even.add(bytes{0x12, 0x34, 0x56, 0x00});
    EXPECT_EQ(odd.value(), even.value());
    EXPECT_EQ(internet_checksum{}.value(), 0xffff);
}

TEST(checksum, carries_fold_until_none_is_left)
{
    internet_checksum sum;
    for (int i = 0; i < 70000; ++i) {
        sum.add(std::uint16_t{0xffff});
    }
    EXPECT_EQ(sum.value(), 0);
}

} // namespace
} // namespace xvrrp::core::wire
