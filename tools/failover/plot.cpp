// SPDX-License-Identifier: BSD-2-Clause
//
// Plots (see plot.hpp).
#include "failover/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "failover/figures.hpp"
#include "failover/units.hpp"
#include "lab/process.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto drawing_limit = 60s;

/// Several failures in one plot have to be told apart.
std::string title(const series& one, const std::vector<series>& all)
{
    const bool mixed =
        std::ranges::any_of(all, [&](const series& each) { return each.failure != all.front().failure; });
    return mixed ? fmt::format("{}: {}", name_of(one.failure), label(one.contender)) : label(one.contender);
}

std::string quoted(const std::string& text)
{
    std::string inner;
    for (const char each : text) {
        inner += each == '\'' ? "''" : std::string(1, each);
    }
    return "'" + inner + "'";
}

/// The plot command is drawn twice.
std::string on_both_terminals(const std::string& prefix, const std::string& plot)
{
    std::string text;
    for (const auto& [terminal, ending] : {std::pair("pngcairo size 1200,700 font ',12'", "png"),
                                           std::pair("svg size 1200,700 dynamic font ',12'", "svg")}) {
        text += fmt::format("set terminal {}\nset output {}\n{}\n", terminal,
                            quoted(fmt::format("{}.{}", prefix, ending)), plot);
    }
    return text;
}

/// The sum of the stages from `first` on, as gnuplot computes it; their columns begin with the second.
std::string sum_from(std::size_t first)
{
    std::string sum;
    for (std::size_t i = first; i < stage_count; ++i) {
        sum += fmt::format("{}column({})", sum.empty() ? "" : "+", i + 2);
    }
    return sum;
}

/// Bars of the stages from `first` on, each times `factor`, where {} is the sum of the row; the sum stands below the
/// bar.
std::string stacked(const std::string& prefix, std::size_t first, const std::string& factor)
{
    const std::string sum = sum_from(first);
    const std::string scale = fmt::format(fmt::runtime(factor), sum);
    std::string plot = "plot ";
    for (std::size_t i = first; i < stage_count; ++i) {
        const std::string names =
            i == first ? fmt::format(R"(:xticlabels(sprintf("%s\n%.3g ms", stringcolumn(1), {})))", sum) : "";
        plot +=
            fmt::format("{}{} skip 1 using (column({})*{}){} linetype {} title {}", i == first ? "" : ", \\\n     ",
                        quoted(prefix + ".dat"), i + 2, scale, names, i + 1, quoted(name_of(static_cast<stage>(i))));
    }
    return plot;
}

result<void> write(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream stream(file);
    stream << text << std::flush;
    if (!stream) {
        return fail_errno(file.string(), errno);
    }
    return {};
}

result<void> draw_one(const std::string& prefix, const std::string& data, const std::string& script)
{
    for (const auto& [ending, text] : {std::pair(".dat", &data), std::pair(".gnuplot", &script)}) {
        if (auto written = write(prefix + ending, *text); !written) {
            return written;
        }
    }
    const auto drawn = lab::exec({"gnuplot", prefix + ".gnuplot"}, {}, drawing_limit);
    if (!drawn && drawn.error().code == ENOENT) {
        return fail(fmt::format("no plots: gnuplot isn't installed (Debian's package gnuplot-nox); "
                                "later, `gnuplot {0}.gnuplot` draws {0}.dat",
                                prefix));
    }
    if (!drawn || !drawn->ok()) {
        return fail(fmt::format("gnuplot {}.gnuplot: {}", prefix, drawn ? drawn->errors : drawn.error().what));
    }
    return {};
}

} // namespace

std::string gaps_data(const std::vector<series>& all)
{
    std::string text;
    for (const series& one : all) {
        auto gaps = longest_gaps(one, trials_to_count::all);
        std::ranges::sort(gaps);
        text += fmt::format("# {}\n", title(one, all));
        if (!gaps.empty()) {
            text += fmt::format("{:.6f} 0\n", gaps.front());
        }
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            text +=
                fmt::format("{:.6f} {:.6f}\n", gaps[i], static_cast<double>(i + 1) / static_cast<double>(gaps.size()));
        }
        text += "\n\n";
    }
    return text;
}

std::string stages_data(const std::vector<series>& all)
{
    std::string text = "contender";
    for (std::size_t i = 0; i < stage_count; ++i) {
        text += fmt::format("\t{}", name_of(static_cast<stage>(i)));
    }
    text += "\n";
    for (const series& one : all) {
        text += title(one, all);
        for (const auto& length : median_stages(one)) {
            text += fmt::format("\t{:.6f}", milliseconds(length.value_or(0ns)));
        }
        text += "\n";
    }
    return text;
}

std::string gaps_script(const std::vector<series>& all, const std::string& prefix)
{
    std::string plot = "plot ";
    for (std::size_t i = 0; i < all.size(); ++i) {
        plot += fmt::format("{}{} index {} using 1:2 with steps linewidth 2 title {}", i == 0 ? "" : ", \\\n     ",
                            quoted(prefix + ".dat"), i, quoted(title(all[i], all)));
    }
    return "set logscale x\n"
           "set grid\n"
           "set key bottom right\n"
           "set yrange [0:1]\n"
           "set xlabel 'longest time without an answer, ms'\n"
           "set ylabel 'fraction of the trials'\n" +
           on_both_terminals(prefix, plot);
}

std::string stages_script(const std::vector<series>& all, const std::string& prefix)
{
    // Contenders differ by orders of magnitude, in their detection above all: on the left each bar is a whole, on the
    // right is what follows the detection.
    const std::string plots = fmt::format("set multiplot layout 1,2\n"
                                          "set title 'share of each stage'\n"
                                          "set yrange [0:100]\n"
                                          "set ylabel '%'\n"
                                          "set key outside bottom center horizontal\n"
                                          "{}\n"
                                          "set title 'after the detection'\n"
                                          "set yrange [0:*]\n"
                                          "set ylabel 'microseconds'\n"
                                          "unset key\n"
                                          "{}\n"
                                          "unset multiplot",
                                          stacked(prefix, 0, "100.0/({})"), stacked(prefix, 1, "1000.0"));
    return fmt::format("set datafile separator '\\t'\n"
                       "set style data histograms\n"
                       "set style histogram rowstacked\n"
                       "set style fill solid border -1\n"
                       "set boxwidth 0.6\n"
                       "set xrange [-0.6:{}]\n"
                       "set xtics rotate by -30 font ',9'\n"
                       "set bmargin 14\n",
                       static_cast<double>(all.size()) - 0.4) +
           on_both_terminals(prefix, plots);
}

result<std::vector<std::filesystem::path>> draw(const std::vector<series>& all, const std::string& prefix)
{
    std::vector<std::filesystem::path> made;
    result<void> outcome;
    const std::string gaps = prefix + "-gaps";
    const std::string stages = prefix + "-stages";
    for (const auto& [name, data, script] : {std::tuple(gaps, gaps_data(all), gaps_script(all, gaps)),
                                             std::tuple(stages, stages_data(all), stages_script(all, stages))}) {
        if (auto drawn = draw_one(name, data, script); !drawn) {
            outcome = outcome ? drawn : outcome;
            continue;
        }
        made.emplace_back(name + ".png");
        made.emplace_back(name + ".svg");
    }
    if (!outcome) {
        return std::unexpected(outcome.error());
    }
    return made;
}

} // namespace xvrrp::failover
