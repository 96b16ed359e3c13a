// SPDX-License-Identifier: BSD-2-Clause
//
// Figures of a series. Pure.
#pragma once

#include <functional>
#include <vector>

#include "failover/statistics.hpp"
#include "failover/trial.hpp"

namespace xvrrp::failover {

enum class trials_to_count { all, undisturbed }; ///< undisturbed: by stalls of the machine or the client

/// In milliseconds.
[[nodiscard]] std::vector<double> longest_gaps(const series& one, trials_to_count which);
[[nodiscard]] std::vector<double> return_gaps(const series& one, trials_to_count which);
/// Lost probes of each trial.
[[nodiscard]] std::vector<double> losses(const series& one, trials_to_count which);

[[nodiscard]] std::size_t count_trials(const series& one, const std::function<bool(const trial&)>& wanted);

/// The median of each stage over the trials: of the daemon's own timeline where most trials have one, else of the wire.
[[nodiscard]] stage_lengths median_stages(const series& one);

} // namespace xvrrp::failover
