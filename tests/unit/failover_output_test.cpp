// SPDX-License-Identifier: BSD-2-Clause
//
// Tables, CSV, JSON and the texts for gnuplot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "failover/csv.hpp"
#include "failover/fields.hpp"
#include "failover/figures.hpp"
#include "failover/json.hpp"
#include "failover/plot.hpp"
#include "failover/table.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

trial trial_with_gap(unsigned number, duration gap)
{
    trial one;
    one.number = number;
    one.ended = outcome::taken_over;
    one.successor = "r2";
    one.longest_gap = gap;
    one.lost = 15;
    one.advert_after = gap - 100us;
    one.garp_after = gap - 50us;
    one.answer_after = gap;
    one.wire = {gap - 100us, {}, {}, {}, 50us, {}, 50us};
    return one;
}

std::vector<series> two_series()
{
    series ours{.contender = {.detect = detection{.interval = 1ms, .multiplier = 3, .hang_limit = {}}},
                .failure = failure_kind::cut,
                .probe_rate = 5000,
                .trials = {trial_with_gap(1, 3ms), trial_with_gap(2, 4ms), trial_with_gap(3, 9ms)}};
    ours.trials[2].stalled = true;
    series theirs{.contender = {.daemon = daemon_kind::keepalived, .detect = {}},
                  .failure = failure_kind::cut,
                  .probe_rate = 5000,
                  .trials = {trial_with_gap(1, 3400ms)}};
    return {ours, theirs};
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// Cells of a line of CSV, quotes undone.
std::vector<std::string> cells_of(const std::string& line)
{
    std::vector<std::string> cells(1);
    bool inside = false;
    for (const char each : line) {
        if (each == '"') {
            inside = !inside;
        } else if (each == ',' && !inside) {
            cells.emplace_back();
        } else {
            cells.back() += each;
        }
    }
    return cells;
}

TEST(FailoverCsv, HasALineForEachTrialAndAsManyCellsAsNames)
{
    const auto lines = lines_of(to_csv(two_series()));
    ASSERT_EQ(lines.size(), 5U);
    const auto names = cells_of(lines[0]);
    for (const auto& line : lines) {
        EXPECT_EQ(cells_of(line).size(), names.size()) << line;
    }
    std::map<std::string, std::string> first;
    const auto cells = cells_of(lines[1]);
    for (std::size_t i = 0; i < names.size(); ++i) {
        EXPECT_TRUE(first.emplace(names[i], cells[i]).second) << names[i] << " stands there twice";
    }
    EXPECT_EQ(first["contender"], "xvrrp, adverts 1s, probes 1ms × 3");
    EXPECT_EQ(first["longest_gap_ms"], "3");
    EXPECT_EQ(first["advert_after_ms"], "2.9");
    EXPECT_EQ(first["detect_ms"], "1");
    EXPECT_EQ(first["stalled"], "0");
    EXPECT_EQ(first["takeover_gap_ms"], "") << "unknown isn't 0";
    EXPECT_EQ(cells_of(lines[3])[static_cast<std::size_t>(std::ranges::find(names, "stalled") - names.begin())], "1")
        << "a stalled trial stays in the data";
}

TEST(FailoverCsv, QuotesWhatNeedsIt)
{
    auto all = two_series();
    all[0].trials.resize(1);
    all[0].trials[0].detected_by = "a \"b\", c";
    EXPECT_THAT(to_csv(all), HasSubstr("\"a \"\"b\"\", c\""));
}

TEST(FailoverJson, HasSettingsFiguresAndTrials)
{
    const auto document = to_json({.version = "1", .started = "now", .kernel = "6", .processors = 2}, two_series());
    const auto parsed = nlohmann::json::parse(document.dump());
    ASSERT_EQ(parsed["series"].size(), 2U);
    const auto& ours = parsed["series"][0];
    EXPECT_EQ(ours["daemon"], "xvrrp");
    EXPECT_EQ(ours["failure"], "cut");
    EXPECT_EQ(ours["longest_gap_ms"]["p50"], 4);
    EXPECT_EQ(ours["longest_gap_ms"]["max"], 9);
    EXPECT_EQ(ours["longest_gap_without_stalled_ms"]["max"], 4);
    EXPECT_TRUE(ours["longest_gap_ms"]["p99_confidence_95"][1].is_null());
    ASSERT_EQ(ours["trials"].size(), 3U);
    EXPECT_EQ(ours["trials"][2]["stalled"], true);
    EXPECT_TRUE(ours["trials"][0]["takeover_gap_ms"].is_null());
}

TEST(FailoverFields, TimeOfDayIsUtc)
{
    EXPECT_EQ(to_utc(std::chrono::system_clock::time_point(1234567890123ms)), "2009-02-13T23:31:30.123Z");
}

TEST(FailoverTable, ShowsStalledTrialsWithAndWithout)
{
    const std::string text = render(two_series());
    const auto lines = lines_of(text);
    ASSERT_GT(lines.size(), 3U);
    EXPECT_THAT(lines[1], HasSubstr("xvrrp, adverts 1s, probes 1ms × 3"));
    EXPECT_THAT(lines[1], HasSubstr(" 9 "));
    EXPECT_THAT(lines[2], HasSubstr("without 1 in which the machine stalled"));
    EXPECT_THAT(lines[2], Not(HasSubstr(" 9 ")));
    EXPECT_THAT(lines[3], HasSubstr("keepalived, adverts 1s"));
    EXPECT_THAT(lines[3], HasSubstr("3400"));
}

TEST(FailoverTable, OfNothingHasItsHeadings)
{
    EXPECT_THAT(render({}), HasSubstr("p99"));
}

TEST(FailoverPlot, TheDistributionAscendsToOne)
{
    const auto lines = lines_of(gaps_data(two_series()));
    EXPECT_EQ(lines[1], "3.000000 0");
    EXPECT_EQ(lines[2], "3.000000 0.333333");
    EXPECT_EQ(lines[4], "9.000000 1.000000");
    EXPECT_EQ(lines[9], "3400.000000 1.000000") << "two empty lines and a title between";
}

TEST(FailoverPlot, StagesAreMediansOfTheWireUnlessThereIsATimeline)
{
    auto all = two_series();
    EXPECT_EQ(median_stages(all[0]).front(), 3900us);
    for (trial& each : all[0].trials) {
        each.timeline = {1ms, 2ms, 3us, 4us, 5us, 6us, 7us};
    }
    EXPECT_EQ(median_stages(all[0]).at(1), 2ms);
    const auto lines = lines_of(stages_data(all));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[1], "xvrrp, adverts 1s, probes 1ms × 3\t1.000000\t2.000000\t0.003000\t0.004000\t0.005000\t0.006000"
                        "\t0.007000");
}

TEST(FailoverPlot, TheScriptsDrawBothFormatsAndQuoteNames)
{
    const auto script = gaps_script(two_series(), "it's");
    EXPECT_THAT(script, HasSubstr("set output 'it''s.png'"));
    EXPECT_THAT(script, HasSubstr("set output 'it''s.svg'"));
    EXPECT_THAT(script, HasSubstr("index 1"));
    EXPECT_THAT(stages_script(two_series(), "p"), HasSubstr("rowstacked"));
}

} // namespace
} // namespace xvrrp::failover
