// SPDX-License-Identifier: BSD-2-Clause
//
// How often the log speaks of discarded adverts, and of how many.
#include "runtime/drop_log.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours(1)};

datapath::drop_counters wrong_passwords(std::uint64_t count)
{
    datapath::drop_counters drops{};
    drops.interface = {2};
    drops.reason = XVRRP_DROP_AUTH_PASSWORD;
    drops.count = count;
    drops.last_source = plan::test::ip("10.0.0.3");
    drops.last_vrid = {51};
    return drops;
}

TEST(runtime_drop_log, a_wrong_password_is_visible_and_said_once_a_minute)
{
    plan::facts known;
    known.apply(net::link_changed{plan::test::make_link(2, "eth0")});
    drop_log log;
    const auto due = [&](std::uint64_t count, time_point now) {
        return log.due(std::vector{wrong_passwords(count)}, known, now);
    };
    ASSERT_EQ(due(1, start).size(), 1U);
    EXPECT_TRUE(due(1, start + 2min).empty()) << "nothing new";
    EXPECT_EQ(due(5, start + 3min),
              std::vector<std::string>{
                  "eth0: discarded 4 adverts with a wrong password, the last from 10.0.0.3 for VRID 51"});
    EXPECT_TRUE(due(900'000, start + 3min + 30s).empty()) << "less than a minute since the last line";
    EXPECT_EQ(due(1'000'000, start + 4min).size(), 1U);
}

TEST(runtime_drop_log, a_counter_that_starts_anew_is_counted_from_zero)
{
    const plan::facts known;
    drop_log log;
    EXPECT_EQ(log.due(std::vector{wrong_passwords(100)}, known, start).size(), 1U);
    const auto lines = log.due(std::vector{wrong_passwords(3)}, known, start + 2min);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("discarded 3 adverts"), std::string::npos);
}

} // namespace
} // namespace xvrrp::runtime
