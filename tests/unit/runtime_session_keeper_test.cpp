// SPDX-License-Identifier: BSD-2-Clause
//
// Sessions of a real prober, in a namespace where nobody hears its probes; XDP's part, the replies, is the test's.
#include "runtime/session_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <chrono>

#include "lab/eventually.hpp"
#include "lab/namespace.hpp"
#include "plan_world.hpp"
#include "support/must.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;
using plan::test::ip;
using test::must;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::uint32_t load(std::uint32_t& word)
{
    return std::atomic_ref(word).load(std::memory_order_acquire);
}

class SessionKeeper : public testing::Test {
protected:
    SessionKeeper()
    {
        must(place.ip_batch({"link add eth0 type veth peer name eth1", "link set eth0 up", "link set eth1 up",
                             "addr add 10.0.0.1/24 dev eth0"}));
        const interface_index eth = must(place.index_of("eth0"));
        known = plan::facts(std::vector{plan::test::make_link(eth.value, "eth0")}, {});
        wish.target.key = {.interface = eth, .peer = ip("10.0.0.9")};
        wish.target.own = ip("10.0.0.1");
        wish.target.peer_mac = {{2, 0, 0, 0, 0, 9}};
        wish.target.detection = {.interval = 100ms, .multiplier = 3, .longest_detection = 3s, .phase = {}};
        wish.router = {51};
        must(place.run([&] { return keeper.open({.probes = probes, .replies = replies}); }));
    }

    std::vector<session_key> want()
    {
        // A session that is heard by a socket opens it here.
        return must(place.run([&] { return keeper.want(std::vector{wish}, std::chrono::steady_clock::now()); }));
    }
    /// Answers the probes that await an answer, in every session.
    void answer(xvrrp_bfd_state state = XVRRP_BFD_UP)
    {
        for (std::size_t session = 0; session < probes.size(); ++session) {
            if (load(probes[session].ifindex) == 0) {
                continue;
            }
            for (std::size_t probe = 0; probe < XVRRP_PROBES; ++probe) {
                const std::uint32_t awaited = load(probes[session].probes[probe].discriminator);
                xvrrp_reply& reply = replies[session].reply[probe];
                if (awaited != 0 && load(reply.discriminator) != awaited) {
                    reply.stamp_ns =
                        static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
                    reply.state = state;
                    std::atomic_ref(reply.discriminator).store(awaited, std::memory_order_release);
                }
            }
        }
    }
    [[nodiscard]] bool news_wait() const
    {
        pollfd waiting{.fd = keeper.fd(), .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, 0) == 1;
    }
    /// Answers until the prober has said something.
    [[nodiscard]] bool answer_until_news(xvrrp_bfd_state state = XVRRP_BFD_UP)
    {
        return lab::eventually(10s, [&] {
            answer(state);
            return news_wait();
        });
    }
    [[nodiscard]] core::peer_health health() const { return keeper.health(wish.target.key).health; }
    void become_capable()
    {
        want();
        ASSERT_TRUE(answer_until_news());
        ASSERT_THAT(keeper.take_news(), ElementsAre(wish.target.key));
        ASSERT_EQ(health(), core::peer_health::capable);
    }

    lab::net_namespace place = must(lab::net_namespace::create("sessions"));
    std::vector<std::string> lines;
    plan::facts known;
    session_wish wish;
    std::vector<xvrrp_session> probes{XVRRP_MAX_SESSIONS};
    std::vector<xvrrp_session_record> replies{XVRRP_MAX_SESSIONS};
    session_keeper keeper{known, [this](log_level, std::string line) { lines.push_back(std::move(line)); }};
};

TEST_F(SessionKeeper, TheLogIsWrittenWhenThereIsTimeForIt)
{
    become_capable();
    EXPECT_THAT(lines, IsEmpty());
    keeper.say_news();
    EXPECT_THAT(lines, ElementsAre("eth0: 10.0.0.9 answers probes: its failure is detected within 300 ms"));
    keeper.say_news();
    EXPECT_EQ(lines.size(), 1U) << "once";
}

TEST_F(SessionKeeper, AnotherIntervalIsTheSameSession)
{
    become_capable();
    wish.target.detection.interval = 50ms;
    wish.target.peer_mac = {{2, 0, 0, 0, 0, 8}};
    EXPECT_THAT(want(), IsEmpty());
    EXPECT_EQ(health(), core::peer_health::capable);
}

TEST_F(SessionKeeper, FromAnotherAddressNothingIsKnownUntilItAnswersAgain)
{
    become_capable();
    wish.target.own = ip("10.0.0.2");
    EXPECT_THAT(want(), ElementsAre(wish.target.key));
    EXPECT_EQ(health(), core::peer_health::unknown);
    EXPECT_THAT(want(), IsEmpty()) << "said once";
    ASSERT_TRUE(answer_until_news());
    EXPECT_THAT(keeper.take_news(), ElementsAre(wish.target.key));
    EXPECT_EQ(health(), core::peer_health::capable);
}

TEST_F(SessionKeeper, HeardByASocketItIsAskedAnewToo)
{
    become_capable();
    wish.target.by_socket = true;
    EXPECT_THAT(want(), ElementsAre(wish.target.key));
    EXPECT_EQ(health(), core::peer_health::unknown);
    EXPECT_THAT(lines, IsEmpty()) << "the socket could be opened";
}

TEST_F(SessionKeeper, WhatTheSessionBeforeItHadFoundDoesNotCount)
{
    want();
    ASSERT_TRUE(answer_until_news());
    wish.target.own = ip("10.0.0.2");
    EXPECT_THAT(want(), IsEmpty()) << "nothing was known yet";
    EXPECT_THAT(keeper.take_news(), IsEmpty());
    EXPECT_EQ(health(), core::peer_health::unknown);
}

TEST_F(SessionKeeper, AFalseTakeoverIsCountedAndSaidWithTheTimeFromThenOn)
{
    become_capable();
    keeper.damp(wish.target.key);
    EXPECT_EQ(health(), core::peer_health::unknown) << "until it says more";
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], HasSubstr("within 600 ms from now on"));
    const auto all = keeper.report();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].false_takeovers, 1U);
    EXPECT_EQ(all[0].damping, 2U);
}

TEST_F(SessionKeeper, AdminDownIsDead)
{
    become_capable();
    ASSERT_TRUE(answer_until_news(XVRRP_BFD_ADMIN_DOWN));
    EXPECT_THAT(keeper.take_news(), ElementsAre(wish.target.key));
    EXPECT_EQ(health(), core::peer_health::dead);
}

TEST_F(SessionKeeper, UnwantedItGoesOnForTenSecondsAndRemembers)
{
    become_capable();
    const time_point now = std::chrono::steady_clock::now();
    EXPECT_THAT(keeper.want({}, now), IsEmpty());
    keeper.tick(now + 9s);
    EXPECT_EQ(keeper.report().size(), 1U);
    EXPECT_THAT(want(), IsEmpty());
    EXPECT_NE(health(), core::peer_health::unknown);
    EXPECT_THAT(keeper.want({}, now), IsEmpty());
    keeper.tick(now + 11s);
    EXPECT_TRUE(keeper.report().empty());
    EXPECT_EQ(health(), core::peer_health::unknown);
}

} // namespace
} // namespace xvrrp::runtime
