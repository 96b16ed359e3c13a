// SPDX-License-Identifier: BSD-2-Clause
#include "control/timeline_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "control/table.hpp"

namespace xvrrp::control {
namespace {

constexpr const char* not_reached = "-";

std::string render_stage(const std::optional<double>& stage)
{
    return stage ? format_microseconds(*stage) : not_reached;
}

/// "130 us", or "130 us to 1.5 ms" where there was more than one.
std::string render_announcements(const failover_stages& stages)
{
    const std::string first = render_stage(stages.first_garp_microseconds);
    const std::string last = render_stage(stages.last_garp_microseconds);
    return first == last || last == not_reached ? first : fmt::format("{} to {}", first, last);
}

/// "probes_lost" → "probes lost"
std::string in_words(std::string name)
{
    std::ranges::replace(name, '_', ' ');
    return name;
}

std::string render_other(const failover_report& report)
{
    return report.other.empty() ? not_reached : fmt::format("{} ({})", report.other, report.other_priority);
}

table_row failover_row(const failover_report& report)
{
    const failover_stages& stages = report.stages;
    return {local_time(report.when),
            report.instance,
            fmt::format("{} -> {}", report.from, report.to),
            in_words(report.reason),
            render_other(report),
            render_stage(stages.last_advert_microseconds),
            render_stage(stages.first_unanswered_probe_microseconds),
            render_stage(stages.loss_detected_microseconds),
            render_stage(stages.addresses_microseconds),
            render_stage(stages.advert_microseconds),
            render_announcements(stages),
            render_stage(stages.first_packet_microseconds)};
}

/// "100 ms", "0.3 ms"
std::string milliseconds(double seconds)
{
    return fmt::format("{:g} ms", seconds * 1000);
}

std::string render_detection(const session_status& session)
{
    const std::string time = milliseconds(session.detection_seconds);
    return session.damping > 1 ? fmt::format("{} (damped x {})", time, session.damping) : time;
}

std::string render_round_trip(const session_status& session)
{
    if (session.replies == 0) {
        return not_reached;
    }
    return fmt::format("{} / {} / {}", format_microseconds(session.round_trip_p50_microseconds),
                       format_microseconds(session.round_trip_p99_microseconds),
                       format_microseconds(session.round_trip_longest_microseconds));
}

table_row session_row(const session_status& session)
{
    return {session.interface,
            session.peer,
            in_words(session.state),
            fmt::format("{} x {}", milliseconds(session.interval_seconds), session.multiplier),
            render_detection(session),
            fmt::format("{}", session.probes_sent),
            fmt::format("{}", session.replies),
            fmt::format("{}", session.losses),
            fmt::format("{}", session.refuted),
            fmt::format("{}", session.false_takeovers),
            render_round_trip(session),
            session.replies_by};
}

} // namespace

std::string render_failovers(const std::vector<failover_report>& failovers)
{
    if (failovers.empty()) {
        return "No change of state is on record.\n";
    }
    std::vector<table_row> rows{{"WHEN", "INSTANCE", "CHANGE", "WHY", "OTHER ROUTER", "LAST ADVERT", "UNANSWERED",
                                 "DETECTED", "ADDRESSES", "ADVERT", "GARP", "FIRST PACKET"}};
    std::ranges::transform(failovers, std::back_inserter(rows), failover_row);
    return "Times from LAST ADVERT on count from the decision, which is WHEN; what came before it is negative.\n\n" +
           render_table(rows, "");
}

std::string render_sessions(const std::vector<session_status>& sessions)
{
    if (sessions.empty()) {
        return "There is no probe session: no other router is followed, or fast_detect is off.\n";
    }
    std::vector<table_row> rows{{"INTERFACE", "PEER", "STATE", "INTERVAL", "DETECTED WITHIN", "PROBES", "REPLIES",
                                 "LOSSES", "REFUTED", "FALSE TAKEOVERS", "ROUND TRIP P50 / P99 / LONGEST",
                                 "REPLIES BY"}};
    std::ranges::transform(sessions, std::back_inserter(rows), session_row);
    return render_table(rows, "");
}

} // namespace xvrrp::control
