// SPDX-License-Identifier: BSD-2-Clause
//
// Kernel stamps of CLOCK_REALTIME on the monotonic clock, with a realtime clock that is stepped.
#include <gtest/gtest.h>

#include "datapath/receive_clock.hpp"

namespace {

using namespace std::chrono_literals;
using xvrrp::time_point;
using xvrrp::datapath::receive_clock;

constexpr time_point boot{};
constexpr std::chrono::nanoseconds epoch = 1'790'000'000s; ///< what the realtime clock shows at `boot`

TEST(datapath_receive_clock, a_stamp_lies_as_far_back_as_realtime_says)
{
    receive_clock clock;
    clock.queue_was_empty(boot + 10s);
    const receive_clock::reading now{.monotonic = boot + 20s, .realtime = epoch + 20s};
    EXPECT_EQ(clock.to_monotonic(epoch + 14s + 7ns, now), boot + 14s + 7ns);
    EXPECT_EQ(clock.to_monotonic(epoch + 20s, now), boot + 20s);
}

TEST(datapath_receive_clock, no_stamp_lies_in_the_future_when_realtime_was_set_back)
{
    receive_clock clock;
    clock.queue_was_empty(boot + 10s);
    EXPECT_EQ(clock.to_monotonic(epoch + 14s, {.monotonic = boot + 20s, .realtime = epoch - 3600s}), boot + 20s);
}

TEST(datapath_receive_clock, no_stamp_lies_before_the_queue_was_empty_when_realtime_was_set_forward)
{
    receive_clock clock;
    clock.queue_was_empty(boot + 10s);
    EXPECT_EQ(clock.to_monotonic(epoch + 14s, {.monotonic = boot + 20s, .realtime = epoch + 3600s}), boot + 10s);
}

TEST(datapath_receive_clock, stamps_never_go_back)
{
    receive_clock clock;
    const receive_clock::reading now{.monotonic = boot + 20s, .realtime = epoch + 20s};
    EXPECT_EQ(clock.to_monotonic(epoch + 15s, now), boot + 15s);
    EXPECT_EQ(clock.to_monotonic(epoch + 12s, now), boot + 15s);
    clock.queue_was_empty(boot + 13s);
    EXPECT_EQ(clock.to_monotonic(epoch + 12s, now), boot + 15s);
}

TEST(datapath_receive_clock, samples_both_clocks_at_one_moment)
{
    const auto before = std::chrono::steady_clock::now();
    const auto realtime_before = std::chrono::system_clock::now().time_since_epoch();
    const auto sampled = receive_clock::sample();
    EXPECT_GE(sampled.monotonic, before);
    EXPECT_LE(sampled.monotonic, std::chrono::steady_clock::now());
    EXPECT_GE(sampled.realtime, realtime_before);
    EXPECT_LE(sampled.realtime, std::chrono::system_clock::now().time_since_epoch());
}

} // namespace
