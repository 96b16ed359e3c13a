// SPDX-License-Identifier: BSD-2-Clause
//
// Tables (see table.hpp).
#include "failover/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "failover/figures.hpp"
#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

std::string number(double value)
{
    return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

/// Of the 99 % quantile, with 95 % confidence: "5.1–6.2", "5.1–" where the trials are too few to bound it.
std::string confidence(const interval& bounds)
{
    return fmt::format("{}–{}", bounds.low ? number(*bounds.low) : "", bounds.high ? number(*bounds.high) : "");
}

std::size_t count_stalled(const series& one)
{
    return count_trials(one, [](const trial& each) { return each.stalled; });
}

std::string client_line(const std::string& name, const std::string& failure, const series& one, trials_to_count which)
{
    const summary gaps = summarize(longest_gaps(one, which));
    const summary lost = summarize(losses(one, which));
    return fmt::format("{:<42} {:<9} {:>6} {:>8} {:>8} {:>8} {:>8} {:>15} {:>8} {:>8}\n", name, failure, gaps.count,
                       number(gaps.p50), number(gaps.p90), number(gaps.p99), number(gaps.max),
                       confidence(gaps.p99_confidence), number(lost.p50), number(lost.max));
}

std::string client_table(const std::vector<series>& all)
{
    std::string text =
        fmt::format("{:<42} {:<9} {:>6} {:>8} {:>8} {:>8} {:>8} {:>15} {:>8} {:>8}\n", "client's longest gap, ms",
                    "failure", "trials", "p50", "p90", "p99", "max", "p99 within", "lost p50", "max");
    for (const series& one : all) {
        text += client_line(label(one.contender), std::string(name_of(one.failure)), one, trials_to_count::all);
        if (const auto stalled = count_stalled(one); stalled > 0 && stalled < one.trials.size()) {
            text += client_line(fmt::format("  without {} in which the machine stalled", stalled), "", one,
                                trials_to_count::undisturbed);
        } else if (stalled > 0) {
            text += "  the machine stalled in all of them\n";
        }
    }
    return text;
}

/// "3 (12.1)": in how many trials, and the longest time in ms.
std::string how_many_and_long(std::size_t count, double longest)
{
    return count == 0 ? "0" : fmt::format("{} ({})", count, number(longest));
}

template <class Count, class Length> std::string seldom(const series& one, Count count, Length length)
{
    double longest = 0;
    for (const trial& each : one.trials) {
        if (const auto& span = each.*length; span && each.*count > 0) {
            longest = std::max(longest, milliseconds(*span));
        }
    }
    return how_many_and_long(count_trials(one, [&](const trial& each) { return each.*count > 0; }), longest);
}

std::string router_line(const series& one)
{
    const auto with = [&](const std::function<bool(const trial&)>& wanted) {
        return std::to_string(count_trials(one, wanted));
    };
    return fmt::format("{:<42} {:<9} {:>8} {:>8} {:>8} {:>12} {:>12} {:>8} {:>8} {:>10}\n", label(one.contender),
                       name_of(one.failure), with([](const trial& each) { return each.ended == outcome::taken_over; }),
                       with([](const trial& each) { return each.duplicates > 0; }),
                       with([](const trial& each) { return each.alternations > 0; }),
                       seldom(one, &trial::old_answers, &trial::old_answers_left),
                       seldom(one, &trial::rivals, &trial::rivals_left),
                       with([](const trial& each) { return each.old_claims > 0; }),
                       with([](const trial& each) { return each.address_kept; }),
                       number(summarize(return_gaps(one, trials_to_count::all)).p50));
}

std::string router_table(const std::vector<series>& all)
{
    std::string text =
        fmt::format("{:<42} {:<9} {:>8} {:>8} {:>8} {:>12} {:>12} {:>8} {:>8} {:>10}\n", "trials in which", "failure",
                    "taken", "double", "alter-", "old answers", "rivals", "old", "address", "return gap");
    text += fmt::format("{:<42} {:<9} {:>8} {:>8} {:>8} {:>12} {:>12} {:>8} {:>8} {:>10}\n", "", "", "over", "answers",
                        "nation", "(until, ms)", "(until, ms)", "claims", "kept", "p50, ms");
    for (const series& one : all) {
        text += router_line(one);
    }
    return text;
}

} // namespace

std::string render(const std::vector<series>& all)
{
    return client_table(all) + "\n" + router_table(all);
}

} // namespace xvrrp::failover
