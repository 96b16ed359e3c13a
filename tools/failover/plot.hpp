// SPDX-License-Identifier: BSD-2-Clause
//
// Plots through gnuplot, as PNG and SVG: how the longest gaps are distributed, and what a failover consists of. The
// texts are pure; draw() writes them beside each other and runs gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "failover/trial.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::failover {

/// For each series a block "GAP-IN-MS FRACTION", ascending, two empty lines between blocks.
[[nodiscard]] std::string gaps_data(const std::vector<series>& all);
/// A line "NAME" and the median length in ms of each stage for each series.
[[nodiscard]] std::string stages_data(const std::vector<series>& all);
[[nodiscard]] std::string gaps_script(const std::vector<series>& all, const std::string& prefix);
[[nodiscard]] std::string stages_script(const std::vector<series>& all, const std::string& prefix);

/// Makes PREFIX-gaps and PREFIX-stages, each as .dat, .gnuplot, .png and .svg. Without gnuplot the first two are left,
/// and the error says so.
result<std::vector<std::filesystem::path>> draw(const std::vector<series>& all, const std::string& prefix);

} // namespace xvrrp::failover
