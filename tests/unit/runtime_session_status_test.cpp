// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/session_status.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

TEST(SessionStatus, HasWhatTheProberReports)
{
    session_report session;
    session.target.key = {.interface = {2}, .peer = plan::test::ip("10.0.0.2")};
    session.target.own = plan::test::ip("10.0.0.1");
    session.target.detection.interval = 300us;
    session.target.detection.multiplier = 4;
    session.state = core::session_state::up;
    session.probes_sent = 10;
    session.replies = 9;
    session.losses = 3;
    session.refuted = 2;
    session.false_takeovers = 1;
    session.damping = 2;
    session.detection_time = 2400us;
    session.round_trip_p50 = 38us;
    session.round_trip_p99 = 120500ns;
    session.round_trip_longest = 4ms;
    const control::session_status status = to_status(session, "eth0");
    EXPECT_EQ(status.interface, "eth0");
    EXPECT_EQ(status.peer, "10.0.0.2");
    EXPECT_EQ(status.source, "10.0.0.1");
    EXPECT_EQ(status.state, "up");
    EXPECT_DOUBLE_EQ(status.interval_seconds, 0.0003);
    EXPECT_EQ(status.multiplier, 4U);
    EXPECT_DOUBLE_EQ(status.detection_seconds, 0.0024);
    EXPECT_EQ(status.damping, 2U);
    EXPECT_EQ(status.probes_sent, 10U);
    EXPECT_EQ(status.replies, 9U);
    EXPECT_EQ(status.losses, 3U);
    EXPECT_EQ(status.refuted, 2U);
    EXPECT_EQ(status.false_takeovers, 1U);
    EXPECT_DOUBLE_EQ(status.round_trip_p50_microseconds, 38);
    EXPECT_DOUBLE_EQ(status.round_trip_p99_microseconds, 120.5);
    EXPECT_DOUBLE_EQ(status.round_trip_longest_microseconds, 4000);
    EXPECT_EQ(status.replies_by, "XDP");
    session.target.by_socket = true;
    EXPECT_EQ(to_status(session, "eth0").replies_by, "socket");
}

TEST(SessionStatus, EveryStateHasAName)
{
    EXPECT_EQ(session_state_name(core::session_state::asking), "asking");
    EXPECT_EQ(session_state_name(core::session_state::up), "up");
    EXPECT_EQ(session_state_name(core::session_state::lost), "lost");
    EXPECT_EQ(session_state_name(core::session_state::admin_down), "admin_down");
}

} // namespace
} // namespace xvrrp::runtime
