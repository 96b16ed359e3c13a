// SPDX-License-Identifier: BSD-2-Clause
//
// Short runs of what must never make a standby take over. A true silence of the Active router, which a stall of the
// machine makes at 10 ms, is told apart by the capture and isn't held against the standby.
#include <gtest/gtest.h>

#include <chrono>

#include "bench/resilience.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;

class Frozen : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Mode, Frozen, ::testing::Values("socket", "generic", "native"),
                         [](const auto& mode) { return std::string(mode.param); });

TEST_P(Frozen, ForSixSecondsAtOneSecondAdverts)
{
    const bench::verdict seen = bench::freeze_standby({.routers = 10, .xdp_mode = GetParam()}, 6s, 1);
    EXPECT_EQ(seen.transitions, 0U);
    EXPECT_EQ(seen.capture_lost, 0U);
}

TEST_P(Frozen, ForASecondAtTenMillisecondAdverts)
{
    const bench::verdict seen =
        bench::freeze_standby({.routers = 10, .advert_interval = 10ms, .xdp_mode = GetParam()}, 1s, 2);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
    EXPECT_EQ(seen.capture_lost, 0U);
}

TEST(FrozenLong, SoLongThatTheRingBufferOverflows)
{
    const bench::verdict seen = bench::freeze_standby({.routers = 50, .advert_interval = 10ms}, 4s, 1);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
}

TEST(Starved, BesideBusyLoops)
{
    const bench::verdict seen = bench::starve({.routers = 5, .advert_interval = 100ms}, 32, 8s);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
}

class Flooded : public ::testing::TestWithParam<lab::forgery> {};
INSTANTIATE_TEST_SUITE_P(With, Flooded,
                         ::testing::Values(lab::forgery::low_ttl, lab::forgery::foreign_vrid,
                                           lab::forgery::wrong_checksum, lab::forgery::unlisted_source));

TEST_P(Flooded, AtTenMillisecondAdverts)
{
    const bench::verdict seen = bench::flood({.routers = 1, .advert_interval = 10ms}, GetParam(), 200'000, 3s);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
    EXPECT_GT(seen.achieved_rate, 50'000) << "not much of a flood";
}

TEST(FloodedVersion2, WithAWrongPasswordAtOneSecondAdverts)
{
    const bench::verdict seen = bench::flood({.routers = 1}, lab::forgery::wrong_password, 200'000, 4s);
    EXPECT_EQ(seen.transitions, 0U);
    EXPECT_LT(seen.standby_cpu_percent, 3.0);
}

} // namespace
} // namespace xvrrp::test
