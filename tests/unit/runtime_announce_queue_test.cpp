// SPDX-License-Identifier: BSD-2-Clause
//
// The repeats of announcements: portions, spacing, and taking them back.
#include "runtime/announce_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours(1)};

announcement_list list_of(std::size_t count, std::uint32_t interface = 2)
{
    auto list = std::make_shared<std::vector<net::announcement>>();
    for (std::size_t i = 0; i < count; ++i) {
        net::announcement what;
        what.interface = {interface};
        what.address = ip_address::v4({10, 0, static_cast<std::uint8_t>(i / 250), static_cast<std::uint8_t>(i % 250)});
        list->push_back(what);
    }
    return list;
}

class runtime_announce_queue : public ::testing::Test {
protected:
    std::size_t run(time_point now)
    {
        std::size_t frames = 0;
        queue_.run(now, [&](announce_queue::owner, std::span<const net::announcement> batch) {
            frames += batch.size();
            return batch.size();
        });
        return frames;
    }

    announce_queue queue_;
    int owner_ = 0;
};

TEST_F(runtime_announce_queue, without_spacing_all_rounds_leave_at_once)
{
    queue_.add(&owner_, list_of(3), 4);
    EXPECT_TRUE(queue_.next_deadline());
    EXPECT_EQ(run(start), 12U);
    EXPECT_FALSE(queue_.next_deadline());
}

TEST_F(runtime_announce_queue, a_large_burst_leaves_in_portions)
{
    queue_.add(&owner_, list_of(1000), 4);
    std::size_t frames = 0;
    int portions = 0;
    while (queue_.next_deadline()) {
        const std::size_t sent = run(start);
        EXPECT_LE(sent, 256U);
        frames += sent;
        ++portions;
    }
    EXPECT_EQ(frames, 4000U);
    EXPECT_GT(portions, 10);
}

TEST_F(runtime_announce_queue, spacing_holds_for_each_frame)
{
    queue_.set_spacing({.garp = 10ms, .gna = 0ms});
    queue_.add(&owner_, list_of(3), 1);
    EXPECT_EQ(run(start), 1U);
    EXPECT_EQ(queue_.next_deadline(), start + 10ms);
    EXPECT_EQ(run(start + 9ms), 0U);
    EXPECT_EQ(run(start + 10ms), 1U);
    EXPECT_EQ(run(start + 20ms), 1U);
    EXPECT_FALSE(queue_.next_deadline());
}

TEST_F(runtime_announce_queue, spacing_holds_for_each_interface)
{
    queue_.set_spacing({.garp = 10ms, .gna = 0ms});
    int other = 0;
    queue_.add(&owner_, list_of(1, 2), 1);
    queue_.add(&other, list_of(2, 3), 1);
    EXPECT_EQ(run(start), 2U) << "one of each interface";
    EXPECT_EQ(queue_.next_deadline(), start + 10ms);
    EXPECT_EQ(run(start + 10ms), 1U);
}

TEST_F(runtime_announce_queue, a_group_has_one_spacing_for_all_its_interfaces)
{
    queue_.set_spacing({.garp = 1ms, .gna = 0ms}, {{.spacing = {.garp = 10ms, .gna = 0ms}, .interfaces = {{2}, {3}}}});
    int second = 0;
    int third = 0;
    queue_.add(&owner_, list_of(1, 2), 1);
    queue_.add(&second, list_of(2, 3), 1);
    queue_.add(&third, list_of(2, 4), 1);
    EXPECT_EQ(run(start), 2U) << "one of the group, and one of the interface that is in none";
    EXPECT_EQ(queue_.next_deadline(), start + 1ms);
    EXPECT_EQ(run(start + 1ms), 1U);
    EXPECT_EQ(queue_.next_deadline(), start + 10ms);
    EXPECT_EQ(run(start + 10ms), 1U);
    EXPECT_EQ(run(start + 20ms), 1U);
    EXPECT_FALSE(queue_.next_deadline());
}

TEST_F(runtime_announce_queue, a_group_may_hold_back_less_than_other_interfaces)
{
    queue_.set_spacing({.garp = 10ms, .gna = 10ms}, {{.spacing = {.garp = 0ms, .gna = 5ms}, .interfaces = {{2}}}});
    queue_.add(&owner_, list_of(3, 2), 2);
    EXPECT_EQ(run(start), 6U);
}

TEST_F(runtime_announce_queue, another_spacing_counts_at_once_for_what_waits)
{
    queue_.set_spacing({.garp = 10s, .gna = 0ms});
    queue_.add(&owner_, list_of(3), 1);
    EXPECT_EQ(run(start), 1U);
    queue_.set_spacing({});
    EXPECT_LE(queue_.next_deadline(), start);
    EXPECT_EQ(run(start), 2U);
}

TEST_F(runtime_announce_queue, a_job_that_waits_holds_up_no_other)
{
    int other = 0;
    queue_.set_spacing({.garp = 10s, .gna = 0ms});
    queue_.add(&owner_, list_of(3, 2), 1);
    queue_.add(&other, list_of(1, 3), 1);
    EXPECT_EQ(run(start), 2U);
    EXPECT_EQ(queue_.next_deadline(), start + 10s);
}

TEST_F(runtime_announce_queue, bursts_that_follow_each_other_do_not_pile_up)
{
    queue_.set_spacing({.garp = 100ms, .gna = 0ms});
    const announcement_list list = list_of(20);
    for (int burst = 0; burst < 100; ++burst) {
        queue_.add(&owner_, list, 4);
    }
    std::size_t frames = 0;
    time_point now = start;
    while (queue_.next_deadline()) {
        frames += run(now);
        now += 100ms;
    }
    EXPECT_EQ(frames, 80U);
}

TEST_F(runtime_announce_queue, cancel_takes_back_what_an_owner_has_queued)
{
    int other = 0;
    queue_.add(&owner_, list_of(3), 1);
    queue_.add(&other, list_of(2), 1);
    queue_.cancel(&owner_);
    EXPECT_EQ(run(start), 2U);
    queue_.add(&owner_, list_of(3), 1);
    queue_.cancel(&owner_);
    EXPECT_FALSE(queue_.next_deadline());
}

TEST_F(runtime_announce_queue, nothing_to_announce_is_no_work)
{
    queue_.add(&owner_, list_of(0), 5);
    queue_.add(&owner_, list_of(5), 0);
    queue_.add(&owner_, nullptr, 5);
    EXPECT_FALSE(queue_.next_deadline());
}

} // namespace
} // namespace xvrrp::runtime
