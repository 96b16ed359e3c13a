// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory itself: what tells a probe's answers apart, captures without pings, addresses that come and go.
#include <gtest/gtest.h>

#include <algorithm>

#include "lab/address_watch.hpp"
#include "lab/capture.hpp"
#include "lab/probe.hpp"
#include "support/must.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp::lab;
using xvrrp::test::must;

TEST(lab_probe, keeps_a_log_of_who_answered_when)
{
    auto lan = must(segment::create({"a", "client"}));
    must(lan["a"].ns().set_sysctl("net/ipv4/ip_default_ttl", "101"));
    const auto before = std::chrono::steady_clock::now();
    auto probing =
        must(probe::start(lan["client"], lan["a"].ipv4(), {.interval = 1ms, .keep_log = true, .realtime = true}));
    ASSERT_TRUE(probing.wait_for_answers(50, 5s));
    const auto report = probing.stop();
    const auto log = probing.log();
    EXPECT_EQ(log.sent.size(), report.sent);
    ASSERT_EQ(log.answers.size(), report.answered + report.duplicates);
    EXPECT_EQ(report.last_ttl, 101);
    for (const auto& one : log.answers) {
        ASSERT_LT(one.number, log.sent.size());
        const auto& asked = log.sent[one.number];
        EXPECT_EQ(one.ttl, 101);
        EXPECT_EQ(one.mac, lan["a"].mac());
        EXPECT_GE(asked.time, asked.planned);
        EXPECT_GE(asked.planned, before);
        EXPECT_GE(one.time, asked.time) << "the kernel's stamp, by the steady clock";
        EXPECT_LT(one.time - asked.time, 1s);
    }
}

TEST(lab_probe, keeps_none_unless_it_is_asked_to)
{
    auto lan = must(segment::create({"a", "client"}));
    auto probing = must(probe::start(lan["client"], lan["a"].ipv4(), 1ms));
    ASSERT_TRUE(probing.wait_for_answers(5, 5s));
    EXPECT_TRUE(probing.log().sent.empty());
}

TEST(lab_capture, can_leave_out_pings_but_no_claim)
{
    auto lan = must(segment::create({"a", "b"}));
    auto heard = must(capture::start(lan, {.echo = false}));
    auto with_pings = must(capture::start(lan));
    // By IPv4 and IPv6, so that ARP and Neighbor Discovery go first.
    for (const auto& target : {lan["a"].ipv4(), lan["a"].ipv6()}) {
        auto probing = must(probe::start(lan["b"], target, 1ms));
        ASSERT_TRUE(probing.wait_for_answers(20, 5s)) << target;
    }
    ASSERT_TRUE(eventually(5s, [&] { return heard.claims().size() >= 3; })) << "ARP request and reply, NA";
    heard.stop();
    with_pings.stop();
    EXPECT_GE(with_pings.frames().size(), 40U);
    for (const auto& each : heard.frames()) {
        const bool ipv4 = each.bytes[12] == 0x08 && each.bytes[13] == 0x00;
        const bool echo_v6 = each.bytes[12] == 0x86 && (each.bytes[54] == 128 || each.bytes[54] == 129);
        EXPECT_FALSE(ipv4 || echo_v6);
    }
    EXPECT_TRUE(std::ranges::any_of(heard.claims(), [](const address_claim& one) {
        return one.what == address_claim::kind::neighbour_advertisement;
    }));
}

TEST(lab_address_watch, sees_an_address_come_and_go)
{
    auto place = must(net_namespace::create("a"));
    auto watch = must(address_watch::start(place, "10.0.0.70"));
    EXPECT_TRUE(watch.changes().empty());
    const auto before = std::chrono::steady_clock::now();
    must(place.ip("addr add 10.0.0.71/32 dev lo"));
    must(place.ip("addr add 10.0.0.70/32 dev lo"));
    must(place.ip("addr del 10.0.0.70/32 dev lo"));
    ASSERT_TRUE(eventually(5s, [&] { return watch.changes().size() >= 2; }));
    const auto changes = watch.changes();
    EXPECT_TRUE(changes[0].present);
    EXPECT_FALSE(changes[1].present);
    EXPECT_GE(changes[0].time, before);
    EXPECT_GE(changes[1].time, changes[0].time);
    EXPECT_FALSE(address_watch::start(place, "nowhere"));
}

TEST(lab_process, names_its_workers)
{
    auto alone = must(process::start({"sleep", "60"}));
    EXPECT_TRUE(alone.workers().empty());
    // A shell whose child is a shell, and one whose child is something else.
    auto supervisor = must(process::start({"sh", "-c", "sh -c 'sleep 60; true'; true"}));
    ASSERT_TRUE(eventually(5s, [&] { return supervisor.workers().size() == 1; }));
    EXPECT_NE(supervisor.workers().front(), supervisor.pid());
}

} // namespace
