// SPDX-License-Identifier: BSD-2-Clause
//
// A session of the prober and the memory that it shares with XDP, whose part the test plays.
#include "runtime/probe_session.hpp"

#include <gtest/gtest.h>

#include <set>

#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;
using plan::test::ip;

constexpr std::uint32_t place = 5;
constexpr std::uint16_t port = 50000;

std::uint64_t nanoseconds(time_point when)
{
    return static_cast<std::uint64_t>(when.time_since_epoch().count());
}

class ProbeSession : public testing::Test {
protected:
    ProbeSession()
    {
        target.key = {.interface = {7}, .peer = ip("10.0.0.9")};
        target.own = ip("10.0.0.1");
        target.detection.interval = 10ms;
        target.detection.phase = now;
    }

    /// One probe that leaves.
    void send(std::uint32_t random)
    {
        std::ignore = session().next_frame(random);
        session().sent(now);
    }
    /// What XDP stores about a reply to a probe of this discriminator.
    void reply(std::uint32_t discriminator, std::uint32_t state, time_point stamp)
    {
        xvrrp_reply& stored = replies.at(place).reply[xvrrp_probe_place(discriminator)];
        stored = {.stamp_ns = nanoseconds(stamp), .discriminator = discriminator, .state = state};
    }
    [[nodiscard]] std::uint32_t awaited(std::uint32_t probe) const
    {
        return probes.at(place).probes[probe].discriminator;
    }
    probe_session& session()
    {
        if (!made_) {
            made_.emplace(target, datapath::session_index{place},
                          datapath::session_memory{.probes = probes, .replies = replies}, port, std::nullopt, now);
        }
        return *made_;
    }
    /// The first probe goes out and is answered: the session is up.
    void come_up()
    {
        ASSERT_EQ(session().due(now), 1U);
        send(0x12340000);
        reply(awaited(0), XVRRP_BFD_UP, now + 10us);
        session().read_replies();
        std::ignore = session().due(now);
        const auto verdict = session().take_verdict();
        ASSERT_TRUE(verdict);
        ASSERT_EQ(verdict->now, core::session_state::up);
    }

    time_point now{std::chrono::hours(1)};
    session_target target;
    std::vector<xvrrp_session> probes{XVRRP_MAX_SESSIONS};
    std::vector<xvrrp_session_record> replies{XVRRP_MAX_SESSIONS};

private:
    std::optional<probe_session> made_;
};

TEST_F(ProbeSession, ItsPlaceTellsXdpWhatToMatch)
{
    {
        const probe_session other(target, {9}, {.probes = probes, .replies = replies}, port, std::nullopt, now);
        const xvrrp_session& shared = probes[9];
        EXPECT_EQ(shared.ifindex, 7U);
        EXPECT_EQ(shared.family, XVRRP_IPV4);
        EXPECT_EQ(shared.port, port);
        EXPECT_EQ(ip_address::from_abi(address_family::ipv4, shared.peer), ip("10.0.0.9"));
    }
    EXPECT_EQ(probes[9].ifindex, 0U) << "free again";
}

TEST_F(ProbeSession, DiscriminatorsAreRandomButForTheirPlaceAndNeverRepeatInIt)
{
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < 2 * XVRRP_PROBES; ++i) {
        send(0xabcdffff);
        const std::uint32_t probe = i % XVRRP_PROBES;
        const std::uint32_t discriminator = awaited(probe);
        EXPECT_EQ(xvrrp_probe_place(discriminator), probe);
        EXPECT_EQ(xvrrp_probe_session(discriminator), place);
        // The test's random numbers don't change: a place must not take the one that was answered there last.
        reply(discriminator, XVRRP_BFD_UP, now);
        session().read_replies();
        EXPECT_TRUE(seen.insert(discriminator).second) << i;
    }
}

