// SPDX-License-Identifier: BSD-2-Clause
//
// The daemon's timeline as stages.
#include <gtest/gtest.h>

#include "failover/timeline.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

control::failover_report takeover(const std::string& when)
{
    control::failover_report record;
    record.when = when;
    record.to = "MASTER";
    return record;
}

std::optional<duration> length_of(const stage_lengths& stages, stage which)
{
    return stages.at(static_cast<std::size_t>(which));
}

TEST(FailoverTimeline, TheLastTakeoverSinceThenCounts)
{
    std::vector<control::failover_report> records{takeover("12:00:01"), takeover("12:00:02")};
    records.push_back(takeover("12:00:03"));
    records.back().to = "BACKUP";
    ASSERT_NE(last_takeover(records, ""), nullptr);
    EXPECT_EQ(last_takeover(records, "")->when, "12:00:02");
    EXPECT_EQ(last_takeover(records, "12:00:01")->when, "12:00:02");
    EXPECT_EQ(last_takeover(records, "12:00:02"), nullptr);
    EXPECT_EQ(last_takeover({}, ""), nullptr);
}

TEST(FailoverTimeline, StagesFollowEachOther)
{
    auto record = takeover("x");
    record.stages.loss_detected_microseconds = -300;
    record.stages.addresses_microseconds = 25;
    record.stages.advert_microseconds = 40;
    record.stages.first_garp_microseconds = 50;
    record.stages.last_garp_microseconds = 50;
    record.stages.first_packet_microseconds = 45; // by the old neighbour entry
    const auto stages = stages_of(record, 4ms);
    EXPECT_EQ(length_of(stages, stage::detection), 3660us);
    EXPECT_EQ(length_of(stages, stage::decision), 300us);
    EXPECT_EQ(length_of(stages, stage::addresses), 25us);
    EXPECT_EQ(length_of(stages, stage::advert), 15us);
    EXPECT_EQ(length_of(stages, stage::first_garp), 10us);
    EXPECT_EQ(length_of(stages, stage::last_garp), 0us);
    EXPECT_EQ(length_of(stages, stage::answer), 0us);
}

TEST(FailoverTimeline, WhatIsntKnownHasNoLength)
{
    const auto stages = stages_of(takeover("x"), 4ms);
    for (const auto& each : stages) {
        EXPECT_FALSE(each);
    }
}

} // namespace
} // namespace xvrrp::failover
