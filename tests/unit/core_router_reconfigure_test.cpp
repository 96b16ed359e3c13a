// SPDX-License-Identifier: BSD-2-Clause
//
// A reload: no transition, and no timer that is longer because of it.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us;

std::string reconfigured(bench& b, duration after_start, const router_settings& settings)
{
    b.now = start + after_start;
    return describe(b.subject.reconfigure(settings, b.now));
}

TEST(router_reconfigure, the_same_settings_change_nothing)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200, 100ms);
    const duration due = b.due();
    EXPECT_EQ(reconfigured(b, 1200ms, settings_of()), "");
    EXPECT_EQ(b.due(), due);
    EXPECT_EQ(b.subject.active_advertisement_interval(), 100ms);
}

TEST(router_reconfigure, version_2_backup_with_another_interval_counts_from_the_last_advert)
{
    router_settings settings = settings_of(vrrp_version::v2);
    bench b{settings};
    b.start_up();
    b.hear(1s, higher_address, 200);
    settings.advertisement_interval = 2s;
    EXPECT_EQ(reconfigured(b, 3s, settings), "");
    EXPECT_EQ(b.due(), 1s + 6s + 609'375us);
}

TEST(router_reconfigure, version_3_backup_keeps_what_it_learned)
{
    router_settings settings = settings_of();
    bench b{settings};
    b.start_up();
    b.hear(1s, higher_address, 200);
    settings.advertisement_interval = 100ms;
    reconfigured(b, 2s, settings);
    EXPECT_EQ(b.due(), 1s + down);
}

TEST(router_reconfigure, another_version_forgets_what_was_learned)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200, 100ms);
    reconfigured(b, 1100ms, settings_of(vrrp_version::v2));
    EXPECT_EQ(b.due(), 1s + down);
    reconfigured(b, 1200ms, settings_of(vrrp_version::v3));
    EXPECT_EQ(b.due(), 1s + down);
}

TEST(router_reconfigure, version_3_backup_that_follows_nobody_takes_its_own)
{
    router_settings settings = settings_of();
    bench b{settings};
    b.start_up();
    settings.advertisement_interval = 100ms;
    reconfigured(b, 100ms, settings);
    EXPECT_EQ(b.due(), 360'937'500ns);
}

TEST(router_reconfigure, priority_of_a_backup_counts_from_the_last_advert)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 200);
    reconfigured(b, 2s, settings_of(vrrp_version::v3, 200));
    EXPECT_EQ(b.due(), 1s + 3'218'750us);
    EXPECT_EQ(b.subject.effective_priority(), priority{200});
}

TEST(router_reconfigure, what_tracking_adds_stays)
{
    bench b;
    b.start_up();
    b.at(1s, priority_changed{priority{90}});
    reconfigured(b, 2s, settings_of(vrrp_version::v3, 150));
    EXPECT_EQ(b.subject.effective_priority(), priority{140});
}

TEST(router_reconfigure, active_advertises_a_new_priority_at_once)
{
    bench b;
    b.become_active();
    EXPECT_EQ(reconfigured(b, down + 100ms, settings_of(vrrp_version::v3, 120)), "advert(120)");
    EXPECT_EQ(b.due(), down + 1s);
}

TEST(router_reconfigure, active_never_advertises_later_than_it_would_have)
{
    router_settings settings = settings_of();
    bench b{settings};
    b.become_active();
    settings.advertisement_interval = 10s;
    EXPECT_EQ(reconfigured(b, down + 500ms, settings), "");
    EXPECT_EQ(b.due(), down + 1s);
    settings.advertisement_interval = 100ms;
    reconfigured(b, down + 500ms, settings);
    EXPECT_EQ(b.due(), down + 600ms);
}

TEST(router_reconfigure, active_keeps_its_second_burst)
{
    router_settings settings = settings_of();
    bench b{settings};
    b.become_active();
    settings.announcements.master_repeat = 2;
    reconfigured(b, down + 4500ms, settings);
    b.at(down + 4500ms, deadline{}); // the adverts that are overdue
    EXPECT_EQ(b.due(), down + 5s);
    EXPECT_EQ(b.fire(), "announce(2)");
}

TEST(router_reconfigure, preempt_mode_takes_effect_with_the_next_advert)
{
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    bench b{settings};
    b.start_up();
    b.hear(1s, lower_address, 50);
    settings.preempt_mode = true;
    EXPECT_EQ(reconfigured(b, 1500ms, settings), "");
    b.hear(2s, lower_address, 50);
    b.hear(3s, lower_address, 50);
    EXPECT_EQ(b.due(), 1s + down);
}

TEST(router_reconfigure, a_router_that_becomes_the_owner_preempts)
{
    bench b;
    b.start_up();
    b.hear(1s, higher_address, 254);
    EXPECT_EQ(reconfigured(b, 1500ms, settings_of(vrrp_version::v3, 255)), "");
    EXPECT_EQ(b.subject.state(), core::state::backup);
    b.hear(2s, higher_address, 254);
    EXPECT_EQ(b.due(), 1s + 3'003'906'250ns);
}

TEST(router_reconfigure, before_startup_it_just_takes_the_settings)
{
    bench b;
    reconfigured(b, 1s, settings_of(vrrp_version::v3, 254));
    b.at(2s, startup{});
    EXPECT_EQ(b.due(), 2s + 3'007'812'500ns);
}

} // namespace
} // namespace xvrrp::core::test
