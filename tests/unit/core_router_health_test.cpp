// SPDX-License-Identifier: BSD-2-Clause
//
// What a Backup does about what S-BFD tells of the router that it follows: the ranked wait, what starts it and what
// cancels it. RFC timing is untouched by all of it.
#include <gtest/gtest.h>

#include "core_support.hpp"

namespace xvrrp::core::test {
namespace {

constexpr duration down = 3'609'375us; // priority 100, 1 s
constexpr duration skew = 609'375us;
constexpr duration unit = 30ms;         // 0.3 of 100 ms
constexpr duration wait = 18'281'250ns; // 156/256 of it

/// Backup, following .11 of priority 200 since 1 s; its last advert at 2 s.
class router_health : public testing::Test {
public:
    void SetUp() override { follow(b); }
    static void follow(bench& which)
    {
        which.start_up();
        which.hear(1s, higher_address, 200);
        which.hear(2s, higher_address, 200);
    }
    static peer_changed news(peer_health health, duration since, const ip_address& source = higher_address)
    {
        return {.source = source, .health = health, .since = start + since, .rank_unit = unit};
    }
    std::string tell(duration after_start, peer_health health, duration since)
    {
        return b.at(after_start, news(health, since));
    }
    bench b;
};

TEST_F(router_health, lost_makes_it_active_after_the_ranked_wait)
{
    EXPECT_EQ(tell(2400ms, peer_health::lost, 2100ms), "");
    EXPECT_EQ(b.due(), 2400ms + wait);
    EXPECT_EQ(b.subject.active_down_deadline(), start + 2s + down) << "no belief in silence";
    EXPECT_EQ(b.at(2400ms + wait - 1ns, deadline{}), "") << "not a nanosecond early";
    EXPECT_EQ(b.fire(), "advert(100) claim announce(5) follow(-) transition(backup>active probes_lost 192.0.2.11/200)");
    EXPECT_EQ(b.due(), 2400ms + wait + 1s);
}

TEST_F(router_health, dead_too_counted_from_the_reply)
{
    EXPECT_EQ(tell(2400ms, peer_health::dead, 2399ms), "");
    EXPECT_EQ(b.due(), 2399ms + wait);
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active peer_dead 192.0.2.11/200)");
}

TEST_F(router_health, the_wait_ranks_by_priority)
{
    struct expectation {
        int priority_value;
        duration wait;
    };
    for (const auto& [value, expected] : {expectation{1, 29'882'812ns}, expectation{100, wait},
                                          expectation{150, 12'421'875ns}, expectation{254, 234'375ns}}) {
        bench other{settings_of(vrrp_version::v3, value)};
        other.start_up();
        other.hear(2s, higher_address, 255);
        other.at(2400ms, news(peer_health::lost, 2100ms));
        EXPECT_EQ(other.due(), 2400ms + expected) << value;
    }
}

TEST_F(router_health, a_changed_priority_changes_the_wait)
{
    tell(2400ms, peer_health::lost, 2100ms);
    b.at(2401ms, priority_changed{priority{150}});
    EXPECT_EQ(b.due(), 2400ms + 12'421'875ns);
}

TEST_F(router_health, neither_nopreempt_nor_preempt_delay_matters_for_a_router_that_is_gone)
{
    for (const peer_health health : {peer_health::lost, peer_health::dead}) {
        router_settings settings = settings_of();
        settings.preempt_mode = false;
        settings.preempt_delay = 1000s;
        bench other{settings};
        follow(other);
        other.at(2400ms, news(health, 2400ms));
        EXPECT_EQ(other.due(), 2400ms + wait);
        other.fire();
        EXPECT_EQ(other.subject.state(), core::state::active);
    }
}

TEST_F(router_health, of_a_router_that_isnt_followed_nothing_is_believed)
{
    b.at(2400ms, news(peer_health::lost, 2100ms, third_address));
    b.at(2400ms, news(peer_health::dead, 2100ms, lower_address));
    EXPECT_EQ(b.due(), 2s + down);
    bench alone;
    alone.start_up();
    alone.at(1s, news(peer_health::dead, 1s));
    EXPECT_EQ(alone.due(), down);
}

TEST_F(router_health, capable_and_unknown_leave_the_timers_alone)
{
    for (const peer_health health : {peer_health::capable, peer_health::unknown}) {
        EXPECT_EQ(tell(2400ms, health, 2399ms), "");
        EXPECT_EQ(b.due(), 2s + down) << "a reply is no advert";
    }
}

TEST_F(router_health, the_wait_never_puts_off_active_down_timer)
{
    tell(2s + down - 1ms, peer_health::lost, 2100ms);
    EXPECT_EQ(b.due(), 2s + down);
    EXPECT_EQ(b.fire(),
              "claim advert(100) announce(5) follow(-) transition(backup>active active_down_timer 192.0.2.11/200)");
}

TEST_F(router_health, what_is_due_first_and_read_late_is_the_reason)
{
    tell(2400ms, peer_health::lost, 2100ms);
    EXPECT_EQ(b.at(10s, deadline{}),
              "advert(100) claim announce(5) follow(-) transition(backup>active probes_lost 192.0.2.11/200)");
}

TEST_F(router_health, an_advert_stamped_after_the_first_miss_refutes_the_loss)
{
    for (const peer_health health : {peer_health::lost, peer_health::dead}) {
        bench other;
        follow(other);
        other.at(2400ms, news(health, 2400ms));
        EXPECT_EQ(other.at(2401ms, bench::advert_of(2400ms + 1ns, higher_address, 200)), "");
        EXPECT_EQ(other.due(), 2400ms + 1ns + down);
    }
}

TEST_F(router_health, an_advert_that_was_read_before_refutes_it_as_well)
{
    b.hear(3s, higher_address, 200);
    for (const peer_health health : {peer_health::lost, peer_health::dead}) {
        EXPECT_EQ(tell(3010ms, health, 3s - 1ns), "");
        EXPECT_EQ(b.due(), 3s + down);
    }
    tell(3010ms, peer_health::lost, 3s);
    EXPECT_EQ(b.due(), 3010ms + wait) << "stamped at the same moment it refutes nothing";
}

TEST_F(router_health, an_advert_from_before_the_first_miss_refutes_nothing)
{
    tell(2400ms, peer_health::lost, 2100ms);
    b.at(2401ms, bench::advert_of(2050ms, higher_address, 200));
    EXPECT_EQ(b.due(), 2400ms + wait);
    b.at(2402ms, bench::advert_of(2100ms, higher_address, 200));
    EXPECT_EQ(b.due(), 2400ms + wait);
}

TEST_F(router_health, another_router_of_at_least_our_priority_stands_it_down)
{
    for (const int value : {100, 150, 201}) {
        bench other;
        follow(other);
        other.at(2400ms, news(peer_health::lost, 2100ms));
        other.hear(2401ms, third_address, value);
        EXPECT_EQ(other.due(), 2401ms + down) << value;
    }
}

TEST_F(router_health, one_that_was_heard_since_has_taken_over_already_and_is_followed)
{
    for (const peer_health health : {peer_health::lost, peer_health::dead}) {
        bench other;
        follow(other);
        other.hear(2300ms, third_address, 150);
        EXPECT_EQ(other.at(2400ms, news(health, 2300ms - 1ns)), "follow(192.0.2.200)");
        EXPECT_EQ(other.due(), 2300ms + down);
    }
    b.hear(2300ms, third_address, 150);
    EXPECT_EQ(tell(2400ms, peer_health::lost, 2300ms), "");
    EXPECT_EQ(b.due(), 2400ms + wait) << "heard before, it has taken over from nobody";
}

TEST_F(router_health, one_that_was_heard_since_and_has_resigned_hasnt)
{
    b.hear(2300ms, third_address, 150);
    b.hear(2310ms, third_address, 0);
    EXPECT_EQ(tell(2400ms, peer_health::lost, 2100ms), "");
    EXPECT_EQ(b.due(), 2400ms + wait);
}

TEST_F(router_health, once_stood_down_it_follows_the_successor_of_a_router_that_is_gone)
{
    tell(2400ms, peer_health::lost, 2100ms);
    EXPECT_EQ(b.hear(2401ms, third_address, 150), "follow(192.0.2.200)");
    EXPECT_EQ(b.due(), 2401ms + down);
    EXPECT_EQ(b.hear(2402ms, higher_address, 200), "follow(192.0.2.11)") << "if it isn't after all";
}

TEST_F(router_health, a_worse_router_that_was_quicker_doesnt)
{
    for (const bool preempts : {true, false}) {
        router_settings settings = settings_of();
        settings.preempt_mode = preempts;
        bench other{settings};
        follow(other);
        other.at(2400ms, news(peer_health::lost, 2100ms));
        EXPECT_EQ(other.hear(2401ms, lower_address, 99), "");
        EXPECT_EQ(other.due(), 2400ms + wait);
        other.fire();
        EXPECT_EQ(other.subject.state(), core::state::active);
    }
}

TEST_F(router_health, a_session_that_is_back_cancels_the_wait)
{
    for (const peer_health health : {peer_health::capable, peer_health::unknown}) {
        tell(2400ms, peer_health::lost, 2100ms);
        tell(2401ms, health, 2401ms);
        EXPECT_EQ(b.due(), 2s + down);
    }
}

TEST_F(router_health, lost_and_then_dead_is_one_wait)
{
    tell(2400ms, peer_health::lost, 2100ms);
    tell(2410ms, peer_health::dead, 2410ms);
    EXPECT_EQ(b.due(), 2400ms + wait);
}

TEST_F(router_health, a_fault_a_stop_and_another_to_follow_end_the_wait)
{
    tell(2400ms, peer_health::lost, 2100ms);
    b.at(2401ms, fault_set{fault::link_down});
    EXPECT_EQ(b.due(), duration(-1));
    b.at(2402ms, fault_cleared{fault::link_down});
    EXPECT_EQ(b.due(), 2402ms + down);

    bench better;
    follow(better);
    better.at(2400ms, news(peer_health::lost, 2100ms));
    EXPECT_EQ(better.hear(2401ms, third_address, 250), "follow(192.0.2.200)");
    EXPECT_EQ(better.due(), 2401ms + down);
    better.hear(2402ms, third_address, 0);
    EXPECT_EQ(better.due(), 2402ms + skew) << "what was known of the other isn't known of it";
}

TEST_F(router_health, without_preempt_another_to_follow_ends_it_whatever_its_priority)
{
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    bench other{settings};
    other.start_up();
    other.hear(1s, higher_address, 200, 10ms);
    other.at(1002ms, news(peer_health::lost, 1001ms));
    EXPECT_EQ(other.hear(1016ms, lower_address, 50, 10ms), "follow(192.0.2.9)");
    EXPECT_GT(other.due(), 1030ms);
}

TEST_F(router_health, reload_while_a_session_is_suspect)
{
    tell(2400ms, peer_health::lost, 2100ms);
    const router_settings settings = settings_of(vrrp_version::v3, 150);
    EXPECT_EQ(describe(b.subject.reconfigure(settings, start + 2401ms)), "");
    EXPECT_EQ(b.due(), 2400ms + 12'421'875ns);
}

TEST_F(router_health, S_B3_priority_zero_of_a_dead_router_doesnt_wait_for_skew_time)
{
    tell(2400ms, peer_health::dead, 2400ms);
    EXPECT_EQ(b.hear(2401ms, higher_address, 0), "notice(priority_zero_received 192.0.2.11/0)");
    EXPECT_EQ(b.due(), 2400ms + wait) << "the wait that runs already is the shorter";
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active peer_dead 192.0.2.11/0)");
}

TEST_F(router_health, S_B3_dead_after_its_priority_zero)
{
    b.hear(2401ms, higher_address, 0);
    EXPECT_EQ(b.due(), 2401ms + skew);
    tell(2402ms, peer_health::dead, 2400ms);
    EXPECT_EQ(b.due(), 2400ms + wait) << "priority 0 says nothing of its being back";
}

TEST_F(router_health, S_B3_an_advert_before_its_priority_zero_refutes_a_loss_as_well)
{
    b.hear(2401ms, higher_address, 200);
    b.hear(2402ms, higher_address, 0);
    for (const peer_health health : {peer_health::lost, peer_health::dead}) {
        tell(2403ms, health, 2400ms);
        EXPECT_EQ(b.due(), 2402ms + skew);
    }
}

TEST_F(router_health, S_B3_skew_time_stands_for_every_other)
{
    for (const peer_health health : {peer_health::capable, peer_health::unknown}) {
        bench other;
        follow(other);
        other.at(2400ms, news(health, 2400ms));
        other.hear(2401ms, higher_address, 0);
        EXPECT_EQ(other.due(), 2401ms + skew);
    }
    tell(2400ms, peer_health::dead, 2400ms);
    b.hear(2500ms, higher_address, 200);
    b.hear(2501ms, higher_address, 0);
    EXPECT_EQ(b.due(), 2501ms + skew) << "it had been restarted, and stops";
}

TEST_F(router_health, S_B3_priority_zero_of_somebody_else_is_nothing_special)
{
    b.hear(2100ms, third_address, 120);
    tell(2400ms, peer_health::capable, 2400ms);
    b.hear(2401ms, third_address, 0);
    EXPECT_EQ(b.due(), 2401ms + skew);
}

TEST_F(router_health, S_B5_a_capable_router_that_lowers_its_priority_is_relieved)
{
    tell(2100ms, peer_health::capable, 2100ms);
    EXPECT_EQ(b.hear(2500ms, higher_address, 50), "");
    EXPECT_EQ(b.due(), 2500ms + wait);
    EXPECT_EQ(b.hear(2501ms, higher_address, 50), "");
    EXPECT_EQ(b.due(), 2500ms + wait) << "repeated, it puts nothing off";
    EXPECT_EQ(b.fire(), "claim advert(100) announce(5) follow(-) transition(backup>active peer_yielded 192.0.2.11/50)");
}

TEST_F(router_health, S_B5_one_that_isnt_capable_gets_the_rest_of_active_down_interval)
{
    for (const peer_health health : {peer_health::unknown, peer_health::lost}) {
        bench other;
        follow(other);
        other.at(2100ms, news(health, 2000ms));
        other.hear(2110ms, higher_address, 50);
        EXPECT_EQ(other.due(), 2s + down);
    }
}

TEST_F(router_health, S_B5_capable_after_it_lowered_its_priority)
{
    b.hear(2500ms, higher_address, 50);
    tell(2600ms, peer_health::capable, 2600ms);
    EXPECT_EQ(b.due(), 2s + down);
    b.hear(3s, higher_address, 50);
    EXPECT_EQ(b.due(), 3s + wait);
}

TEST_F(router_health, S_B5_not_for_one_that_is_still_better)
{
    tell(2100ms, peer_health::capable, 2100ms);
    for (const int value : {150, 100}) {
        b.hear(b.now - start + 500ms, higher_address, value);
        EXPECT_EQ(b.due(), b.now - start + down) << value;
    }
}

TEST_F(router_health, S_B5_not_because_we_raised_our_priority)
{
    tell(2100ms, peer_health::capable, 2100ms);
    b.at(2200ms, priority_changed{priority{210}});
    b.hear(3s, higher_address, 200);
    EXPECT_GT(b.due(), 4s);
}

TEST_F(router_health, S_B5_nopreempt_lets_it_serve)
{
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    bench other{settings};
    follow(other);
    other.at(2100ms, news(peer_health::capable, 2100ms));
    other.hear(2500ms, higher_address, 50);
    EXPECT_EQ(other.due(), 2500ms + down);
}

TEST_F(router_health, S_B5_preempt_delay_is_waited_for)
{
    router_settings settings = settings_of();
    settings.preempt_delay = 2s;
    bench other{settings};
    follow(other);
    other.at(2100ms, news(peer_health::capable, 2100ms));
    for (const duration at : {3s, 4s}) {
        other.hear(at, higher_address, 50);
        EXPECT_EQ(other.due(), at + down);
    }
    other.hear(5s, higher_address, 50);
    EXPECT_EQ(other.due(), 5s + wait);
}

TEST_F(router_health, S_B5_one_that_raises_it_again_is_followed_on)
{
    tell(2100ms, peer_health::capable, 2100ms);
    b.hear(2500ms, higher_address, 50);
    b.hear(2510ms, higher_address, 200);
    EXPECT_EQ(b.due(), 2510ms + down);
}

TEST_F(router_health, S_B5_a_better_router_than_we_stands_it_down)
{
    tell(2100ms, peer_health::capable, 2100ms);
    b.hear(2500ms, higher_address, 50);
    b.hear(2505ms, third_address, 150);
    EXPECT_EQ(b.due(), 2505ms + down);
}

TEST_F(router_health, S_B5_what_has_changed_at_our_end_counts_when_the_wait_is_over)
{
    tell(2100ms, peer_health::capable, 2100ms);
    b.hear(2500ms, higher_address, 50);
    b.at(2501ms, priority_changed{priority{40}});
    EXPECT_EQ(b.fire(), "");
    EXPECT_EQ(b.subject.state(), core::state::backup);
    EXPECT_GT(b.due(), 5s);

    bench reloaded;
    follow(reloaded);
    reloaded.at(2100ms, news(peer_health::capable, 2100ms));
    reloaded.hear(2500ms, higher_address, 50);
    router_settings settings = settings_of();
    settings.preempt_mode = false;
    std::ignore = reloaded.subject.reconfigure(settings, start + 2501ms);
    EXPECT_EQ(reloaded.fire(), "");
    EXPECT_EQ(reloaded.due(), 2s + down);
}

TEST_F(router_health, as_active_and_leaving_and_initialize_it_isnt_interested)
{
    const auto all_of_it = [](bench& which, duration from) {
        for (const peer_health health :
             {peer_health::unknown, peer_health::capable, peer_health::lost, peer_health::dead}) {
            EXPECT_EQ(which.at(from, news(health, from)), "");
        }
    };
    bench idle;
    all_of_it(idle, 1s);
    EXPECT_EQ(idle.due(), duration(-1));

    bench active;
    active.become_active();
    const duration before = active.due();
    all_of_it(active, 4s);
    EXPECT_EQ(active.due(), before);

    active.at(4s, shutdown{});
    const duration leaving = active.due();
    all_of_it(active, 4100ms);
    EXPECT_EQ(active.due(), leaving);
}

TEST_F(router_health, back_after_a_false_takeover_the_old_loss_means_nothing)
{
    tell(2400ms, peer_health::lost, 2100ms);
    b.fire();
    ASSERT_EQ(b.subject.state(), core::state::active);
    b.hear(2420ms, higher_address, 200);
    ASSERT_EQ(b.subject.state(), core::state::backup);
    EXPECT_EQ(tell(2421ms, peer_health::lost, 2100ms), "");
    EXPECT_EQ(b.due(), 2420ms + down);
    b.hear(3420ms, higher_address, 50);
    EXPECT_EQ(b.due(), 2420ms + down) << "nor does a router that answers no probe count as capable";
}

TEST_F(router_health, times_from_the_future_count_as_now)
{
    tell(2400ms, peer_health::dead, 3600s);
    EXPECT_EQ(b.due(), 2400ms + wait);
    b.hear(2401ms, higher_address, 200);
    EXPECT_EQ(b.due(), 2401ms + down) << "and don't outlast what comes after";
}

} // namespace
} // namespace xvrrp::core::test
