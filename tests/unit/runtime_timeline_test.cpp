// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/timeline.hpp"

#include <gtest/gtest.h>

#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

/// A takeover of VI_1 a second ago.
class Timeline : public testing::Test {
protected:
    Timeline()
    {
        before.followed = core::advert{.stamp = decided - 700ms,
                                       .source = plan::test::ip("10.0.0.9"),
                                       .mac = {},
                                       .priority = {200},
                                       .interval = 1s};
        before.down_deadline = decided - 5us;
        before.health = {.health = core::peer_health::lost, .since = decided - 3ms, .noticed = decided - 200us};
        who.takeover = takeover_stages{.decided = decided,
                                       .addresses_in_place = decided + 30us,
                                       .advert_sent = decided + 50us,
                                       .first_garp_sent = decided + 60us,
                                       .first_round_sent = decided + 90us};
    }
    [[nodiscard]] failover because(core::reason why, core::state to = core::state::active) const
    {
        return timeline_of(who, {.from = core::state::backup, .to = to, .why = why, .other = {}, .other_priority = {}},
                           before, decided);
    }

    time_point decided = std::chrono::steady_clock::now() - 1s;
    instance who{plan::test::make_instance(), {}};
    before_step before;
};

TEST_F(Timeline, ATakeoverAfterProbeLossHasAllItsStages)
{
    const failover made = because(core::reason::probes_lost);
    EXPECT_EQ(made.instance, "VI_1");
    EXPECT_EQ(made.decided, decided);
    EXPECT_EQ(made.last_advert, decided - 700ms);
    EXPECT_EQ(made.first_unanswered_probe, decided - 3ms);
    EXPECT_EQ(made.loss_detected, decided - 200us);
    EXPECT_EQ(made.addresses_in_place, decided + 30us);
    EXPECT_EQ(made.advert_sent, decided + 50us);
    EXPECT_EQ(made.first_garp_sent, decided + 60us);
    EXPECT_EQ(made.last_garp_sent, decided + 90us);
    EXPECT_NEAR(std::chrono::duration<double>(std::chrono::system_clock::now() - made.when).count(), 1.0, 0.5);
}

TEST_F(Timeline, TheLossIsKnownFromWhateverToldIt)
{
    EXPECT_EQ(because(core::reason::active_down_timer).loss_detected, before.down_deadline);
    EXPECT_EQ(because(core::reason::priority_zero).loss_detected, decided - 700ms) << "the advert that said so";
    EXPECT_EQ(because(core::reason::peer_dead).loss_detected, decided - 200us);
    EXPECT_FALSE(because(core::reason::active_down_timer).first_unanswered_probe);
    EXPECT_FALSE(because(core::reason::startup).loss_detected);
}

TEST_F(Timeline, WhoBecomesBackupPutsNoAddressesInPlace)
{
    const failover made = because(core::reason::higher_priority, core::state::backup);
    EXPECT_FALSE(made.addresses_in_place || made.advert_sent || made.first_garp_sent || made.last_garp_sent);
}

TEST_F(Timeline, AStageThatWasNotReachedIsEmpty)
{
    who.takeover->first_round_sent = {};
    EXPECT_FALSE(because(core::reason::probes_lost).last_garp_sent);
}

} // namespace
} // namespace xvrrp::runtime
