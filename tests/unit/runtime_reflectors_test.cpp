// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/reflectors.hpp"

#include <gtest/gtest.h>

#include "core/sbfd.hpp"
#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;
using plan::test::ip;

constexpr time_point start{std::chrono::hours(1)};

struct planned_router {
    vrrp_instance config = plan::test::make_instance();
    plan::router_plan plan;

    explicit planned_router(duration hang_limit, std::vector<ip_address> peers = {})
    {
        config.fast_detect.hang_limit = hang_limit;
        plan.link = plan::test::make_link(7, "eth0");
        plan.source = ip("10.0.0.1");
        plan.peers = std::move(peers);
    }
};

std::vector<datapath::reflector> merge(const std::vector<planned_router>& routers)
{
    std::vector<reflecting_router> all;
    all.reserve(routers.size());
    for (const planned_router& each : routers) {
        all.push_back({.config = &each.config, .plan = &each.plan});
    }
    return merge_reflectors(all);
}

TEST(Reflectors, EachAddressHasOneWithTheShortestHangLimit)
{
    std::vector<planned_router> routers{planned_router(3s), planned_router(1s), planned_router(2s)};
    const auto all = merge(routers);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].interface.value, 7U);
    EXPECT_EQ(all[0].address, ip("10.0.0.1"));
    EXPECT_EQ(all[0].discriminator, core::sbfd::discriminator_of(ip("10.0.0.1")));
    EXPECT_EQ(all[0].hang_limit, 1s);
    EXPECT_TRUE(all[0].peers.empty());
    routers[1].plan.source = ip("10.0.0.2");
    EXPECT_EQ(merge(routers).size(), 2U);
}

TEST(Reflectors, EveryRouterAtAnAddressIsTakenOverAtTheShortestHangLimit)
{
    std::vector<planned_router> routers{planned_router(3s), planned_router(1s), planned_router(2s)};
    routers[2].config.fast_detect.enabled = false;
    const auto all = merge(routers);
    EXPECT_EQ(hang_limit_at(all, {7}, ip("10.0.0.1")), 1s);
    EXPECT_EQ(hang_limit_at(all, {8}, ip("10.0.0.1")), duration::max());
    EXPECT_EQ(hang_limit_at(all, {7}, ip("10.0.0.2")), duration::max());
}

TEST(Reflectors, ARouterWithoutFastDetectHasNone)
{
    planned_router off(3s);
    off.config.fast_detect.enabled = false;
    EXPECT_TRUE(merge({off}).empty());
}

TEST(Reflectors, UnicastPeersAloneMayAskUnlessAMulticastRouterSharesTheAddress)
{
    const planned_router one(1s, {ip("10.0.0.3"), ip("10.0.0.2")});
    const planned_router two(1s, {ip("10.0.0.3"), ip("10.0.0.4")});
    EXPECT_EQ(merge({one, two}).at(0).peers, (std::vector{ip("10.0.0.2"), ip("10.0.0.3"), ip("10.0.0.4")}));
    const planned_router multicast(1s);
    EXPECT_TRUE(merge({one, multicast}).at(0).peers.empty());
    EXPECT_TRUE(merge({multicast, one}).at(0).peers.empty());
}

TEST(ProbeAllowance, EachSourceHasItsOwnBucket)
{
    probe_allowance allowance;
    for (int i = 0; i < XVRRP_PROBES_BURST; ++i) {
        ASSERT_TRUE(allowance.take({7}, ip("10.0.0.2"), start)) << i;
    }
    EXPECT_FALSE(allowance.take({7}, ip("10.0.0.2"), start));
    EXPECT_TRUE(allowance.take({7}, ip("10.0.0.3"), start));
    EXPECT_TRUE(allowance.take({8}, ip("10.0.0.2"), start));
    EXPECT_TRUE(allowance.take({7}, ip("10.0.0.2"), start + 34us)) << "a thirty-thousandth of a second later";
    EXPECT_FALSE(allowance.take({7}, ip("10.0.0.2"), start + 34us));
}

TEST(ProbeAllowance, AFloodOfSourcesFillsNoMemoryAndSilencesNobody)
{
    probe_allowance allowance;
    const auto source = [](std::uint32_t number) {
        return ip_address::v4({10, 1, static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)});
    };
    for (std::uint32_t i = 0; i < XVRRP_MAX_PROBERS; ++i) {
        ASSERT_TRUE(allowance.take({7}, source(i), start));
    }
    for (int i = 0; i < 2 * XVRRP_PROBES_BURST; ++i) {
        ASSERT_TRUE(allowance.take({7}, ip("10.0.0.2"), start)) << "there is no bucket for it";
    }
    EXPECT_TRUE(allowance.take({7}, source(0), start)) << "who is known is answered";
    for (int i = 0; i < XVRRP_PROBES_BURST; ++i) {
        ASSERT_TRUE(allowance.take({7}, ip("10.0.0.2"), start + 1s));
    }
    EXPECT_FALSE(allowance.take({7}, ip("10.0.0.2"), start + 1s)) << "now there is";
}

} // namespace
} // namespace xvrrp::runtime
