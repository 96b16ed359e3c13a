// SPDX-License-Identifier: BSD-2-Clause
//
// Skew_Time and Active_Down_Interval to the nanosecond: a skew that is truncated to zero must not pass.
#include <gtest/gtest.h>

#include "core/timers.hpp"

namespace xvrrp::core {
namespace {

using namespace std::chrono_literals;

struct expectation {
    std::uint8_t priority_value;
    duration interval;
    duration skew_v2;
    duration skew_v3;
};

class skew : public testing::TestWithParam<expectation> {};

TEST_P(skew, is_exact_in_both_versions)
{
    const expectation& want = GetParam();
    const priority own{want.priority_value};
    EXPECT_EQ(skew_time(vrrp_version::v2, own, want.interval), want.skew_v2);
    EXPECT_EQ(skew_time(vrrp_version::v3, own, want.interval), want.skew_v3);
    EXPECT_EQ(active_down_interval(vrrp_version::v2, own, want.interval), 3 * want.interval + want.skew_v2);
    EXPECT_EQ(active_down_interval(vrrp_version::v3, own, want.interval), 3 * want.interval + want.skew_v3);
}

INSTANTIATE_TEST_SUITE_P(at_one_second, skew,
                         testing::Values(expectation{255, 1s, 3'906'250ns, 3'906'250ns},
                                         expectation{254, 1s, 7'812'500ns, 7'812'500ns},
                                         expectation{200, 1s, 218'750'000ns, 218'750'000ns},
                                         expectation{150, 1s, 414'062'500ns, 414'062'500ns},
                                         expectation{100, 1s, 609'375'000ns, 609'375'000ns},
                                         expectation{1, 1s, 996'093'750ns, 996'093'750ns}));

INSTANTIATE_TEST_SUITE_P(version_2_is_not_scaled, skew,
                         testing::Values(expectation{100, 10ms, 609'375'000ns, 6'093'750ns},
                                         expectation{254, 10ms, 7'812'500ns, 78'125ns},
                                         expectation{200, 4s, 218'750'000ns, 875'000'000ns},
                                         expectation{1, 40950ms, 996'093'750ns, 40'790'039'062ns},
                                         expectation{1, 255s, 996'093'750ns, 254'003'906'250ns}));

TEST(active_down, at_one_second_and_priority_100_is_3609_ms)
{
    EXPECT_EQ(active_down_interval(vrrp_version::v3, priority{100}, 1s), 3'609'375'000ns);
    EXPECT_EQ(active_down_interval(vrrp_version::v2, priority{100}, 1s), 3'609'375'000ns);
    EXPECT_EQ(active_down_interval(vrrp_version::v3, priority{100}, 10ms), 36'093'750ns);
}

} // namespace
} // namespace xvrrp::core
