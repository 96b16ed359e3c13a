// SPDX-License-Identifier: BSD-2-Clause
//
// Elections in simulated time: hundreds of worlds per test, each made from a seed that a failure prints. Set
// XVRRP_SIM_SEED to run one of them alone.
#include <gtest/gtest.h>

#include "chaos.hpp"
#include "core/timers.hpp"
#include "sim_support.hpp"

namespace xvrrp::sim {
namespace {

using namespace std::chrono_literals;
using namespace core;

duration down_of(const host& one, duration interval)
{
    return active_down_interval(vrrp_version::v3, one.router().effective_priority(), interval);
}

TEST(simulated, whatever_happens_one_is_active_in_the_end)
{
    for (const std::uint64_t seed : seeds(400)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        chaos story(seed);
        story.rage();
        story.make_peace();
        story.check_peace();
        ASSERT_TRUE(well_behaved(story.where()));
    }
}

TEST(simulated, frozen_standbys_never_take_over_from_a_live_router)
{
    for (const std::uint64_t seed : seeds(100)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        const duration interval = seed % 2 == 0 ? duration(10ms) : duration(1s);
        world where(seed);
        four_hosts(where, interval);
        const unsigned before = where.transitions();
        for (int freezes = 0; freezes < 30; ++freezes) {
            host& standby = *where.hosts()[1 + where.chance().below(3)];
            where.freeze(standby, where.chance().between(0s, 600 * interval));
            where.run_for(where.chance().between(0s, 100 * interval));
        }
        ASSERT_EQ(where.transitions(), before);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated, takeover_after_a_dead_host_to_the_microsecond)
{
    for (const std::uint64_t seed : seeds(100)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_hosts(where);
        for (std::size_t next = 1; next < 4; ++next) {
            where.run_for(where.chance().between(0s, 2s));
            where.cut_power(*where.hosts()[next - 1]);
            where.run_for(1ms); // what was on its way arrives
            const host& successor = *where.hosts()[next];
            const time_point due = successor.last_better() + down_of(successor, 1s);
            where.run_until(due - 1ns);
            ASSERT_TRUE(where.active().empty());
            where.run_until(due + where.conditions.most_lateness);
            ASSERT_EQ(where.active(), std::vector{where.hosts()[next].get()});
        }
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated, returning_hosts_bring_the_address_home)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_hosts(where);
        for (std::size_t i = 0; i < 3; ++i) {
            where.cut_power(*where.hosts()[i]);
        }
        where.run_for(5s);
        for (std::size_t i = 3; i-- > 0;) {
            where.boot(*where.hosts()[i]);
            where.run_for(5s);
            ASSERT_EQ(where.active(), std::vector{where.hosts()[i].get()});
        }
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated, S_M1_a_router_that_stops_leaves_no_gap)
{
    for (const std::uint64_t seed : seeds(100)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_hosts(where);
        where.watch_service();
        for (std::size_t i = 0; i < 3; ++i) {
            where.run_for(where.chance().between(0s, 2s));
            where.tell(*where.hosts()[i], shutdown{});
            where.run_for(1s);
            ASSERT_EQ(where.active(), std::vector{where.hosts()[i + 1].get()});
        }
        ASSERT_EQ(where.unserved(), 0s);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated, a_lowered_priority_moves_the_address_without_a_gap)
{
    world where(1);
    four_hosts(where);
    where.watch_service();
    where.tell(*where.hosts()[0], priority_changed{priority{60}});
    where.run_for(4s);
    ASSERT_EQ(where.active(), std::vector{where.hosts()[1].get()});
    ASSERT_EQ(where.unserved(), 0s);
    ASSERT_TRUE(well_behaved(where));
}

TEST(simulated, a_healed_partition_leaves_the_better_half_in_charge)
{
    for (const std::uint64_t seed : seeds(100)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        four_hosts(where);
        where.partition({0, 1, 0, 1});
        where.run_for(5s);
        ASSERT_EQ(where.active().size(), 2U) << "one in each half";
        where.watch_service();
        where.heal();
        where.run_for(1s + 2ms);
        ASSERT_EQ(where.active(), std::vector{where.hosts()[0].get()});
        ASSERT_EQ(where.unserved(), 0s);
        ASSERT_TRUE(well_behaved(where));
    }
}

TEST(simulated, RX_20_a_flood_of_forged_priority_zero_takes_nothing_from_the_active_router)
{
    world where(7);
    four_hosts(where);
    host& active = *where.hosts()[0];
    for (int i = 0; i < 1000; ++i) {
        where.run_for(5ms);
        where.tell(
            active,
            advert{
                .stamp = where.now(), .source = address(99), .mac = {}, .priority = leaving_priority, .interval = 1s});
    }
    ASSERT_EQ(where.active(), std::vector{&active});
    ASSERT_TRUE(well_behaved(where));
}

TEST(simulated, two_owners_settle_by_address)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        world where(seed);
        host& lower = where.add(settings_of(255), address(1));
        host& higher = where.add(settings_of(255), address(2));
        where.boot(lower);
        where.run_for(where.chance().between(0s, 3s));
        where.boot(higher);
        where.run_for(2s);
        ASSERT_EQ(where.active(), std::vector{&higher});
        ASSERT_TRUE(well_behaved(where));
    }
}

} // namespace
} // namespace xvrrp::sim
