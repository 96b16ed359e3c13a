// SPDX-License-Identifier: BSD-2-Clause
//
// The fence that XDP sets by itself: another router took over while the daemon wasn't in control.
#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

#include "bpf/harness.hpp"

namespace xvrrp::test {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t centisecond_ns = 10'000'000;
constexpr auto vip4 = "10.0.0.70";
constexpr auto vip6 = "2001:db8::70";

class fence : public ::testing::Test {
protected:
    fence()
    {
        kernel.add_router({.state = XVRRP_ACTIVE, .hang_limit_ns = 10 * second_ns});
        kernel.add_vip(vip4);
        kernel.add_vip(vip6);
    }
    void die() { kernel.control().alive = 0; }
    /// VRID 51 of IPv4 (version 3) is claimed by somebody.
    void claim(std::uint8_t priority = 100, const std::string& source = "10.0.0.2", std::uint16_t interval = 100)
    {
        kernel.run_xdp(advert({}, ipv4{.source = source}, vrrp{.priority = priority, .interval = interval}));
    }
    /// Whether a packet to the VIP is kept from the host.
    bool is_fenced() { return kernel.xdp_verdict(to_vip4) == XDP_DROP; }
    void set_fenced_until(std::uint64_t when)
    {
        auto record = kernel.record();
        record.fenced_until_ns = when;
        kernel.store_record(record);
    }

