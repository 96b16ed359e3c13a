// SPDX-License-Identifier: BSD-2-Clause
//
// Whom a Backup follows, when several routers claim to be Active.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us;

TEST(router_following, the_first_accepted_router_is_followed)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, higher_address, 200), "follow(192.0.2.11)");
    EXPECT_EQ(b.hear(2s, higher_address, 200), "") << "said once";
    ASSERT_TRUE(b.subject.followed());
    EXPECT_EQ(b.subject.followed()->stamp, start + 2s);
}

TEST(router_following, a_better_one_is_followed_at_once)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.hear(1001ms, lower_address, 201), "follow(192.0.2.9)");
    EXPECT_EQ(b.hear(1002ms, third_address, 201), "follow(192.0.2.200)") << "tie by address";
}

TEST(router_following, a_worse_one_only_after_one_and_a_half_intervals_of_silence)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.hear(2500ms, lower_address, 150), "");
    EXPECT_EQ(b.due(), 2500ms + down) << "it resets the timer (S-B4) all the same";
    EXPECT_EQ(b.hear(2500ms + 1ns, lower_address, 150), "follow(192.0.2.9)");
}

TEST(router_following, equal_priority_and_lower_address_is_worse)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    EXPECT_EQ(b.hear(1100ms, lower_address, 200), "");
    EXPECT_EQ(b.subject.followed()->source, higher_address);
}

TEST(router_following, only_the_followed_router_teaches_its_interval)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    b.hear(1200ms, lower_address, 150, 10ms);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 1s);
    EXPECT_EQ(b.due(), 1200ms + down);
}

TEST(router_following, one_that_lowered_its_priority_gives_way)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    b.hear(2s, higher_address, 50);
    EXPECT_EQ(b.hear(2100ms, lower_address, 150), "follow(192.0.2.9)");
    EXPECT_EQ(b.due(), 2100ms + down);
}

TEST(router_following, adverts_that_are_discarded_are_not_followed)
{
    bench b;
    b.start_up();
    EXPECT_EQ(b.hear(1s, lower_address, 99), "");
    EXPECT_EQ(b.subject.followed(), std::nullopt);
}

TEST(router_following, many_sources_change_nothing_but_the_timer)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    for (std::uint8_t last = 20; last < 120; ++last) {
        EXPECT_EQ(b.hear(1s + std::chrono::milliseconds(last), ip_address::v4({192, 0, 2, last}), 150), "");
    }
    EXPECT_EQ(b.at(1200ms, bench::advert_of(1s, higher_address, 0)), "") << "though it was forgotten among them";
    EXPECT_EQ(b.due(), 1119ms + down);
    EXPECT_EQ(b.subject.followed()->source, higher_address);
}

} // namespace
} // namespace xvrrp::core::test
