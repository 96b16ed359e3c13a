// SPDX-License-Identifier: BSD-2-Clause
//
// What is written on the command line and in the contenders' files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "failover/commands.hpp"
#include "failover/configuration.hpp"
#include "failover/setting.hpp"
#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(FailoverUnits, DurationsAreReadWithTheirUnit)
{
    EXPECT_EQ(parse_duration("300us").value(), 300us);
    EXPECT_EQ(parse_duration("1ms").value(), 1ms);
    EXPECT_EQ(parse_duration("0.5s").value(), 500ms);
    EXPECT_EQ(parse_duration("10min").value(), 10min);
    for (const char* wrong : {"", "1", "ms", "1 ms", "-1ms", "0ms", "1msx", "1e9s", "nan s", "1h"}) {
        EXPECT_FALSE(parse_duration(wrong)) << wrong;
    }
}

TEST(FailoverUnits, DurationsAreWrittenAsTheyAreRead)
{
    for (const char* text : {"300us", "1ms", "1.5ms", "999ms", "1s", "40.95s", "0.5us"}) {
        EXPECT_EQ(to_text(parse_duration(text).value()), text);
    }
}

TEST(FailoverSetting, NamesAreReadAsTheyAreWritten)
{
    for (const char* name : {"cut", "kill", "kill-all", "term", "hang", "link-down", "priority"}) {
        EXPECT_EQ(name_of(parse_failure(name).value()), name);
    }
    for (const char* name : {"xvrrp", "keepalived", "frr"}) {
        EXPECT_EQ(name_of(parse_daemon(name).value()), name);
    }
    EXPECT_FALSE(parse_failure("explode"));
    EXPECT_THAT(parse_daemon("ucarp").error().what, HasSubstr("keepalived"));
}

TEST(FailoverSetting, ALabelTellsContendersApart)
{
    setting contender;
    EXPECT_EQ(label(contender), "xvrrp, adverts 1s, probes by default");
    contender.detect = detection{.interval = 300us, .multiplier = 3, .hang_limit = {}};
    EXPECT_EQ(label(contender), "xvrrp, adverts 1s, probes 300us × 3");
    contender.probing = false;
    EXPECT_EQ(label(contender), "xvrrp, adverts 1s, no probes");
    contender.daemon = daemon_kind::keepalived;
    contender.advert = 10ms;
    EXPECT_EQ(label(contender), "keepalived, adverts 10ms");
}

TEST(FailoverSetting, WhatNoDaemonCanDoIsRefused)
{
    EXPECT_TRUE(check({.advert = 10ms, .detect = {}}, failure_kind::cut));
    EXPECT_FALSE(check({.advert = 5ms, .detect = {}}, failure_kind::cut));
    EXPECT_FALSE(check({.advert = 15ms, .detect = {}}, failure_kind::cut));
    EXPECT_FALSE(check({.advert = 41s, .detect = {}}, failure_kind::cut));
    EXPECT_FALSE(check({.detect = {}, .routers = 0}, failure_kind::cut));
    EXPECT_FALSE(check({.daemon = daemon_kind::frr, .detect = {}}, failure_kind::priority));
}

TEST(FailoverConfiguration, HasTheSettingsOfTheContender)
{
    setting contender{.detect = detection{.interval = 300us, .multiplier = 4, .hang_limit = 300ms},
                      .xdp_mode = "native"};
    const std::string ours = configuration(contender, 150);
    EXPECT_THAT(ours, HasSubstr("xdp_mode native"));
    EXPECT_THAT(ours, HasSubstr("fast_detect interval 300us multiplier 4 hang_limit 300ms\n"));
    EXPECT_THAT(ours, HasSubstr("priority 150\n"));
    EXPECT_THAT(ours, HasSubstr("version 2\n"));
    EXPECT_THAT(ours, HasSubstr("advert_int 1\n"));
    contender.probing = false;
    EXPECT_THAT(configuration(contender, 150), HasSubstr("fast_detect off\n"));
}

TEST(FailoverConfiguration, OfKeepalivedHasNothingOfOurs)
{
    const std::string theirs =
        configuration({.daemon = daemon_kind::keepalived, .advert = 10ms, .detect = detection{}}, 200);
    EXPECT_THAT(theirs, HasSubstr("version 3\n"));
    EXPECT_THAT(theirs, HasSubstr("advert_int 0.01\n"));
    EXPECT_THAT(theirs, Not(HasSubstr("fast_detect")));
    EXPECT_THAT(theirs, Not(HasSubstr("xdp_mode")));
}

TEST(FailoverComparison, CanBeRunAndTellsItsContendersApart)
{
    std::set<std::string> names;
    for (const series& one : readme_comparison({.xdp_mode = "native", .trials = 7, .peer_trials = 3})) {
        EXPECT_TRUE(check(one.contender, one.failure));
        EXPECT_EQ(one.wanted, one.contender.daemon == daemon_kind::xvrrp ? 7U : 3U);
        EXPECT_TRUE(names.insert(std::string(name_of(one.failure)) + label(one.contender)).second);
    }
    EXPECT_EQ(names.size(), 21U);
}

TEST(FailoverComparison, HasRunsInWhichNothingFailsIfTheyAreGivenTime)
{
    EXPECT_TRUE(readme_idle_runs({.xdp_mode = "native"}, {}).empty());
    const auto runs = readme_idle_runs({.xdp_mode = "native", .idle = 60s}, {});
    EXPECT_EQ(runs.size(), 5U);
    for (const idle_request& each : runs) {
        EXPECT_TRUE(check(each.contender, failure_kind::cut));
        EXPECT_EQ(each.what.length, 60s);
    }
}

} // namespace
} // namespace xvrrp::failover
