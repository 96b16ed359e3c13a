// SPDX-License-Identifier: BSD-2-Clause
//
// Fast detection in simulated time: crashes, hangs and fences, and probes that are lost while adverts aren't. Adverts
// go out once a second, probes every 10 ms or so.
#include <algorithm>

#include "sim_support.hpp"

namespace xvrrp::sim {
namespace {

/// Detection at the latest: three probes and a burst, with deadlines after the longest round trips; then the last rank.
constexpr duration surely_detected = 60ms;

detector_settings probing(duration interval = 10ms)
{
    return {.interval = interval, .multiplier = 3, .longest_detection = 3s, .phase = {}};
}

/// Priorities 100, 90, 80, 70; everybody probes and answers; all sessions are up.
void four_probing_hosts(world& where, duration interval = 10ms)
{
    for (std::size_t i = 0; i < 4; ++i) {
        host& one = where.add(settings_of(100 - 10 * static_cast<int>(i)), address(i));
        one.probe_with(probing(interval));
        where.boot(one);
    }
    where.run_for(8s);
    ASSERT_EQ(where.active(), std::vector{where.hosts()[0].get()});
}

host& nth(world& where, std::size_t index)
{
    return *where.hosts()[index];
}

TEST(simulated_detection, after_a_crash_exactly_one_is_active_and_it_is_the_best)
{
    for (const std::uint64_t seed : seeds(24)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where, seed % 4 != 0 ? duration(10ms) : duration(1ms));
        for (std::size_t next = 1; next < 4; ++next) {
            where.run_for(where.chance().between(50ms, 4s));
            where.cut_power(nth(where, next - 1));
            where.run_for(surely_detected);
            ASSERT_EQ(where.active(), std::vector{&nth(where, next)});
        }
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, nothing_changes_while_nothing_happens)
{
    for (const std::uint64_t seed : seeds(3)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where, 1ms);
        const unsigned before = where.transitions();
        where.run_for(10s);
        ASSERT_EQ(where.transitions(), before);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, standbys_frozen_or_stalled_never_take_over_from_a_live_router)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where, 50ms);
        where.conditions.stall_percent = 10;
        where.conditions.longest_stall = 500ms;
        const unsigned before = where.transitions();
        for (int freezes = 0; freezes < 20; ++freezes) {
            where.freeze(nth(where, 1 + where.chance().below(3)), where.chance().between(0s, 5s));
            where.run_for(where.chance().between(0s, 2s));
        }
        ASSERT_EQ(where.transitions(), before);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, a_router_of_another_make_is_judged_by_its_adverts_alone)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        host& foreign = where.add(settings_of(200), address(0));
        foreign.set_reflecting(false);
        host& standby = where.add(settings_of(100), address(1));
        standby.probe_with(probing());
        where.boot(foreign);
        where.boot(standby);
        where.run_for(60s);
        ASSERT_EQ(where.active(), std::vector{&foreign});
        where.cut_power(foreign);
        where.run_for(1ms);
        const time_point due = standby.last_better() + 3'609'375us;
        where.run_until(due - 1ns);
        ASSERT_TRUE(where.active().empty());
        where.run_until(due + where.conditions.most_lateness);
        ASSERT_EQ(where.active(), std::vector{&standby});
        ASSERT_TRUE(well_behaved(where));
    }
}

/// The first loss can't be told from a death: between two adverts nothing speaks against it. Never again after that.
TEST(simulated_detection, probes_lost_but_adverts_not_is_at_most_two_false_takeovers)
{
    for (const std::uint64_t seed : seeds(40)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where);
        host& active = nth(where, 0);
        for (std::size_t i = 1; i < 4; ++i) {
            where.deafen(active, nth(where, i), traffic::probes);
            where.deafen(nth(where, i), active, traffic::probes);
        }
        const unsigned before = where.transitions();
        where.run_for(10s);
        ASSERT_EQ(where.active(), std::vector{&active});
        const unsigned after = where.transitions();
        ASSERT_LE(after - before, 3U * 2U * 2U) << "each of three Backups there and back, twice";
        where.run_for(120s);
        ASSERT_EQ(where.transitions(), after);
        ASSERT_EQ(where.active(), std::vector{&active});
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, a_reflector_that_returns_is_relied_upon_again)
{
    for (const std::uint64_t seed : seeds(20)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where, 50ms);
        host& active = nth(where, 0);
        active.set_reflecting(false);
        where.run_for(where.chance().between(1s, 30s));
        ASSERT_EQ(where.active(), std::vector{&active});
        active.set_reflecting(true);
        where.run_for(70s);
        const unsigned before = where.transitions();
        where.run_for(10s);
        ASSERT_EQ(where.transitions(), before);
        where.cut_power(active);
        where.run_for(1s);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 1)}) << "in less than an advert interval";
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, a_session_that_was_wrong_is_damped)
{
    world where(1);
    four_probing_hosts(where, 50ms);
    host& active = nth(where, 0);
    const auto damping = [&] { return nth(where, 1).probes()->damping(active.address()); };
    for (const unsigned expected : {2U, 4U}) {
        for (int tries = 0; tries < 10 && damping() < expected; ++tries) { // an advert may refute a loss in time
            active.set_reflecting(false);
            where.run_for(2s);
            active.set_reflecting(true);
            where.run_for(20s);
        }
        ASSERT_EQ(damping(), expected);
    }
    where.run_for(21min);
    ASSERT_EQ(damping(), 1U);
    ASSERT_EQ(where.active(), std::vector{&active});
    ASSERT_TRUE(well_behaved(where));
}

