// SPDX-License-Identifier: BSD-2-Clause
//
// The histogram: its error, its ends, and any duration.
#include "runtime/latency.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace xvrrp::runtime {
namespace {

TEST(runtime_latency, quantiles_are_within_an_eighth)
{
    latency seen;
    for (int i = 1; i <= 10000; ++i) {
        seen.add(duration(i * 100));
    }
    EXPECT_EQ(seen.total(), 10000U);
    EXPECT_NEAR(static_cast<double>(seen.quantile(0.5).count()), 500'000, 500'000 / 8.0);
    EXPECT_NEAR(static_cast<double>(seen.quantile(0.99).count()), 990'000, 990'000 / 8.0);
    EXPECT_EQ(seen.longest(), duration(1'000'000));
}

TEST(runtime_latency, takes_any_duration)
{
    latency seen;
    seen.add(duration(-5));
    seen.add(duration(0));
    seen.add(duration(std::numeric_limits<std::int64_t>::max()));
    EXPECT_EQ(seen.quantile(0), duration(0));
    EXPECT_EQ(seen.longest().count(), std::numeric_limits<std::int64_t>::max());
}

TEST(runtime_latency, an_empty_one_has_no_quantile)
{
    EXPECT_EQ(latency{}.quantile(0.99), duration(0));
}

TEST(runtime_latency, small_values_are_exact)
{
    for (int i = 0; i < 16; ++i) {
        latency seen;
        seen.add(duration(i));
        EXPECT_EQ(seen.quantile(0.5), duration(i));
    }
}

} // namespace
} // namespace xvrrp::runtime
