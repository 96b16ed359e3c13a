// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/session_wish.hpp"

#include <gtest/gtest.h>

#include "core/timers.hpp"
#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours(1)};
constexpr mac_address peer_mac{{2, 0, 0, 0, 0, 9}};

/// VI_1 as Backup with priority 100 that follows 10.0.0.9.
class Wish : public testing::Test {
protected:
    Wish()
    {
        config.version = vrrp_version::v3;
        const net::link eth0 = plan::test::make_link(7, "eth0");
        known = plan::facts(std::array{eth0}, std::array{plan::test::make_address(7, "10.0.0.1")});
        planned = plan::plan_router(config, known, {});
        router = core::router(plan::router_settings_of(config), *planned.source);
        std::ignore = router.step(core::startup{}, start);
    }
    void hear(const mac_address& mac = peer_mac)
    {
        std::ignore = router.step(core::advert{.stamp = start + 1s,
                                               .source = plan::test::ip("10.0.0.9"),
                                               .mac = mac,
                                               .priority = {200},
                                               .interval = 1s},
                                  start + 1s);
    }
    [[nodiscard]] std::optional<session_wish> wish(bool by_socket = false) const
    {
        return wish_of(config, planned, router, by_socket);
    }

    vrrp_instance config = plan::test::make_instance();
    plan::facts known;
    plan::router_plan planned;
    core::router router{{}, {}};
};

TEST_F(Wish, ABackupWantsTheRouterThatItFollowsProbed)
{
    EXPECT_FALSE(wish()) << "nobody is followed yet";
    hear();
    const auto wanted = wish(true);
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->target.key.interface.value, 7U);
    EXPECT_EQ(wanted->target.key.peer, plan::test::ip("10.0.0.9"));
    EXPECT_EQ(wanted->target.own, plan::test::ip("10.0.0.1"));
    EXPECT_EQ(wanted->target.own_mac, planned.link->mac);
    EXPECT_EQ(wanted->target.peer_mac, peer_mac);
    EXPECT_TRUE(wanted->target.by_socket);
    EXPECT_EQ(wanted->target.detection.phase, start + 1s);
    EXPECT_EQ(wanted->target.detection.longest_detection, core::active_down_interval(vrrp_version::v3, {100}, 1s));
}

TEST_F(Wish, NothingIsProbedWithoutFastDetectOrTheNextHop)
{
    hear({});
    EXPECT_FALSE(wish()) << "no MAC";
    hear();
    config.fast_detect.enabled = false;
    EXPECT_FALSE(wish());
}

TEST_F(Wish, AnActiveRouterWantsNothing)
{
    hear();
    std::ignore = router.step(core::deadline{}, start + 10s);
    ASSERT_EQ(router.state(), core::state::active);
    EXPECT_FALSE(wish());
}

TEST_F(Wish, OnlyThePhaseMovesWithEveryAdvert)
{
    hear();
    const auto before = wish();
    auto after = before;
    after->target.detection.phase += 1s;
    EXPECT_TRUE(same_session(before, after));
    after->target.detection.multiplier = 5;
    EXPECT_FALSE(same_session(before, after));
    EXPECT_FALSE(same_session(before, std::nullopt));
    EXPECT_TRUE(same_session(std::nullopt, std::nullopt));
}

TEST_F(Wish, RoutersThatFollowTheSamePeerShareASession)
{
    hear();
    session_wish slow = *wish();
    slow.router = {20};
    slow.target.detection = {.interval = 100ms, .multiplier = 3, .longest_detection = 3s, .phase = start + 20ms};
    session_wish fast = slow;
    fast.router = {30};
    fast.target.detection = {.interval = 10ms, .multiplier = 5, .longest_detection = 4s, .phase = start + 30ms};
    session_wish lowest = slow;
    lowest.router = {10};
    lowest.target.detection = {.interval = 1s, .multiplier = 2, .longest_detection = 1s, .phase = start + 10ms};
    session_wish other = slow;
    other.target.key.peer = plan::test::ip("10.0.0.8");
    const auto merged = merge_wishes(std::array{slow, fast, other, lowest});
    ASSERT_EQ(merged.size(), 2U);
    EXPECT_EQ(merged[0].key.peer, plan::test::ip("10.0.0.8"));
    EXPECT_EQ(merged[1].detection.interval, 10ms);
    EXPECT_EQ(merged[1].detection.multiplier, 5U);
    EXPECT_EQ(merged[1].detection.longest_detection, 1s);
    EXPECT_EQ(merged[1].detection.phase, start + 10ms) << "of the lowest VRID: all Backups choose the same";
}

} // namespace
} // namespace xvrrp::runtime