TEST_F(ProbeSession, NoDiscriminatorIsZero)
{
    probe_session first(target, {0}, {.probes = probes, .replies = replies}, port, std::nullopt, now);
    std::ignore = first.next_frame(0);
    EXPECT_NE(probes[0].probes[0].discriminator, 0U);
}

TEST_F(ProbeSession, AReplyCountsOnceAndOnlyWithTheDiscriminatorThatIsAwaited)
{
    ASSERT_EQ(session().due(now), 1U);
    send(0x12340000);
    const std::uint32_t awaited_one = awaited(0);
    reply(awaited_one ^ 0x80000000, XVRRP_BFD_UP, now);
    session().read_replies();
    EXPECT_EQ(session().report().replies, 0U);
    reply(awaited_one, XVRRP_BFD_UP, now + 10us);
    session().read_replies();
    session().read_replies();
    EXPECT_EQ(session().report().replies, 1U);
    EXPECT_EQ(awaited(0), 0U) << "XDP drops a second one";
    EXPECT_EQ(session().round_trips().longest(), 10us);
    EXPECT_EQ(session().report().state, core::session_state::up);
}

TEST_F(ProbeSession, AProbeThatDidNotLeaveIsNotAwaited)
{
    come_up();
    for (int i = 0; i < 20; ++i) {
        now = session().next_wake();
        const unsigned count = session().due(now);
        for (unsigned probe = 0; probe < count; ++probe) {
            std::ignore = session().next_frame(0x55550000);
            session().not_sent();
        }
        EXPECT_FALSE(session().take_verdict()) << "no probe, no loss";
    }
    for (std::uint32_t probe = 0; probe < XVRRP_PROBES; ++probe) {
        EXPECT_EQ(awaited(probe), 0U);
    }
    EXPECT_EQ(session().report().probes_sent, 1U);
}

TEST_F(ProbeSession, UnansweredProbesAreALossTheLastOfThemABurst)
{
    come_up();
    std::optional<core::session_verdict> verdict;
    std::optional<time_point> first_missed;
    for (int wakes = 0; wakes < 20 && !verdict; ++wakes) {
        now = session().next_wake();
        session().read_replies();
        const unsigned count = session().due(now);
        for (unsigned probe = 0; probe < count; ++probe) {
            first_missed = first_missed.value_or(now);
            send(0x77770000);
        }
        verdict = session().take_verdict();
    }
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->now, core::session_state::lost);
    EXPECT_EQ(verdict->since, first_missed);
    EXPECT_EQ(session().report().losses, 1U);
    EXPECT_EQ(session().report().probes_sent, 1U + 2U + 3U);
}

TEST_F(ProbeSession, AnAnswerOfADeadDaemonIsAdminDown)
{
    come_up();
    now = session().next_wake();
    session().read_replies();
    ASSERT_EQ(session().due(now), 1U);
    send(0x99990000);
    reply(awaited(1), XVRRP_BFD_ADMIN_DOWN, now + 5us);
    session().read_replies();
    std::ignore = session().due(now);
    const auto verdict = session().take_verdict();
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->now, core::session_state::admin_down);
}

TEST_F(ProbeSession, EachFalseTakeoverIsCountedWhateverItDamps)
{
    come_up();
    for (int times = 0; times < 20; ++times) {
        session().damp(now);
    }
    EXPECT_EQ(session().report().false_takeovers, 20U);
    EXPECT_EQ(session().report().detection_time, session().detection_time());
    EXPECT_EQ(session().detection_time(), target.detection.longest_detection) << "no further";
}

TEST_F(ProbeSession, AnotherMacIsTheSameSessionAnotherAddressIsNot)
{
    session_target moved = target;
    moved.peer_mac = {{2, 0, 0, 0, 0, 3}};
    moved.detection.multiplier = 7;
    EXPECT_TRUE(probe_session::can_become(target, moved));
    moved.own = ip("10.0.0.2");
    EXPECT_FALSE(probe_session::can_become(target, moved));
}

} // namespace
} // namespace xvrrp::runtime
