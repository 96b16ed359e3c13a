// SPDX-License-Identifier: BSD-2-Clause
//
// Quantiles of trials, and how far they can be trusted. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace xvrrp::failover {

/// The smallest value that at least `fraction` (0 to 1) of `sorted` don't exceed; `sorted` ascends and isn't empty.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double fraction);

/// Bounds of the quantile in the population, with 95 % confidence, whatever its distribution: order statistics. A bound
/// is missing where there are too few values to tell.
struct interval {
    std::optional<double> low, high;
};
[[nodiscard]] interval quantile_confidence(const std::vector<double>& sorted, double fraction);

struct summary {
    std::size_t count = 0; ///< 0: the rest is 0 too
    double p50 = 0, p90 = 0, p99 = 0, max = 0;
    interval p99_confidence;
};
[[nodiscard]] summary summarize(std::vector<double> values);

} // namespace xvrrp::failover
