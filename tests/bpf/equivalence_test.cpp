// SPDX-License-Identifier: BSD-2-Clause
//
// validate.h is compiled twice, into XDP and into userspace: both must say the same of the same bytes, random ones too.
// Fixed seeds; a failure prints the frame.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "bpf/harness.hpp"
#include "xvrrp/validate.h"

namespace xvrrp::test {
namespace {

/// What became of a frame: a reason, or that it was no advert at all.
constexpr int not_an_advert = -1;

std::vector<router_setup> routers()
{
    return {
        {.slot = 0, .vrid = 51},
        {.slot = 1, .vrid = 52, .version = 2},
        {.slot = 2, .vrid = 53, .version = 2, .flags = XVRRP_SLOT_AUTH_PASS, .password = "secret"},
        {.slot = 3,
         .vrid = 54,
         .flags = XVRRP_SLOT_UNICAST | XVRRP_SLOT_CHECK_SOURCE,
         .peers = {"10.0.0.2"},
         .limits = {.min_ttl = 254, .max_ttl = 255, .zero = 0}},
        {.slot = 4, .family = XVRRP_IPV6, .vrid = 51},
        {.slot = 5, .family = XVRRP_IPV6, .vrid = 52, .flags = XVRRP_SLOT_STRICT},
    };
}

/// The checks as the packet-socket fallback makes them.
class userspace_checks {
public:
    explicit userspace_checks(bpf_harness& kernel) : kernel_(kernel) {}

    int classify(const bytes& frame) const
    {
        // In memory of exactly the frame's size, where AddressSanitizer sees a byte too much being read.
        const std::vector<std::uint8_t> copy(frame.begin(), frame.end());
        const auto* end = copy.data() + copy.size();
        xvrrp_datagram datagram{};
        if (!parse(copy, end, datagram)) {
            return not_an_advert;
        }
        xvrrp_header header{};
        if (const auto reason = xvrrp_read_header(&datagram, end, &header); reason != XVRRP_ACCEPTED) {
            return reason;
        }
        const auto all = routers();
        const auto router = std::ranges::find_if(
            all, [&](const auto& each) { return each.family == datagram.family && each.vrid == header.vrid; });
        if (router == all.end()) {
            return XVRRP_PASS_UNKNOWN_VRID;
        }
        const auto& config = kernel_.config(router->slot);
        xvrrp_secret secret{};
        std::ranges::copy(router->password, secret.password);
        std::uint8_t flags = 0;
        const auto reason = xvrrp_check_advert(&datagram, &header, &config, &secret, end, &flags);
        const auto is_source = [&](const auto& peer) { return std::ranges::equal(abi_address(peer), datagram.source); };
        if (reason == XVRRP_ACCEPTED && (config.flags & XVRRP_SLOT_CHECK_SOURCE) != 0) {
            return xvrrp_check_peer(&datagram,
                                    std::ranges::any_of(router->peers, is_source) ? &router->limits : nullptr);
        }
        return reason;
    }

private:
    static bool parse(const bytes& frame, const std::uint8_t* end, xvrrp_datagram& datagram)
    {
        if (frame.size() < 14) {
            return false;
        }
        const auto type = frame[12] << 8 | frame[13];
        const auto* ip = frame.data() + 14;
        return (type == 0x0800 && xvrrp_parse_ipv4(ip, end, &datagram)) ||
               (type == 0x86dd && xvrrp_parse_ipv6(ip, end, &datagram));
    }

    bpf_harness& kernel_;
};

class frame_source {
public:
    explicit frame_source(unsigned seed) : random_(seed) {}

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    bool one_in(unsigned n) { return below(n) == 0; }

    bytes random_frame()
    {
        bytes frame(14 + below(120));
        std::ranges::generate(frame, [&] { return static_cast<std::uint8_t>(random_()); });
        set_type(frame, one_in(8) ? random_() : one_in(2) ? 0x0800u : one_in(8) ? 0x0806u : 0x86ddu);
        if (frame.size() > 24 && !one_in(4)) {
            const bool over_ipv4 = frame[12] == 0x08;
            frame[14] = static_cast<std::uint8_t>(over_ipv4 ? 0x40 | below(16) : 0x60);
            frame[over_ipv4 ? 23 : 20] = 112;
            frame[over_ipv4 ? 16 : 18] = 0;
        }
        return frame;
    }

