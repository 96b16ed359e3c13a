// SPDX-License-Identifier: BSD-2-Clause
//
// Figures of a series (see figures.hpp).
#include "failover/figures.hpp"

#include <algorithm>

#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

template <class Value> std::vector<double> collect(const series& one, trials_to_count which, Value value)
{
    std::vector<double> values;
    for (const trial& each : one.trials) {
        if (which == trials_to_count::all || !each.stalled) {
            values.push_back(value(each));
        }
    }
    return values;
}

} // namespace

std::vector<double> longest_gaps(const series& one, trials_to_count which)
{
    return collect(one, which, [](const trial& each) { return milliseconds(each.longest_gap); });
}

std::vector<double> return_gaps(const series& one, trials_to_count which)
{
    return collect(one, which, [](const trial& each) { return milliseconds(each.return_gap); });
}

std::vector<double> losses(const series& one, trials_to_count which)
{
    return collect(one, which, [](const trial& each) { return static_cast<double>(each.lost); });
}

std::size_t count_trials(const series& one, const std::function<bool(const trial&)>& wanted)
{
    return static_cast<std::size_t>(std::ranges::count_if(one.trials, wanted));
}

stage_lengths median_stages(const series& one)
{
    const auto known = count_trials(
        one, [](const trial& each) { return each.timeline[static_cast<std::size_t>(stage::advert)].has_value(); });
    const auto source = known * 2 > one.trials.size() ? &trial::timeline : &trial::wire;
    stage_lengths medians{};
    for (std::size_t i = 0; i < stage_count; ++i) {
        std::vector<double> values;
        for (const trial& each : one.trials) {
            if (const auto& length = (each.*source).at(i)) {
                values.push_back(static_cast<double>(length->count()));
            }
        }
        if (!values.empty()) {
            std::ranges::sort(values);
            medians.at(i) = duration(static_cast<duration::rep>(quantile(values, 0.5)));
        }
    }
    return medians;
}

} // namespace xvrrp::failover
