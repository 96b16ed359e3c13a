// SPDX-License-Identifier: BSD-2-Clause
//
// One script: its schedule, and what its results add up to. No clock, no process.
#include <gtest/gtest.h>

#include "track/script_check.hpp"

namespace xvrrp::track {
namespace {

using namespace std::chrono_literals;
using core::script_verdict;

const time_point start{1000s};
constexpr run_result ok{};
constexpr run_result failed{.how = run_result::kind::exited, .value = 1};
constexpr run_result late{.how = run_result::kind::timed_out, .value = 0};

/// "ggb-": good, bad and pending after each result ('+' or '-').
std::string verdicts(const std::string& results, std::uint32_t rise, std::uint32_t fall, bool init_fail = false)
{
    rise_and_fall counted(init_fail);
    std::string out;
    for (const char each : results) {
        counted.count(each == '+', rise, fall);
        out += counted.verdict() == script_verdict::good ? 'g' : 'b';
    }
    return out;
}

TEST(rise_and_fall, each_result_counts_with_1_and_1)
{
    EXPECT_EQ(verdicts("+-+--++", 1, 1), "gbgbbgg");
}

TEST(rise_and_fall, the_first_result_counts_alone)
{
    EXPECT_EQ(verdicts("+", 5, 5), "g");
    EXPECT_EQ(verdicts("-", 5, 5), "b");
    EXPECT_EQ(verdicts("+", 5, 5, true), "g");
}

TEST(rise_and_fall, only_results_in_a_row_change_it)
{
    EXPECT_EQ(verdicts("+--+---+++", 2, 3), "gggggg"
                                            "b"
                                            "bgg");
    EXPECT_EQ(verdicts("-+-++", 2, 1), "bbbbg");
}

TEST(rise_and_fall, failing_from_the_start_needs_rise_successes_once_it_has_failed)
{
    EXPECT_EQ(verdicts("-++", 2, 1, true), "bbg");
}

TEST(rise_and_fall, is_pending_until_the_first_result)
{
    EXPECT_EQ(rise_and_fall(false).verdict(), script_verdict::pending);
    EXPECT_EQ(rise_and_fall(true).verdict(), script_verdict::bad);
}

vrrp_script script_of(duration interval = 1s)
{
    vrrp_script script;
    script.name = "chk";
    script.command = {"/bin/true"};
    script.interval = interval;
    return script;
}

TEST(script_check, runs_at_once_and_then_at_its_interval)
{
    script_check check(script_of(), start);
    EXPECT_EQ(check.next_start(), start);
    EXPECT_EQ(check.start(start + 3ms), start_decision::run);
    EXPECT_EQ(check.next_start(), start + 1s) << "it doesn't drift";
}

TEST(script_check, starts_anew_after_a_stall_and_catches_nothing_up)
{
    script_check check(script_of(), start);
    EXPECT_EQ(check.start(start), start_decision::run);
    check.take(ok, true, start + 1ms);
    EXPECT_EQ(check.start(start + 10s), start_decision::run);
    EXPECT_EQ(check.next_start(), start + 11s);
}

TEST(script_check, a_run_is_left_out_while_the_last_one_goes_on)
{
    script_check check(script_of(), start);
    EXPECT_EQ(check.start(start), start_decision::run);
    check.started(run_id{7});
    EXPECT_EQ(check.running(), run_id{7});
    EXPECT_EQ(check.start(start + 1s), start_decision::still_running);
    EXPECT_TRUE(check.take(late, false, start + 1500ms).changed);
    EXPECT_EQ(check.start(start + 2s), start_decision::still_ending);
    EXPECT_EQ(check.past().skipped, 2U);
    EXPECT_FALSE(check.take({.how = run_result::kind::signalled, .value = 15}, true, start + 2500ms).changed);
    EXPECT_EQ(check.past().runs, 1U) << "counted once";
    EXPECT_EQ(check.running(), std::nullopt);
    EXPECT_EQ(check.start(start + 3s), start_decision::run);
}

TEST(script_check, a_status_is_told_when_it_changes)
{
    script_check check(script_of(), start);
    EXPECT_EQ(check.take(ok, true, start).now_returning, std::nullopt);
    EXPECT_EQ(check.take(failed, true, start).now_returning, 1);
    EXPECT_EQ(check.take(failed, true, start).now_returning, std::nullopt);
    EXPECT_EQ(check.take(ok, true, start).now_returning, 0);
    EXPECT_EQ(check.take({.how = run_result::kind::signalled, .value = 9}, true, start).now_returning, std::nullopt);
}

TEST(script_check, whatever_isnt_status_0_is_a_failure)
{
    for (const run_result& each : {failed, late, run_result{.how = run_result::kind::signalled, .value = 9},
                                   run_result{.how = run_result::kind::not_run, .value = 13}}) {
        script_check check(script_of(), start);
        EXPECT_TRUE(check.take(each, true, start).changed);
        EXPECT_EQ(check.verdict(), script_verdict::bad);
        EXPECT_EQ(check.past().last, each);
        EXPECT_EQ(check.past().failures, 1U);
    }
}

TEST(script_check, other_settings_keep_what_is_known_another_command_doesnt)
{
    script_check check(script_of(), start);
    EXPECT_EQ(check.start(start), start_decision::run);
    check.take(failed, true, start);
    vrrp_script changed = script_of(100ms);
    changed.fall = 7;
    changed.weight = 5;
    EXPECT_TRUE(check.reconfigure(changed, start + 200ms));
    EXPECT_EQ(check.verdict(), script_verdict::bad);
    EXPECT_EQ(check.next_start(), start + 300ms) << "a shorter interval counts from now";
    EXPECT_EQ(check.settings(), changed);
    changed.command = {"/bin/false"};
    EXPECT_FALSE(check.reconfigure(changed, start));
    changed = script_of();
    changed.account.uid = 65534;
    EXPECT_FALSE(check.reconfigure(changed, start));
}

} // namespace
} // namespace xvrrp::track
