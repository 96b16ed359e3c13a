// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrp-failover from its command line to its files, in few trials. What its figures should be is judged elsewhere: the
// bands here tell seconds from milliseconds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "failover/awake.hpp"
#include "lab/process.hpp"
#include "lab/scratch.hpp"
#include "lab/segment.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

lab::exec_result run_tool(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), XVRRP_FAILOVER_BINARY);
    return must(lab::exec(arguments, {}, 110s));
}

std::string contents(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

class FailoverTool : public ::testing::Test {
protected:
    [[nodiscard]] std::string file(const char* name) const { return (files_.path() / name).string(); }
    /// Writes files of that name, and adds what a short run needs.
    [[nodiscard]] std::vector<std::string> short_run(unsigned trials, std::vector<std::string> more) const
    {
        std::vector<std::string> arguments{"run",          "--trials",    std::to_string(trials),
                                           "--csv",        file("t.csv"), "--json",
                                           file("t.json"), "--xvrrpd",    xvrrpd_binary()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    [[nodiscard]] nlohmann::json document() const { return nlohmann::json::parse(contents(file("t.json"))); }

private:
    lab::scratch_directory files_ = must(lab::scratch_directory::create("failover"));
};

TEST(FailoverAwake, AsksTheKernelForNoLatency)
{
    const auto held = must(failover::keep_awake());
    std::int32_t microseconds = -1;
    std::ifstream("/dev/cpu_dma_latency", std::ios::binary)
        .read(reinterpret_cast<char*>(&microseconds), sizeof microseconds);
    EXPECT_EQ(microseconds, 0);
}

TEST_F(FailoverTool, ComparesXvrrpAndKeepalivedCutOff)
{
    const auto run =
        run_tool(short_run(1, {"--failure", "cut", "--daemon", "xvrrp,keepalived", "--detect", "10ms", "--awake"}));
    ASSERT_EQ(run.status, 0) << run.output << run.errors;
    EXPECT_THAT(run.output, HasSubstr("xvrrp, adverts 1s, probes 10ms × 3"));
    EXPECT_THAT(run.output, HasSubstr("keepalived, adverts 1s"));
    const auto csv = contents(file("t.csv"));
    EXPECT_EQ(std::ranges::count(csv, '\n'), 3) << csv;
    const auto all = document();
    EXPECT_EQ(all["awake"], true);
    ASSERT_EQ(all["series"].size(), 2U);
    for (const auto& series : all["series"]) {
        for (const auto& trial : series["trials"]) {
            EXPECT_EQ(trial["outcome"], "taken_over") << trial;
            EXPECT_EQ(trial["successor"], "r2") << trial;
            EXPECT_GT(trial["probes"], 100) << trial;
        }
    }
    EXPECT_LT(all["series"][0]["longest_gap_ms"]["p50"], 500);
    EXPECT_GT(all["series"][1]["longest_gap_ms"]["p50"], 1500);
    EXPECT_LT(all["series"][1]["longest_gap_ms"]["max"], 15000);
    const auto& ours = all["series"][0]["trials"][0];
    EXPECT_EQ(ours["detected_by"], "probe loss") << ours;
    EXPECT_FALSE(ours["timeline_advert_ms"].is_null()) << ours;
}

TEST_F(FailoverTool, EveryFailureOfXvrrpIsHealed)
{
    const auto run = run_tool(short_run(1, {"--failure", "kill,kill-all,term,hang,link-down,priority", "--advert",
                                            "100ms", "--detect", "10ms", "--hang-limit", "300ms"}));
    ASSERT_EQ(run.status, 0) << run.output << run.errors;
    for (const auto& series : document()["series"]) {
        ASSERT_EQ(series["trials"].size(), 1U) << series;
        EXPECT_EQ(series["trials"][0]["outcome"], "taken_over") << series;
    }
}

TEST_F(FailoverTool, FrrIsMeasuredToo)
{
    const auto run = run_tool(short_run(2, {"--failure", "cut", "--daemon", "frr", "--advert", "10ms"}));
    ASSERT_EQ(run.status, 0) << run.output << run.errors;
    EXPECT_LT(document()["series"][0]["longest_gap_ms"]["p50"], 1000);
    EXPECT_GT(document()["series"][0]["longest_gap_ms"]["p50"], 10);
}

TEST_F(FailoverTool, IdleCountsNoTakeover)
{
    const auto run = run_tool({"idle", "--minutes", "0.1", "--loops", "2", "--detect", "100ms", "--freeze-every", "1s",
                               "--xvrrpd", xvrrpd_binary()});
    ASSERT_EQ(run.status, 0) << run.errors;
    EXPECT_THAT(run.output, HasSubstr("takeovers: 0"));
    EXPECT_THAT(run.output, Not(HasSubstr("frozen 0 times")));
    EXPECT_THAT(run.output, ContainsRegex("routers: [0-9.]+, [0-9.]+, [0-9.]+ % of a processor"));
}

TEST_F(FailoverTool, IdleHoldsBackWhatTheActiveRouterSays)
{
    const auto run = run_tool({"idle", "--minutes", "0.1", "--loops", "0", "--detect", "100ms", "--hold-every", "200ms",
                               "--xvrrpd", xvrrpd_binary()});
    ASSERT_EQ(run.status, 0) << run.errors;
    EXPECT_THAT(run.output, HasSubstr("takeovers: 0"));
    EXPECT_THAT(run.output, Not(HasSubstr("held back 0 times")));
}

TEST_F(FailoverTool, ProbesAnAddressWithoutALab)
{
    auto lan = must(lab::segment::create({"a", "b"}));
    const auto probe = [&](const std::string& address) {
        return must(lan["a"].ns().exec({XVRRP_FAILOVER_BINARY, "probe", address, "--seconds", "0.5"}));
    };
    const auto there = probe(lan["b"].ipv4());
    EXPECT_EQ(there.status, 0) << there.output;
    EXPECT_THAT(there.output, HasSubstr("02:00:00:00:00:02: "));
    EXPECT_EQ(probe(lan["b"].ipv6()).status, 0);
    const auto nowhere = probe("10.0.0.99");
    EXPECT_EQ(nowhere.status, 3) << nowhere.output;
    EXPECT_THAT(nowhere.output, HasSubstr("until the end"));
    EXPECT_EQ(probe("here").status, 1);
}

TEST_F(FailoverTool, TellsWrongUsageFromFailure)
{
    EXPECT_EQ(run_tool({}).status, 2);
    EXPECT_EQ(run_tool({"run", "--failure", "explode"}).status, 2);
    EXPECT_EQ(run_tool({"run", "--detect", "soon"}).status, 2);
    EXPECT_EQ(run_tool({"run", "--advert", "5ms"}).status, 2);
    EXPECT_EQ(run_tool({"run", "--daemon", "frr", "--failure", "priority"}).status, 2);
    EXPECT_NE(run_tool({"run", "--xvrrpd", "/nowhere/xvrrpd"}).status, 0);
    EXPECT_EQ(run_tool({"--version"}).status, 0);
}

} // namespace
} // namespace xvrrp::test
