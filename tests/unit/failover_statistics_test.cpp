// SPDX-License-Identifier: BSD-2-Clause
//
// Quantiles and their confidence.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "failover/statistics.hpp"

namespace xvrrp::failover {
namespace {

/// 1, 2, … count, in a mixed order.
std::vector<double> ranks(std::size_t count)
{
    std::vector<double> values(count);
    std::iota(values.begin(), values.end(), 1.0);
    std::rotate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count / 3), values.end());
    return values;
}

TEST(FailoverStatistics, AQuantileIsAValueThatWasSeen)
{
    const summary figures = summarize(ranks(100));
    EXPECT_EQ(figures.count, 100U);
    EXPECT_EQ(figures.p50, 50);
    EXPECT_EQ(figures.p90, 90);
    EXPECT_EQ(figures.p99, 99);
    EXPECT_EQ(figures.max, 100);
}

TEST(FailoverStatistics, OfOneValueAllAreThatValue)
{
    const summary figures = summarize({7.5});
    EXPECT_EQ(figures.p50, 7.5);
    EXPECT_EQ(figures.p99, 7.5);
    EXPECT_EQ(figures.max, 7.5);
    EXPECT_FALSE(figures.p99_confidence.high);
}

TEST(FailoverStatistics, OfNothingThereIsNothing)
{
    EXPECT_EQ(summarize({}).count, 0U);
}

TEST(FailoverStatistics, TheConfidenceOfTheMedianIsThatOfTheTables)
{
    // Order statistics of the median of 100: the 40th and the 61st value hold it with 95 %.
    const interval bounds = quantile_confidence(
        [] {
            std::vector<double> values(100);
            std::iota(values.begin(), values.end(), 1.0);
            return values;
        }(),
        0.5);
    EXPECT_EQ(bounds.low, 40);
    EXPECT_EQ(bounds.high, 61);
}

TEST(FailoverStatistics, AHundredTrialsDontBoundTheirNinetyNinthPercentile)
{
    const summary hundred = summarize(ranks(100));
    EXPECT_EQ(hundred.p99_confidence.low, 97);
    EXPECT_FALSE(hundred.p99_confidence.high);
    const summary many = summarize(ranks(1000));
    ASSERT_TRUE(many.p99_confidence.low && many.p99_confidence.high);
    EXPECT_LT(*many.p99_confidence.low, 990);
    EXPECT_GT(*many.p99_confidence.high, 990);
}

} // namespace
} // namespace xvrrp::failover
