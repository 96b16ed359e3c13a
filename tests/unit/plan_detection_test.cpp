// SPDX-License-Identifier: BSD-2-Clause
#include "plan/detection.hpp"

#include <gtest/gtest.h>

#include "plan_world.hpp"

namespace xvrrp::plan {
namespace {

using namespace std::chrono_literals;

TEST(HangLimit, IsTheActiveDownIntervalOfABackupWithOurPriority)
{
    vrrp_instance instance = test::make_instance();
    instance.version = vrrp_version::v3;
    instance.priority = {128};
    instance.advert_interval = 1s;
    EXPECT_EQ(hang_limit_of(instance), 3500ms);
    instance.advert_interval = 100ms;
    EXPECT_EQ(hang_limit_of(instance), 350ms);
    instance.version = vrrp_version::v2;
    instance.advert_interval = 2s;
    EXPECT_EQ(hang_limit_of(instance), 6500ms) << "RFC 3768: Skew_Time is a part of a second";
}

TEST(HangLimit, IsWhatTheFileSays)
{
    vrrp_instance instance = test::make_instance();
    instance.fast_detect.hang_limit = 300ms;
    EXPECT_EQ(hang_limit_of(instance), 300ms);
}

} // namespace
} // namespace xvrrp::plan
