// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/latency.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace xvrrp::runtime {
namespace {

TEST(Latency, QuantilesAreWithinAnEighth)
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

TEST(Latency, TakesAnyDuration)
{
    latency seen;
    seen.add(duration(-5));
    seen.add(duration(0));
    seen.add(duration(std::numeric_limits<std::int64_t>::max()));
    EXPECT_EQ(seen.quantile(0), duration(0));
    EXPECT_EQ(seen.longest().count(), std::numeric_limits<std::int64_t>::max());
}

TEST(Latency, AnEmptyOneHasNoQuantile)
{
    EXPECT_EQ(latency{}.quantile(0.99), duration(0));
}

TEST(Latency, SmallValuesAreExact)
{
    for (int i = 0; i < 16; ++i) {
        latency seen;
        seen.add(duration(i));
        EXPECT_EQ(seen.quantile(0.5), duration(i));
    }
}

} // namespace
} // namespace xvrrp::runtime