    const bytes to_vip4 = udp_packet({}, ipv4{.destination = vip4}, {.destination = 80}, bytes(20));
    bpf_harness kernel;
};

TEST_F(fence, set_when_another_takes_over_from_a_dead_daemon)
{
    EXPECT_FALSE(is_fenced());
    die();
    EXPECT_FALSE(is_fenced()) << "with nobody else alive, a dead daemon's host serves on";
    claim();
    EXPECT_TRUE(is_fenced());
    const auto record = kernel.record();
    EXPECT_EQ(record.fenced_until_ns, record.other.stamp_ns + 400 * centisecond_ns)
        << "four intervals: more than any Active_Down_Interval";
    EXPECT_EQ(record.fence_epoch, kernel.config().fence_epoch);
    EXPECT_EQ(kernel.events().size(), 1u) << "the daemon, if it wakes up, hears of it";
}

TEST_F(fence, set_when_the_daemon_hangs)
{
    kernel.control().lease_ns = monotonic_ns() - 9 * second_ns;
    claim();
    EXPECT_FALSE(is_fenced()) << "younger than the hang limit";
    kernel.control().lease_ns = monotonic_ns() - 11 * second_ns;
    claim();
    EXPECT_TRUE(is_fenced());
}

TEST_F(fence, not_while_the_daemon_is_in_control)
{
    claim(255);
    EXPECT_EQ(kernel.record().fenced_until_ns, 0u);
    kernel.control().lease_ns = monotonic_ns() + second_ns;
    claim(255);
    EXPECT_EQ(kernel.record().fenced_until_ns, 0u) << "renewed on another CPU meanwhile";
    EXPECT_FALSE(is_fenced());
}

TEST_F(fence, not_while_the_daemon_leaves_in_good_order)
{
    kernel.control().leaving = 1;
    kernel.config().state = XVRRP_LEAVING;
    claim();
    EXPECT_FALSE(is_fenced()) << "it still serves those who haven't heard of the successor";
}

TEST_F(fence, only_of_a_router_that_serves)
{
    die();
    for (const auto state : {XVRRP_INITIALIZE, XVRRP_BACKUP}) {
        kernel.config().state = static_cast<std::uint8_t>(state);
        claim();
        EXPECT_EQ(kernel.record().fenced_until_ns, 0u) << "state " << state;
        EXPECT_FALSE(is_fenced()) << "state " << state;
    }
    kernel.config().state = XVRRP_LEAVING;
    claim();
    EXPECT_TRUE(is_fenced());
}

TEST_F(fence, of_a_backup_whose_host_has_the_addresses)
{
    die();
    kernel.config().state = XVRRP_BACKUP;
    kernel.config().flags |= XVRRP_SLOT_HOLDS;
    EXPECT_FALSE(is_fenced());
    claim(0);
    EXPECT_FALSE(is_fenced());
    claim();
    EXPECT_TRUE(is_fenced());
}

TEST_F(fence, whatever_the_priority_but_0)
{
    die();
    claim(0);
    EXPECT_EQ(kernel.record().fenced_until_ns, 0u) << "somebody who leaves serves nobody";
    EXPECT_FALSE(is_fenced());
    claim(1);
    EXPECT_TRUE(is_fenced());
}

TEST_F(fence, not_by_our_own_address_nor_by_a_refused_advert)
{
    die();
    claim(255, "10.0.0.1");
    kernel.run_xdp(advert({}, ipv4{.ttl = 254}, vrrp{}));
    kernel.run_xdp(advert({}, ipv4{}, vrrp{.vrid = 52}));
    EXPECT_EQ(kernel.record().fenced_until_ns, 0u);
    EXPECT_FALSE(is_fenced());
}

TEST_F(fence, holds_whatever_the_state_says_by_then)
{
    die();
    claim();
    for (const auto state : {XVRRP_INITIALIZE, XVRRP_BACKUP, XVRRP_ACTIVE, XVRRP_LEAVING}) {
        kernel.config().state = static_cast<std::uint8_t>(state);
        EXPECT_TRUE(is_fenced()) << "state " << state;
    }
    kernel.control().alive = 1;
    EXPECT_TRUE(is_fenced()) << "a daemon that is back lifts it itself, when it knows what has happened";
}

TEST_F(fence, is_renewed_by_each_advert_and_never_shortened)
{
    die();
    claim(100, "10.0.0.2", 300);
    const auto first = kernel.record().fenced_until_ns;
    claim(100, "10.0.0.2", 300);
    const auto second = kernel.record().fenced_until_ns;
    EXPECT_GT(second, first);
    claim(200, "10.0.0.3", 10);
    EXPECT_EQ(kernel.record().fenced_until_ns, second);
}

TEST_F(fence, runs_out_so_that_the_last_router_alive_is_not_shut_up)
{
    die();
    claim();
    ASSERT_TRUE(is_fenced());
    set_fenced_until(monotonic_ns());
    EXPECT_FALSE(is_fenced());
    claim();
    EXPECT_TRUE(is_fenced()) << "the successor lives again";
}

TEST_F(fence, is_lifted_by_the_daemon)
{
    die();
    claim();
    ASSERT_TRUE(is_fenced());
    kernel.control().alive = 1;
    ++kernel.config().fence_epoch;
    EXPECT_FALSE(is_fenced());
    claim();
    EXPECT_FALSE(is_fenced()) << "in control";
    die();
    claim();
    EXPECT_TRUE(is_fenced()) << "a second time";
}

TEST_F(fence, ends_with_the_slots_router)
{
    die();
    claim();
    ASSERT_TRUE(is_fenced());
    kernel.config().generation = 2;
    EXPECT_FALSE(is_fenced());
    kernel.config().state = XVRRP_BACKUP;
    claim();
    EXPECT_EQ(kernel.record().fenced_until_ns, 0u) << "the new one's record";
    EXPECT_FALSE(is_fenced());
}

TEST_F(fence, of_one_router_does_not_touch_anothers_vip)
{
    kernel.add_router({.slot = 1, .vrid = 52, .state = XVRRP_ACTIVE, .hang_limit_ns = 10 * second_ns});
    kernel.add_vip("10.0.0.80", 1);
    die();
    claim();
    EXPECT_TRUE(is_fenced());
    EXPECT_EQ(kernel.xdp_verdict(packet({}, ipv4{.destination = "10.0.0.80", .protocol = 17}, bytes(8))), XDP_PASS);
}

TEST_F(fence, of_a_version_2_router_and_of_ipv6)
{
    kernel.add_router({.slot = 1, .vrid = 52, .version = 2, .state = XVRRP_ACTIVE, .hang_limit_ns = 10 * second_ns});
    kernel.add_router({.slot = 2, .family = XVRRP_IPV6, .state = XVRRP_ACTIVE, .hang_limit_ns = 10 * second_ns});
    die();
    kernel.run_xdp(advert({}, ipv4{}, vrrp{.version = 2, .vrid = 52}));
    kernel.run_xdp(advert({}, ipv6{}, vrrp{.interval = 4095}));
    EXPECT_EQ(kernel.record(1).fenced_until_ns, kernel.record(1).other.stamp_ns + 4 * second_ns);
    EXPECT_EQ(kernel.record(2).fenced_until_ns, kernel.record(2).other.stamp_ns + 4ULL * 4095 * centisecond_ns);
}

TEST_F(fence, keeps_the_vip_from_the_host_and_the_host_from_claiming_it)
{
    const ethernet out{.destination = peer_mac, .source = host_mac};
    const auto inbound = {
        to_vip4,
        udp_packet({}, ipv6{.source = "2001:db8::9", .destination = vip6}, {.destination = 80}, bytes(20)),
        arp_packet({}, {.target = vip4}),
        neighbor_message({}, {.source = "2001:db8::9", .destination = "ff02::1:ff00:70"}, neighbor_solicitation, vip6),
        neighbor_message({}, {.source = "2001:db8::9", .destination = vip6}, neighbor_advertisement, "2001:db8::9"),
    };
    const auto outbound = {
        udp_packet(out, ipv4{.source = vip4, .destination = "10.0.0.9"}, {.destination = 80}, bytes(20)),
        udp_packet(out, ipv6{.source = vip6, .destination = "2001:db8::9"}, {.destination = 80}, bytes(20)),
        arp_packet(out, {.operation = 1, .sender = vip4, .target = "10.0.0.9"}),
        arp_packet(out, {.operation = 2, .sender = vip4, .target = "10.0.0.9"}),
        neighbor_message(out, {.source = "fe80::1", .destination = "ff02::1"}, neighbor_advertisement, vip6),
    };
    const auto expect = [&](bool fenced) {
        for (const auto& frame : inbound) {
            EXPECT_EQ(kernel.xdp_verdict(frame), fenced ? XDP_DROP : XDP_PASS);
        }
        for (const auto& frame : outbound) {
            EXPECT_EQ(kernel.egress_verdict(frame), static_cast<std::uint32_t>(fenced ? TC_ACT_SHOT : TC_ACT_UNSPEC));
        }
    };
    expect(false);
    die();
    claim();
    expect(true);
    EXPECT_EQ(kernel.xdp_verdict(packet({}, ipv4{.destination = "10.0.0.1", .protocol = 17}, bytes(8))), XDP_PASS)
        << "the host itself";
    EXPECT_EQ(kernel.xdp_verdict(arp_packet({}, {.operation = 2, .sender = vip4, .target = "10.0.0.1"})), XDP_PASS)
        << "the successor's ARP";
    ++kernel.config().fence_epoch;
    expect(false);
}

} // namespace
} // namespace xvrrp::test
