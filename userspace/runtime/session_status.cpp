// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/session_status.hpp"

#include <chrono>
#include <utility>

namespace xvrrp::runtime {

namespace {

double seconds_of(duration length)
{
    return std::chrono::duration<double>(length).count();
}

double microseconds_of(duration length)
{
    return std::chrono::duration<double, std::micro>(length).count();
}

} // namespace

std::string_view session_state_name(core::session_state state)
{
    switch (state) {
    case core::session_state::asking:
        return "asking";
    case core::session_state::up:
        return "up";
    case core::session_state::lost:
        return "lost";
    case core::session_state::admin_down:
        return "admin_down";
    }
    return "unknown";
}

control::session_status to_status(const session_report& session, std::string interface)
{
    const session_target& target = session.target;
    return {
        .interface = std::move(interface),
        .peer = target.key.peer.to_string(),
        .source = target.own.to_string(),
        .state = std::string(session_state_name(session.state)),
        .interval_seconds = seconds_of(target.detection.interval),
        .multiplier = target.detection.multiplier,
        .detection_seconds = seconds_of(session.detection_time),
        .damping = session.damping,
        .probes_sent = session.probes_sent,
        .replies = session.replies,
        .losses = session.losses,
        .refuted = session.refuted,
        .false_takeovers = session.false_takeovers,
        .round_trip_p50_microseconds = microseconds_of(session.round_trip_p50),
        .round_trip_p99_microseconds = microseconds_of(session.round_trip_p99),
        .round_trip_longest_microseconds = microseconds_of(session.round_trip_longest),
        .replies_by = target.by_socket ? "socket" : "XDP",
    };
}

} // namespace xvrrp::runtime