    /// An advert for one of the routers, right in most fields.
    bytes likely_advert()
    {
        const auto all = routers();
        const auto& router = all[below(static_cast<unsigned>(all.size()))];
        const bool over_ipv4 = router.family == XVRRP_IPV4;
        vrrp message{.version = router.version, .vrid = router.vrid, .priority = octet()};
        message.addresses.resize(1 + below(one_in(20) ? 180 : 4), over_ipv4 ? "10.0.0.70" : "fe80::70");
        message.form = one_in(2) ? checksum_form::plain : checksum_form::usual;
        message.auth_type = (router.flags & XVRRP_SLOT_AUTH_PASS) != 0;
        message.password = router.password;
        spoil(message);
        const ethernet link{.pad_to = one_in(2) ? 60u : 0u, .pad_with = octet()};
        const bool unicast = (router.flags & XVRRP_SLOT_UNICAST) != 0;
        if (over_ipv4) {
            ipv4 ip{.destination = unicast ? "10.0.0.1" : "224.0.0.18"};
            ip.options.resize(one_in(4) ? below(11) * 4 : 0, 1);
            return advert(link, spoil(ip), message);
        }
        return advert(link, spoil(ipv6{}), message);
    }

    /// A few bytes changed, or the end cut off or added to.
    bytes mutated(bytes frame)
    {
        for (auto n = below(4); n > 0; --n) {
            frame[below(static_cast<unsigned>(frame.size()))] ^= static_cast<std::uint8_t>(1u << below(8));
        }
        if (one_in(6)) {
            frame.resize(std::max<std::size_t>(14, frame.size() - below(20)));
        } else if (one_in(6)) {
            frame.resize(frame.size() + below(20), octet());
        }
        return frame;
    }

private:
    std::uint8_t octet() { return static_cast<std::uint8_t>(random_()); }

    static void set_type(bytes& frame, std::uint64_t type)
    {
        frame[12] = static_cast<std::uint8_t>(type >> 8);
        frame[13] = static_cast<std::uint8_t>(type);
    }

    void spoil(vrrp& message)
    {
        if (one_in(24)) {
            message.version = static_cast<std::uint8_t>(below(16));
        }
        if (one_in(24)) {
            message.type = static_cast<std::uint8_t>(below(16));
        }
        if (one_in(24)) {
            message.vrid = octet();
        }
        if (one_in(12)) {
            message.count = octet();
        }
        if (one_in(12)) {
            message.count = 0;
        }
        if (one_in(12)) {
            message.interval = static_cast<std::uint16_t>(below(3));
        }
        if (one_in(12)) {
            message.auth_type = octet();
        }
        if (one_in(12)) {
            message.password = "other";
        }
        if (one_in(12)) {
            message.add_to_checksum = octet();
        }
        if (one_in(12)) {
            message.trailer.resize(below(10));
        }
        if (one_in(12)) {
            message.cut_to = below(32);
        }
        if (one_in(12)) {
            message.addresses.front() = message.addresses.front() == "fe80::70" ? "2001:db8::70" : "10.0.0.71";
        }
    }

    ipv4 spoil(ipv4 ip)
    {
        if (one_in(12)) {
            ip.ttl = octet();
        }
        if (one_in(12)) {
            ip.source = one_in(2) ? "10.0.0.1" : "10.0.0.3";
        }
        if (one_in(12)) {
            ip.destination = one_in(2) ? "10.0.0.5" : "224.0.0.19";
        }
        if (one_in(24)) {
            ip.fragment = static_cast<std::uint16_t>(random_());
        }
        if (one_in(24)) {
            ip.total_length = static_cast<std::uint16_t>(below(100));
        }
        return ip;
    }

