// SPDX-License-Identifier: BSD-2-Clause
//
// Short runs of what must never make a standby take over. A true silence of the Active router, which a stall of the
// machine makes at 10 ms, is told apart by the capture and isn't held against the standby.
#include <gtest/gtest.h>

#include <chrono>

#include "bench/reloads.hpp"
#include "bench/resilience.hpp"
#include "xvrrp/abi.h"

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
    constexpr unsigned routers = 50;
    constexpr auto interval = 10ms;
    constexpr auto frozen = 4s;
    static_assert(routers * (frozen / interval) > 2 * XVRRP_EVENTS_BYTES / sizeof(xvrrp_event));
    const bench::verdict seen = bench::freeze_standby({.routers = routers, .advert_interval = interval}, frozen, 1);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
}

TEST(Starved, BesideBusyLoops)
{
    const bench::verdict seen = bench::starve({.routers = 5, .advert_interval = 100ms}, 32, 8s);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
}

struct forged {
    const char* name;
    lab::forgery how;
};

class Flooded : public ::testing::TestWithParam<forged> {};
INSTANTIATE_TEST_SUITE_P(With, Flooded,
                         ::testing::Values(forged{"LowTtl", lab::forgery::low_ttl},
                                           forged{"ForeignVrid", lab::forgery::foreign_vrid},
                                           forged{"WrongChecksum", lab::forgery::wrong_checksum},
                                           forged{"UnlistedSource", lab::forgery::unlisted_source}),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(Flooded, AtTenMillisecondAdverts)
{
    const bench::verdict seen = bench::flood({.routers = 1, .advert_interval = 10ms}, GetParam().how, 200'000, 3s);
    EXPECT_EQ(seen.false_takeovers, 0U) << seen.transitions << " transitions, " << seen.true_silences << " silences";
    EXPECT_GT(seen.achieved_rate, 20'000) << "not much of a flood";
}

TEST(FloodedVersion2, WithAWrongPasswordAtOneSecondAdverts)
{
    const bench::verdict seen = bench::flood({.routers = 1}, lab::forgery::wrong_password, 200'000, 4s);
    EXPECT_EQ(seen.transitions, 0U);
    EXPECT_LT(seen.standby_cpu_percent, 3.0);
}

TEST(Reloads, OfEveryKindAreNotNoticedByWhatDoesNotChange)
{
    const bench::reload_verdict seen = bench::storm_of_reloads(bench::daemon::xvrrp, 15, 7);
    EXPECT_EQ(seen.lost, 0U) << "of " << seen.probes;
    EXPECT_EQ(seen.transitions, 0U);
    EXPECT_EQ(seen.wrong_ends, 0U);
}

} // namespace
} // namespace xvrrp::test
