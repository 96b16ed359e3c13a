// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/failover_log.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/event.hpp"
#include "runtime/messages.hpp"

namespace xvrrp::runtime {

namespace {

/// A router that runs has no fault: these are what ended that.
std::string_view detected_by_fault(std::uint32_t faults)
{
    const auto has = [faults](core::fault which) { return (faults & static_cast<std::uint32_t>(which)) != 0; };
    if (has(core::fault::interface_missing) || has(core::fault::link_down)) {
        return "link";
    }
    if (has(core::fault::no_address)) {
        return "address";
    }
    if (has(core::fault::no_peer)) {
        return "no peer";
    }
    if (has(core::fault::not_attached)) {
        return "attachment";
    }
    if (has(core::fault::tracked_interface)) {
        return "tracked interface";
    }
    if (has(core::fault::tracked_process)) {
        return "tracked process";
    }
    if (has(core::fault::tracked_file)) {
        return "tracked file";
    }
    return has(core::fault::tracked_script) ? "tracked script" : "sync group";
}

/// How the loss of the Active router, or whatever else ended a state, came to be known.
std::string_view detected_by(const core::transition& change, std::uint32_t faults)
{
    switch (change.why) {
    case core::reason::active_down_timer:
    case core::reason::preempted:
        return "Active_Down_Timer";
    case core::reason::priority_zero:
        return "priority 0";
    case core::reason::higher_priority:
    case core::reason::equal_priority_address:
    case core::reason::left:
        return "advert";
    case core::reason::peer_yielded:
        return change.other_priority == leaving_priority ? "priority 0" : "advert";
    case core::reason::probes_lost:
        return "probe loss";
    case core::reason::peer_dead:
        return "AdminDown";
    case core::reason::deposed:
        return "fence";
    case core::reason::sync_group:
        return "sync group";
    case core::reason::timer_expired:
        return "own stall";
    case core::reason::fault:
        return detected_by_fault(faults);
    case core::reason::startup:
    case core::reason::owner_startup:
    case core::reason::shutdown:
        break;
    }
    return "operator";
}

/// "2026-11-20T08:47:00.123456+01:00": local time with its offset.
std::string precise_time(std::chrono::system_clock::time_point when)
{
    const auto whole = std::chrono::floor<std::chrono::seconds>(when);
    const auto rest = std::chrono::floor<std::chrono::microseconds>(when - whole);
    const auto local = fmt::localtime(std::chrono::system_clock::to_time_t(whole));
    const auto offset = fmt::format("{:%z}", local); // +0100, to become +01:00
    const auto minutes = offset.size() - 2;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}{}:{}", local, rest.count(), offset.substr(0, minutes),
                       offset.substr(minutes));
}

} // namespace

void failover_log::add(failover what)
{
    if (records_.size() == most_records) {
        records_.pop_front();
    }
    records_.push_back(std::move(what));
}

failover* failover_log::last_takeover(std::string_view instance)
{
    const auto found = std::find_if(records_.rbegin(), records_.rend(), [instance](const failover& each) {
        return each.instance == instance && each.change.to == core::state::active;
    });
    return found == records_.rend() ? nullptr : &*found;
}

void failover_log::note_first_packet(std::string_view instance, time_point stamp)
{
    failover* const takeover = last_takeover(instance);
    if (takeover != nullptr && stamp >= takeover->decided &&
        (!takeover->first_packet || stamp < *takeover->first_packet)) {
        takeover->first_packet = stamp;
    }
}

std::vector<control::failover_report> failover_log::report() const
{
    std::vector<control::failover_report> all;
    all.reserve(records_.size());
    std::ranges::transform(records_, std::back_inserter(all), to_report);
    return all;
}

control::failover_report to_report(const failover& what)
{
    const auto offset = [&](const std::optional<time_point>& stage) -> std::optional<double> {
        if (!stage) {
            return std::nullopt;
        }
        return std::chrono::duration<double, std::micro>(*stage - what.decided).count();
    };
    return {
        .instance = what.instance,
        .when = precise_time(what.when),
        .from = state_name(what.change.from, 0),
        .to = state_name(what.change.to, what.faults),
        .reason = std::string(reason_name(what.change.why)),
        .detected_by = std::string(detected_by(what.change, what.faults)),
        .other = what.change.other ? what.change.other->to_string() : "",
        .other_priority = what.change.other ? what.change.other_priority.value : 0U,
        .stages = {.last_advert_microseconds = offset(what.last_advert),
                   .first_unanswered_probe_microseconds = offset(what.first_unanswered_probe),
                   .loss_detected_microseconds = offset(what.loss_detected),
                   .addresses_microseconds = offset(what.addresses_in_place),
                   .advert_microseconds = offset(what.advert_sent),
                   .first_garp_microseconds = offset(what.first_garp_sent),
                   .last_garp_microseconds = offset(what.last_garp_sent),
                   .first_packet_microseconds = offset(what.first_packet)},
    };
}

std::string_view reason_name(core::reason why)
{
    switch (why) {
    case core::reason::startup:
        return "startup";
    case core::reason::owner_startup:
        return "owner_startup";
    case core::reason::active_down_timer:
        return "active_down_timer";
    case core::reason::preempted:
        return "preempted";
    case core::reason::priority_zero:
        return "priority_zero";
    case core::reason::higher_priority:
        return "higher_priority";
    case core::reason::equal_priority_address:
        return "equal_priority_address";
    case core::reason::fault:
        return "fault";
    case core::reason::shutdown:
        return "shutdown";
    case core::reason::left:
        return "left";
    case core::reason::probes_lost:
        return "probes_lost";
    case core::reason::peer_dead:
        return "peer_dead";
    case core::reason::peer_yielded:
        return "peer_yielded";
    case core::reason::deposed:
        return "deposed";
    case core::reason::sync_group:
        return "sync_group";
    case core::reason::timer_expired:
        return "timer_expired";
    }
    return "unknown";
}

} // namespace xvrrp::runtime