    ipv6 spoil(ipv6 ip)
    {
        if (one_in(12)) {
            ip.hop_limit = octet();
        }
        if (one_in(12)) {
            ip.source = one_in(2) ? "fe80::1" : "fe80::3";
        }
        if (one_in(12)) {
            ip.destination = one_in(2) ? "fe80::1" : "ff02::13";
        }
        if (one_in(24)) {
            ip.payload_length = static_cast<std::uint16_t>(below(100));
        }
        return ip;
    }

    std::mt19937_64 random_;
};

class equivalence : public ::testing::Test {
protected:
    equivalence()
    {
        for (const auto& router : routers()) {
            kernel.add_router(router);
        }
    }

    /// One frame through both; the counters are compared at the end.
    void compare(const bytes& frame)
    {
        const auto outcome = checks.classify(frame);
        const auto drop = outcome > XVRRP_ACCEPTED && outcome != XVRRP_PASS_UNKNOWN_VRID;
        ASSERT_EQ(kernel.xdp_verdict(frame), drop ? XDP_DROP : XDP_PASS)
            << "userspace says " << outcome << " of " << ::testing::PrintToString(frame);
        if (outcome != not_an_advert) {
            ++outcomes.at(static_cast<std::size_t>(outcome));
        }
    }

    void compare_counters()
    {
        for (std::size_t reason = 1; reason < XVRRP_REASONS; ++reason) {
            EXPECT_EQ(kernel.drops(static_cast<xvrrp_drop_reason>(reason)).count, outcomes[reason])
                << "reason " << reason;
        }
        std::uint64_t accepted = 0;
        for (const auto& router : routers()) {
            accepted += kernel.record(router.slot).accepted;
        }
        EXPECT_EQ(accepted, outcomes[XVRRP_ACCEPTED]);
    }

    bpf_harness kernel;
    userspace_checks checks{kernel};
    std::array<std::uint64_t, XVRRP_REASONS> outcomes{};
};

TEST_F(equivalence, xdp_and_userspace_agree_on_adverts_that_are_wrong_in_a_few_fields)
{
    frame_source frames(1);
    for (int i = 0; i < 60'000; ++i) {
        ASSERT_NO_FATAL_FAILURE(compare(frames.likely_advert()));
    }
    compare_counters();
    for (std::size_t reason = 0; reason <= XVRRP_DROP_SOURCE; ++reason) {
        EXPECT_GT(outcomes[reason], 20u) << "reason " << reason << " was hardly tried";
    }
}

TEST_F(equivalence, xdp_and_userspace_agree_on_mutated_adverts)
{
    frame_source frames(2);
    for (int i = 0; i < 60'000; ++i) {
        ASSERT_NO_FATAL_FAILURE(compare(frames.mutated(frames.likely_advert())));
    }
    compare_counters();
}

TEST_F(equivalence, xdp_and_userspace_agree_on_every_truncation)
{
    for (const auto& whole : {advert({}, ipv4{.options = bytes(8, 1)}, vrrp{.addresses = {"10.0.0.70", "10.0.0.71"}}),
                              advert({}, ipv4{}, vrrp{.version = 2, .vrid = 53, .auth_type = 1, .password = "secret"}),
                              advert({}, ipv6{}, vrrp{.vrid = 52, .addresses = {"fe80::70", "fe80::71"}})}) {
        for (std::size_t length = 14; length <= whole.size(); ++length) {
            ASSERT_NO_FATAL_FAILURE(compare(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))));
        }
    }
    compare_counters();
    EXPECT_EQ(outcomes[XVRRP_ACCEPTED], 3u);
}

/// A million frames: half of them noise, half of them adverts with broken bytes.
TEST_F(equivalence, RX_20_a_million_random_frames)
{
    frame_source frames(3);
    bytes base;
    for (int i = 0; i < 1'000'000; ++i) {
        if (i % 2 == 0) {
            ASSERT_NO_FATAL_FAILURE(compare(frames.random_frame()));
            continue;
        }
        if (base.empty() || frames.one_in(16)) {
            base = frames.likely_advert();
        }
        ASSERT_NO_FATAL_FAILURE(compare(frames.mutated(base)));
    }
    compare_counters();
}

} // namespace
} // namespace xvrrp::test
