// SPDX-License-Identifier: BSD-2-Clause
//
// Which changes of a link are believed, and when.
#include "plan/link_damper.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "plan_world.hpp"

namespace xvrrp::plan::test {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours(1)};
constexpr interface_index eth0{2};

class plan_link_damper : public ::testing::Test {
protected:
    plan_link_damper() { damper_.configure({{.interface = "eth0", .down = 2s, .up = 5s}}); }
    /// The kernel says so; what is believed then.
    bool report(bool running, time_point now, const std::string& name = "eth0")
    {
        believed_ = damper_.take(make_link(eth0.value, name, running), believed_ ? &*believed_ : nullptr, now);
        return believed_->running;
    }

    link_damper damper_;
    std::optional<net::link> believed_;
};

TEST_F(plan_link_damper, what_nothing_was_known_of_counts_at_once)
{
    EXPECT_FALSE(report(false, start));
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
}

TEST_F(plan_link_damper, a_loss_counts_when_it_has_lasted)
{
    report(true, start);
    EXPECT_TRUE(report(false, start + 1s));
    EXPECT_EQ(damper_.next_deadline(), start + 3s);
    EXPECT_TRUE(damper_.due(start + 2999ms).empty());
    const auto due = damper_.due(start + 3s);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_FALSE(due[0].running);
    EXPECT_EQ(due[0].index, eth0);
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
}

TEST_F(plan_link_damper, reports_of_the_same_do_not_prolong_it)
{
    report(true, start);
    report(false, start + 1s);
    EXPECT_TRUE(report(false, start + 2s));
    EXPECT_EQ(damper_.next_deadline(), start + 3s);
    EXPECT_FALSE(report(false, start + 3s)) << "a report at that time is as good as the deadline";
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
}

TEST_F(plan_link_damper, a_short_bounce_is_not_seen_and_the_next_one_begins_anew)
{
    report(true, start);
    report(false, start + 1s);
    EXPECT_TRUE(report(true, start + 2s));
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
    EXPECT_TRUE(report(false, start + 2500ms));
    EXPECT_EQ(damper_.next_deadline(), start + 4500ms);
}

TEST_F(plan_link_damper, coming_up_has_a_delay_of_its_own)
{
    report(false, start);
    EXPECT_FALSE(report(true, start + 1s));
    EXPECT_FALSE(damper_.hides_loss(eth0));
    EXPECT_EQ(damper_.reveal_loss(eth0), std::nullopt);
    EXPECT_EQ(damper_.next_deadline(), start + 6s);
    EXPECT_FALSE(report(false, start + 2s));
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
}

TEST_F(plan_link_damper, whatever_else_changes_is_believed_at_once)
{
    report(true, start);
    net::link changed = make_link(eth0.value, "eth0", false);
    changed.mtu = 9000;
    const net::link now = damper_.take(changed, &*believed_, start + 1s);
    EXPECT_TRUE(now.running);
    EXPECT_EQ(now.mtu, 9000U);
}

TEST_F(plan_link_damper, a_loss_is_revealed_on_demand)
{
    report(true, start);
    report(false, start);
    EXPECT_TRUE(damper_.hides_loss(eth0));
    const auto revealed = damper_.reveal_loss(eth0);
    ASSERT_TRUE(revealed);
    EXPECT_FALSE(revealed->running);
    EXPECT_FALSE(damper_.hides_loss(eth0));
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
}

TEST_F(plan_link_damper, other_interfaces_and_those_without_a_delay_count_at_once)
{
    report(true, start, "eth1");
    EXPECT_FALSE(report(false, start + 1s, "eth1"));
    damper_.configure({{.interface = "eth0", .down = 0s, .up = 0s}});
    EXPECT_TRUE(report(true, start));
    EXPECT_FALSE(report(false, start));
}

TEST_F(plan_link_damper, what_waits_has_the_delays_of_a_reload)
{
    report(true, start);
    report(false, start);
    damper_.configure({{.interface = "eth0", .down = 1s, .up = 1s}});
    EXPECT_EQ(damper_.next_deadline(), start + 1s);
    damper_.configure({});
    EXPECT_EQ(damper_.next_deadline(), start);
    EXPECT_EQ(damper_.due(start).size(), 1U);
}

TEST_F(plan_link_damper, a_link_that_is_gone_is_not_waited_for)
{
    report(true, start);
    report(false, start);
    damper_.forget(eth0);
    EXPECT_EQ(damper_.next_deadline(), std::nullopt);
}

} // namespace
} // namespace xvrrp::plan::test