/// A living reflector never puts a takeover off that RFC timing demands.
TEST(simulated_detection, adverts_lost_but_probes_not_is_active_down_timer)
{
    for (const std::uint64_t seed : seeds(20)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where);
        where.run_for(where.chance().between(0s, 2s));
        for (std::size_t i = 1; i < 4; ++i) {
            where.deafen(nth(where, 0), nth(where, i), traffic::adverts);
        }
        where.run_for(1ms);
        const time_point due = nth(where, 1).last_better() + 3s + 166 * duration(1s) / 256;
        where.run_until(due - 1ns);
        ASSERT_EQ(where.active().size(), 1U);
        where.run_until(due + where.conditions.most_lateness);
        ASSERT_EQ(where.active().size(), 2U) << "as RFC 9568 has it, whatever the probes say";
        where.heal();
        where.run_for(2s);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 0)});
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, one_direction_lost_settles_when_it_heals)
{
    for (const std::uint64_t seed : seeds(40)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where, 50ms);
        const bool from_active = seed % 2 == 0;
        for (std::size_t i = 1; i < 4; ++i) {
            const host& from = from_active ? nth(where, 0) : nth(where, i);
            const host& to = from_active ? nth(where, i) : nth(where, 0);
            where.deafen(from, to, traffic::probes);
            where.deafen(from, to, traffic::adverts);
        }
        where.run_for(20s);
        where.heal();
        where.run_for(10s);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 0)});
        const unsigned before = where.transitions();
        where.run_for(20s);
        ASSERT_EQ(where.transitions(), before);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, some_lost_probes_are_no_loss)
{
    for (const std::uint64_t seed : seeds(20)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where, 50ms);
        where.conditions.probe_loss_percent = 1; // 2 % of round trips: six in a row once in 10^10
        const unsigned before = where.transitions();
        where.run_for(60s);
        ASSERT_EQ(where.transitions(), before);
        ASSERT_TRUE(well_behaved(where));
    }
}

/// Frozen, noticed at once or after the hang limit: replaced, fenced, and no second Active when it thaws.
TEST(simulated_detection, a_frozen_active_router_is_replaced_and_fenced)
{
    for (const std::uint64_t seed : seeds(40)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        const bool noticed = seed % 2 == 0;
        world where(seed);
        four_probing_hosts(where);
        host& frozen = nth(where, 0);
        host& successor = nth(where, 1);
        frozen.set_hang_limit(300ms);
        where.run_for(where.chance().between(0s, 1s));
        where.freeze(frozen, 60s, noticed);
        where.run_for((noticed ? 0ms : 300ms) + surely_detected);
        ASSERT_EQ(where.serving(), std::vector{&successor}) << "the frozen host is fenced";
        where.run_for(where.chance().between(0s, 20s));
        ASSERT_EQ(where.serving(), std::vector{&successor});
        where.thaw(frozen);
        ASSERT_EQ(frozen.router().state(), core::state::backup);
        where.run_for(2500ms);
        ASSERT_EQ(where.active(), std::vector{&successor}) << "it returns by its timer";
        where.watch_service();
        where.run_for(2s);
        ASSERT_EQ(where.active(), std::vector{&frozen});
        ASSERT_EQ(where.unserved(), 0s);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, thawed_at_any_moment_of_a_takeover_one_serves_in_the_end)
{
    for (const std::uint64_t seed : seeds(60)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where);
        where.freeze(nth(where, 0), where.chance().between(0s, 40ms), true);
        where.run_for(10s);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 0)});
        ASSERT_EQ(where.serving(), where.active());
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, the_last_router_alive_isnt_shut_up_by_its_fence)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where);
        host& frozen = nth(where, 0);
        where.freeze(frozen, 60s, true);
        where.run_for(2s);
        for (std::size_t i = 1; i < 4; ++i) {
            where.cut_power(nth(where, i));
        }
        where.run_for(1s);
        ASSERT_TRUE(where.serving().empty());
        where.run_for(3s + 10ms);
        ASSERT_EQ(where.serving(), std::vector{&frozen}) << "the fence ends with its reason";
        where.thaw(frozen);
        where.run_for(1ms);
        ASSERT_EQ(where.active(), std::vector{&frozen}) << "and comes back by the whole claim";
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, nopreempt_a_thawed_router_stays_backup)
{
    for (const std::uint64_t seed : seeds(20)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        for (std::size_t i = 0; i < 3; ++i) {
            router_settings settings = settings_of(100 - 10 * static_cast<int>(i));
            settings.preempt_mode = false;
            host& one = where.add(settings, address(i));
            one.probe_with(probing());
            where.boot(one);
        }
        where.run_for(8s);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 0)});
        where.freeze(nth(where, 0), 2s, true);
        where.run_for(30s);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 1)});
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, a_lowered_priority_moves_the_address_within_the_ranked_wait)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where);
        where.watch_service();
        where.tell(nth(where, 0), priority_changed{priority{60}});
        where.run_for(10ms);
        ASSERT_EQ(where.active(), std::vector{&nth(where, 1)});
        ASSERT_EQ(where.unserved(), 0s);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated_detection, S_M1_a_router_that_stops_leaves_no_gap)
{
    for (const std::uint64_t seed : seeds(30)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_probing_hosts(where);
        where.watch_service();
        for (std::size_t i = 0; i < 3; ++i) {
            where.run_for(where.chance().between(2s, 3s));
            where.tell(nth(where, i), shutdown{});
            where.run_for(1s);
            ASSERT_EQ(where.active(), std::vector{&nth(where, i + 1)});
        }
        ASSERT_EQ(where.unserved(), 0s);
        ASSERT_TRUE(well_behaved(where));
    }
}

} // namespace
} // namespace xvrrp::sim
