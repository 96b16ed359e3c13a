// SPDX-License-Identifier: BSD-2-Clause
//
// Sync groups in simulated time: boxes with two or three segments, among losses, cuts, faults and reloads. Each world
// is made from a seed that a failure prints; XVRRP_SIM_SEED runs one of them alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "group_world.hpp"
#include "sim_support.hpp"

namespace xvrrp::sim {
namespace {

testing::AssertionResult kept_the_rules(group_world& where)
{
    if (where.log().violations.empty()) {
        return testing::AssertionSuccess();
    }
    auto failure = testing::AssertionFailure();
    for (const std::string& each : where.log().violations) {
        failure << each << "\n";
    }
    failure << "The last that happened:\n";
    for (const std::string& each : where.log().lines) {
        failure << "  " << each << "\n";
    }
    return failure;
}

/// A box is Active on each segment, and it alone.
testing::AssertionResult one_serves(group_world& where)
{
    const auto first = where.active(0);
    for (std::size_t i = 0; i < where.segments(); ++i) {
        if (first.size() == 1 && where.active(i) == first) {
            continue;
        }
        auto failure = testing::AssertionFailure() << "segment " << i << " has " << where.active(i).size()
                                                   << " Active routers. The last that happened:\n";
        for (const std::string& each : where.log().lines) {
            failure << "  " << each << "\n";
        }
        return failure;
    }
    return testing::AssertionSuccess();
}

/// Two or three boxes on two or three segments, of different priorities.
class group_story {
public:
    explicit group_story(std::uint64_t seed) : where_(seed, 2 + seed % 2)
    {
        const std::size_t count = 2 + dice_of().below(2);
        version_ = dice_of().percent(50) ? vrrp_version::v2 : vrrp_version::v3;
        for (std::size_t i = 0; i < count; ++i) {
            where_.add(random_settings());
        }
        for (std::size_t i = 0; i < count; ++i) {
            where_.boot(i);
            where_.run_for(dice_of().between(0s, 2s));
        }
    }
    [[nodiscard]] group_world& where() { return where_; }

    void rage()
    {
        for (int events = 0; events < 100; ++events) {
            const std::size_t box = dice_of().below(where_.boxes());
            if (dice_of().percent(50)) {
                harm(box, dice_of().below(where_.segments()));
            } else {
                mend(box);
            }
            where_.run_for(dice_of().percent(30) ? dice_of().between(0s, 10ms) : dice_of().between(0s, 6s));
        }
    }

    /// Everything is repaired, and there is time for an election.
    void make_peace()
    {
        where_.loss_percent = 0;
        for (std::size_t i = 0; i < where_.boxes(); ++i) {
            mend(i);
            where_.reload(i, where_.settings(i), true);
        }
        where_.run_for(10s);
        for (std::size_t i = 0; i < where_.boxes(); ++i) {
            where_.boot(i); // who was still leaving
        }
        where_.run_for(30s);
    }

private:
    static constexpr std::array own_faults = {fault::link_down, fault::tracked_script, fault::awaiting_scripts};

    dice& dice_of() { return where_.chance(); }

    router_settings random_settings()
    {
        router_settings made = settings_of(50 + static_cast<int>(dice_of().below(200)), 1s);
        made.version = version_;
        made.preempt_mode = dice_of().percent(70);
        made.preempt_delay = made.preempt_mode && dice_of().percent(20) ? dice_of().between(0s, 5s) : duration(0);
        return made;
    }

    void mend(std::size_t box)
    {
        where_.boot(box);
        for (std::size_t segment = 0; segment < where_.segments(); ++segment) {
            where_.cut(box, segment, false);
            for (const fault each : own_faults) {
                where_.tell(box, segment, fault_cleared{each});
            }
        }
    }

    void harm(std::size_t box, std::size_t segment)
    {
        switch (dice_of().below(8)) {
        case 0:
        case 1:
            where_.cut(box, segment, true);
            break;
        case 2:
            for (std::size_t each = 0; each < where_.segments(); ++each) {
                where_.cut(box, each, true);
            }
            break;
        case 3:
            where_.loss_percent = dice_of().percent(50) ? 0 : static_cast<unsigned>(dice_of().below(60));
            break;
        case 4:
        case 5:
            where_.tell(box, segment, fault_set{own_faults[dice_of().below(own_faults.size())]});
            break;
        case 6:
            where_.reload(box, random_settings(), dice_of().percent(70));
            break;
        default:
            if (dice_of().percent(50)) {
                where_.stop(box);
            } else {
                where_.cut_power(box);
            }
        }
    }

    group_world where_;
    vrrp_version version_ = vrrp_version::v3;
};

TEST(simulated_groups, whatever_happens_one_box_has_them_all_in_the_end)
{
    unsigned raged = 0;
    const auto all = seeds(400);
    for (const std::uint64_t seed : all) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        group_story story(seed);
        story.rage();
        raged += story.where().transitions();
        story.make_peace();
        group_world& where = story.where();
        ASSERT_TRUE(kept_the_rules(where));
        ASSERT_TRUE(one_serves(where));
        const unsigned before = where.transitions();
        where.run_for(20s);
        ASSERT_EQ(where.transitions(), before) << "it isn't at rest";
        for (std::size_t i = 0; i < where.boxes(); ++i) {
            const bool serves = where.active(0).front() == i;
            ASSERT_EQ(where.state(i), serves ? group_state::active : group_state::backup);
        }
        ASSERT_TRUE(kept_the_rules(where));
    }
    EXPECT_GT(raged / all.size(), 50U) << "the worlds are too quiet to show anything";
}

TEST(simulated_groups, a_box_that_one_segment_alone_has_lost_stays_active)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        group_world where(seed, 3);
        where.boot(where.add(settings_of(200)));
        where.boot(where.add(settings_of(100)));
        where.run_for(6s);
        ASSERT_EQ(where.state(0), group_state::active);
        const unsigned before = where.transitions();
        where.cut(0, seed % 3, true);
        where.run_for(30s);
        ASSERT_EQ(where.transitions(), before);
        ASSERT_EQ(where.state(1), group_state::backup);
        for (std::size_t segment = 0; segment < where.segments(); ++segment) {
            where.cut(0, segment, true);
        }
        where.run_for(5s);
        ASSERT_EQ(where.state(1), group_state::active);
        ASSERT_TRUE(kept_the_rules(where));
    }
}

TEST(simulated_groups, a_fault_on_one_segment_moves_all_within_a_skew_time)
{
    for (const std::uint64_t seed : seeds(50)) {
        SCOPED_TRACE("XVRRP_SIM_SEED=" + std::to_string(seed));
        group_world where(seed, 2 + seed % 2);
        where.boot(where.add(settings_of(200)));
        where.boot(where.add(settings_of(100)));
        where.run_for(6s + where.chance().between(0s, 1s));
        where.tell(0, seed % 2, fault_set{fault::tracked_script});
        where.run_for(1s);
        ASSERT_EQ(where.state(0), group_state::fault);
        ASSERT_EQ(where.state(1), group_state::active);
        where.tell(0, seed % 2, fault_cleared{fault::tracked_script});
        where.run_for(10s);
        ASSERT_EQ(where.state(0), group_state::active);
        ASSERT_TRUE(one_serves(where));
        ASSERT_TRUE(kept_the_rules(where));
    }
}

} // namespace
} // namespace xvrrp::sim
