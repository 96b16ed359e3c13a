// SPDX-License-Identifier: BSD-2-Clause
//
// How long a dead daemon waits for the next.
#include <gtest/gtest.h>

#include <vector>

#include "daemon/back_off.hpp"

namespace xvrrp::daemon::test {
namespace {

using namespace std::chrono_literals;

TEST(daemon_back_off, at_once_then_twice_as_long_each_time_up_to_half_a_minute)
{
    back_off waits;
    std::vector<duration> seen;
    for (int death = 0; death < 9; ++death) {
        seen.push_back(waits.wait_after(1s));
    }
    EXPECT_EQ(seen, (std::vector<duration>{0s, 1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s}));
}

TEST(daemon_back_off, a_run_of_more_than_a_minute_begins_anew)
{
    back_off waits;
    EXPECT_EQ(waits.wait_after(1s), 0s);
    EXPECT_EQ(waits.wait_after(60s), 1s);
    EXPECT_EQ(waits.wait_after(60s + 1ns), 0s);
    EXPECT_EQ(waits.wait_after(1s), 1s);
}

} // namespace
} // namespace xvrrp::daemon::test
