// SPDX-License-Identifier: BSD-2-Clause
//
// Tracking: what interfaces that are up or down, and scripts that succeed or fail, do to a router.
#include <gtest/gtest.h>

#include <climits>

#include "core/effective_priority.hpp"

namespace xvrrp::core {
namespace {

tracked_interface tracked(std::optional<int> weight, bool reverse = false)
{
    return {.name = "eth1", .weight = weight, .reverse = reverse};
}

TEST(effect_of_interface, positive_weight_counts_while_up)
{
    EXPECT_EQ(effect_of(tracked(20), true), (tracking_effect{.delta = 20, .fault = false}));
    EXPECT_EQ(effect_of(tracked(20), false), (tracking_effect{}));
}

TEST(effect_of_interface, negative_weight_counts_while_down)
{
    EXPECT_EQ(effect_of(tracked(-20), true), (tracking_effect{}));
    EXPECT_EQ(effect_of(tracked(-20), false), (tracking_effect{.delta = -20, .fault = false}));
}

TEST(effect_of_interface, without_weight_down_is_a_fault)
{
    EXPECT_EQ(effect_of(tracked(std::nullopt), true), (tracking_effect{}));
    EXPECT_EQ(effect_of(tracked(std::nullopt), false), (tracking_effect{.delta = 0, .fault = true}));
}

TEST(effect_of_interface, reverse_subtracts)
{
    EXPECT_EQ(effect_of(tracked(20, true), true).delta, -20);
    EXPECT_EQ(effect_of(tracked(20, true), false).delta, 0);
    EXPECT_EQ(effect_of(tracked(-20, true), false).delta, 20);
    EXPECT_EQ(effect_of(tracked(-20, true), true).delta, 0);
    EXPECT_TRUE(effect_of(tracked(std::nullopt, true), true).fault);
    EXPECT_FALSE(effect_of(tracked(std::nullopt, true), false).fault);
}

TEST(effect_of_interface, several_add_up)
{
    tracking_effect sum;
    sum += effect_of(tracked(20), true);
    sum += effect_of(tracked(-50), false);
    EXPECT_EQ(sum, (tracking_effect{.delta = -30, .fault = false}));
    sum += effect_of(tracked(std::nullopt), false);
    sum += effect_of(tracked(10), true);
    EXPECT_EQ(sum, (tracking_effect{.delta = -20, .fault = true}));
}

tracked_script script(std::optional<int> weight, bool reverse = false)
{
    return {.name = "chk", .weight = weight, .reverse = reverse};
}

TEST(effect_of_script, weights_are_those_of_interfaces)
{
    EXPECT_EQ(effect_of(script(2), script_verdict::good), (tracking_effect{.delta = 2, .fault = false}));
    EXPECT_EQ(effect_of(script(2), script_verdict::bad), (tracking_effect{}));
    EXPECT_EQ(effect_of(script(-2), script_verdict::good), (tracking_effect{}));
    EXPECT_EQ(effect_of(script(-2), script_verdict::bad), (tracking_effect{.delta = -2, .fault = false}));
    EXPECT_EQ(effect_of(script(2, true), script_verdict::good), (tracking_effect{.delta = -2, .fault = false}));
    EXPECT_EQ(effect_of(script(-2, true), script_verdict::bad), (tracking_effect{.delta = 2, .fault = false}));
}

TEST(effect_of_script, without_a_weight_bad_is_a_fault_and_in_reverse_good_is)
{
    EXPECT_EQ(effect_of(script(std::nullopt), script_verdict::good), (tracking_effect{}));
    EXPECT_TRUE(effect_of(script(std::nullopt), script_verdict::bad).fault);
    EXPECT_TRUE(effect_of(script(std::nullopt, true), script_verdict::good).fault);
    EXPECT_EQ(effect_of(script(std::nullopt, true), script_verdict::bad), (tracking_effect{}));
}

TEST(effect_of_script, what_is_pending_is_waited_for_only_where_it_could_be_a_fault)
{
    EXPECT_EQ(effect_of(script(2), script_verdict::pending), (tracking_effect{}));
    EXPECT_EQ(effect_of(script(-2, true), script_verdict::pending), (tracking_effect{}));
    tracking_effect sum = effect_of(script(std::nullopt), script_verdict::pending);
    EXPECT_EQ(sum, (tracking_effect{.delta = 0, .fault = false, .waits = true}));
    sum += effect_of(script(2), script_verdict::good);
    EXPECT_EQ(sum, (tracking_effect{.delta = 2, .fault = false, .waits = true}));
}

tracked_file file(std::optional<int> weight, bool reverse = false)
{
    return {.name = "tf", .weight = weight, .reverse = reverse};
}

TEST(effect_of_file, the_number_times_the_weight_is_added)
{
    EXPECT_EQ(effect_of(file(1), 5), (tracking_effect{.delta = 5, .fault = false}));
    EXPECT_EQ(effect_of(file(-2), 5), (tracking_effect{.delta = -10, .fault = false}));
    EXPECT_EQ(effect_of(file(2, true), 5), (tracking_effect{.delta = -10, .fault = false}));
    EXPECT_EQ(effect_of(file(2), 0), (tracking_effect{}));
}

TEST(effect_of_file, minus_254_is_a_fault_and_more_than_253_counts_as_253)
{
    EXPECT_EQ(effect_of(file(1), -253), (tracking_effect{.delta = -253, .fault = false}));
    EXPECT_TRUE(effect_of(file(1), -254).fault);
    EXPECT_TRUE(effect_of(file(254), -1).fault);
    EXPECT_TRUE(effect_of(file(-254), 1).fault);
    EXPECT_TRUE(effect_of(file(1, true), 254).fault);
    EXPECT_EQ(effect_of(file(1), 1000), (tracking_effect{.delta = 253, .fault = false}));
    EXPECT_TRUE(effect_of(file(254), INT_MIN).fault);
    EXPECT_EQ(effect_of(file(254), INT_MAX).delta, 253);
    EXPECT_EQ(effect_of(file(-254), INT_MIN).delta, 253);
}

TEST(effect_of_file, without_a_weight_what_is_not_0_is_a_fault_and_in_reverse_0_is)
{
    EXPECT_EQ(effect_of(file(std::nullopt), 0), (tracking_effect{}));
    EXPECT_TRUE(effect_of(file(std::nullopt), 1).fault);
    EXPECT_TRUE(effect_of(file(std::nullopt), -1).fault);
    EXPECT_TRUE(effect_of(file(std::nullopt, true), 0).fault);
    EXPECT_EQ(effect_of(file(std::nullopt, true), 1), (tracking_effect{}));
}

TEST(effect_of_file, what_was_not_read_yet_is_waited_for)
{
    EXPECT_EQ(effect_of(file(1), std::nullopt), (tracking_effect{.delta = 0, .fault = false, .waits = true}));
    EXPECT_EQ(effect_of(file(std::nullopt, true), std::nullopt),
              (tracking_effect{.delta = 0, .fault = false, .waits = true}));
}

TEST(effective_priority, stays_within_1_and_254)
{
    EXPECT_EQ(effective_priority(priority{100}, 0), priority{100});
    EXPECT_EQ(effective_priority(priority{100}, 50), priority{150});
    EXPECT_EQ(effective_priority(priority{100}, -99), priority{1});
    EXPECT_EQ(effective_priority(priority{100}, -100), priority{1});
    EXPECT_EQ(effective_priority(priority{100}, 154), priority{254});
    EXPECT_EQ(effective_priority(priority{100}, 155), priority{254});
    EXPECT_EQ(effective_priority(priority{100}, INT_MAX), priority{254});
    EXPECT_EQ(effective_priority(priority{100}, INT_MIN), priority{1});
}

TEST(effective_priority, S_X1_owner_stays_255)
{
    EXPECT_EQ(effective_priority(owner_priority, -200), owner_priority);
}

} // namespace
} // namespace xvrrp::core
