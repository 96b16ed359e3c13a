// SPDX-License-Identifier: BSD-2-Clause
//
// What an instance does about adverts, and when they are missing: in global_defs, in vrrp_instance, in strict mode.
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::IsEmpty;

std::string globally(const std::string& lines)
{
    return "global_defs {\n" + lines + "\n}\n";
}

TEST(config_election, S_B2_down_timer_adverts)
{
    EXPECT_EQ(only_instance(read(instance_with("down_timer_adverts 1"))).down_timer_adverts, 1U);
    EXPECT_EQ(only_instance(read(globally("vrrp_down_timer_adverts 100") + instance_with(""))).down_timer_adverts,
              100U);
    EXPECT_EQ(only_instance(read(globally("vrrp_down_timer_adverts 5") + instance_with("down_timer_adverts 2")))
                  .down_timer_adverts,
              2U);
    for (const char* wrong : {"0", "101", "x"}) {
        const loaded result = read(instance_with(std::string("down_timer_adverts ") + wrong));
        EXPECT_EQ(only_instance(result).down_timer_adverts, 3U);
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 4, 20, "from 1 to 100")) << wrong;
    }
    const loaded strict = read(instance_with("strict_mode\ndown_timer_adverts 5"));
    EXPECT_EQ(only_instance(strict).down_timer_adverts, 3U);
    EXPECT_THAT(strict.diagnostics, only_message(severity::warning, 5, 20, "strict_mode"));
}

TEST(config_election, S_M5_lower_prio_no_advert)
{
    EXPECT_TRUE(only_instance(read(instance_with("lower_prio_no_advert"))).lower_prio_no_advert);
    const std::string global = globally("vrrp_lower_prio_no_advert");
    EXPECT_TRUE(only_instance(read(global + instance_with(""))).lower_prio_no_advert);
    EXPECT_FALSE(only_instance(read(global + instance_with("lower_prio_no_advert off"))).lower_prio_no_advert);
    EXPECT_TRUE(only_instance(read(instance_with("strict_mode"))).lower_prio_no_advert) << "RFC 3768 6.4.3";
    EXPECT_FALSE(only_instance(read(instance_with("strict_mode\nversion 3"))).lower_prio_no_advert) << "RFC 9568 6.4.3";
}

TEST(config_election, RX_14_owner_ignore_adverts)
{
    EXPECT_TRUE(only_instance(read(instance_with("priority 255\nowner_ignore_adverts"))).owner_ignore_adverts);
    const std::string global = globally("vrrp_owner_ignore_adverts");
    EXPECT_TRUE(only_instance(read(global + instance_with("priority 255"))).owner_ignore_adverts);
    const loaded other = read(global + instance_with("priority 200"));
    EXPECT_FALSE(only_instance(other).owner_ignore_adverts);
    EXPECT_THAT(other.diagnostics, IsEmpty()) << "it may be meant for others";
    EXPECT_THAT(read(instance_with("owner_ignore_adverts")).diagnostics,
                only_message(severity::warning, 4, 1, "priority 255"));
}

TEST(config_election, timer_expired_backup)
{
    EXPECT_EQ(only_instance(read(instance_with("nopreempt\ntimer_expired_backup"))).timer_expired_backup,
              priority{254});
    EXPECT_EQ(only_instance(read(instance_with("nopreempt\nthread_timer_expired 200"))).timer_expired_backup,
              priority{200});
    const loaded preempting = read(instance_with("timer_expired_backup"));
    EXPECT_EQ(only_instance(preempting).timer_expired_backup, std::nullopt);
    EXPECT_THAT(preempting.diagnostics, only_message(severity::warning, 4, 1, "nopreempt only"));
    EXPECT_THAT(read(instance_with("nopreempt\ntimer_expired_backup 255")).diagnostics,
                only_message(severity::error, 5, 22, "from 1 to 254"));
}

TEST(config_election, dont_track_primary)
{
    EXPECT_FALSE(only_instance(read(instance_with("dont_track_primary"))).track_primary);
    EXPECT_TRUE(only_instance(read(instance_with("dont_track_primary off"))).track_primary);
}

} // namespace
} // namespace xvrrp::config
