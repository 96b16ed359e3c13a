// SPDX-License-Identifier: BSD-2-Clause
//
// Quantiles (see statistics.hpp).
#include "failover/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace xvrrp::failover {
namespace {

/// Probability of at most `successes` in `trials`, each with probability `chance`.
double binomial_at_most(std::size_t successes, std::size_t trials, double chance)
{
    const auto n = static_cast<double>(trials);
    double total = 0;
    for (std::size_t i = 0; i <= successes; ++i) {
        const auto k = static_cast<double>(i);
        total += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(chance) +
                          (n - k) * std::log1p(-chance));
    }
    return total;
}

} // namespace

double quantile(const std::vector<double>& sorted, double fraction)
{
    // The tolerance keeps 0.99 * 100 at rank 99.
    const double rank = std::ceil(fraction * static_cast<double>(sorted.size()) - 1e-9);
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return sorted[std::min(index, sorted.size() - 1)];
}

interval quantile_confidence(const std::vector<double>& sorted, double fraction)
{
    // The number of values below the quantile is binomial: the value of rank r exceeds it unless r or more lie below.
    constexpr double tail = 0.025;
    interval bounds;
    for (std::size_t below = 0; below < sorted.size(); ++below) {
        const double at_most = binomial_at_most(below, sorted.size(), fraction);
        if (at_most <= tail) {
            bounds.low = sorted[below];
        }
        if (at_most >= 1 - tail && !bounds.high) {
            bounds.high = sorted[below];
        }
    }
    return bounds;
}

summary summarize(std::vector<double> values)
{
    if (values.empty()) {
        return {};
    }
    std::ranges::sort(values);
    return {.count = values.size(),
            .p50 = quantile(values, 0.5),
            .p90 = quantile(values, 0.9),
            .p99 = quantile(values, 0.99),
            .max = values.back(),
            .p99_confidence = quantile_confidence(values, 0.99)};
}

} // namespace xvrrp::failover
