// SPDX-License-Identifier: BSD-2-Clause
//
// The controller's part of `xvrrpctl status`.
#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "runtime/controller.hpp"

namespace xvrrp::runtime {

namespace {

using seconds = std::chrono::duration<double>;
using microseconds = std::chrono::duration<double, std::micro>;

double seconds_of(duration length)
{
    return seconds(length).count();
}

std::string iso_time(std::chrono::system_clock::time_point when)
{
    std::string text =
        fmt::format("{:%Y-%m-%dT%H:%M:%S%z}", fmt::localtime(std::chrono::system_clock::to_time_t(when)));
    text.insert(text.size() - 2, ":"); // +0100 → +01:00
    return text;
}

control::peer_status peer(const datapath::heard& heard, time_point now)
{
    return {
        .address = heard.source.to_string(),
        .mac = to_string(heard.mac),
        .priority = heard.priority.value,
        .interval_seconds = seconds_of(heard.interval),
        .seconds_since_advert = seconds_of(now - heard.stamp),
    };
}

bool is_heard_now(const std::optional<datapath::heard>& heard, time_point now)
{
    return heard && heard->priority != leaving_priority && now - heard->stamp < adverts_until_silent * heard->interval;
}

/// Who is Active besides us: all that the kernel heard lately, and the router that the state machine follows.
void fill_peers(control::instance_status& status, const instance& who, const datapath::router_record& record,
                time_point now)
{
    const std::optional<core::advert>& followed = who.router.followed();
    if (followed) {
        status.active = peer({.stamp = followed->stamp,
                              .source = followed->source,
                              .mac = followed->mac,
                              .priority = followed->priority,
                              .interval = followed->interval},
                             now);
    }
    for (const std::optional<datapath::heard>& each : {record.followed, record.other}) {
        const bool rival = is_heard_now(each, now) && who.other_active && who.other_active->source == each->source &&
                           who.other_active->adverts > 1;
        if (!rival || (followed && followed->source == each->source)) {
            continue;
        }
        status.other_actives.push_back(peer(*each, now));
    }
}

std::optional<control::takeover_timing> timing(const std::optional<takeover_stages>& stages)
{
    if (!stages) {
        return std::nullopt;
    }
    const auto since_decision = [&](time_point stage) {
        return stage == time_point{} ? 0.0 : microseconds(stage - stages->decided).count();
    };
    return control::takeover_timing{
        .addresses_microseconds = since_decision(stages->addresses_in_place),
        .advert_microseconds = since_decision(stages->advert_sent),
        .first_round_microseconds = since_decision(stages->first_round_sent),
    };
}

using counters_by_vip = std::map<datapath::vip, datapath::vip_counters>;

control::vip_status vip(const plan::placed_address& placed, const plan::facts& known, const counters_by_vip& counted)
{
    control::vip_status status;
    status.address = fmt::format("{}/{}", placed.request.ip.to_string(), placed.request.prefix_length);
    status.device = placed.device;
    status.present = known.address(placed.request.interface, placed.request.ip) != nullptr;
    const auto found = counted.find({.interface = placed.request.interface, .address = placed.request.ip});
    if (found != counted.end()) {
        status.received_packets = found->second.received_packets;
        status.received_bytes = found->second.received_bytes;
        status.sent_packets = found->second.sent_packets;
        status.sent_bytes = found->second.sent_bytes;
        status.not_active_packets = found->second.not_active_packets;
    }
    return status;
}

control::instance_status basics(const instance& who, time_point now)
{
    control::instance_status status;
    status.name = who.config.name;
    status.interface = who.config.interface;
    status.vrid = who.config.vrid.value;
    status.version = static_cast<unsigned>(who.config.version);
    status.family = who.config.family == address_family::ipv4 ? "IPv4" : "IPv6";
    status.state = state_name(who.router.state(), who.router.faults());
    status.faults = fault_names(who.router.faults(), who.config);
    for (const std::string& each : who.planned.failed_scripts) {
        status.faults.push_back(fmt::format("script {} is failing", each));
    }
    for (const std::string& each : who.planned.failed_files) {
        status.faults.push_back(fmt::format("file {} says so", each));
    }
    for (const std::string& each : who.planned.failed_processes) {
        status.faults.push_back(fmt::format("tracked process {}", each));
    }
    if (who.setup_error) {
        status.faults.push_back(*who.setup_error);
    }
    status.seconds_in_state = seconds_of(now - who.router.since());
    status.since = iso_time(who.since);
    status.base_priority = who.config.priority.value;
    status.effective_priority = who.router.effective_priority().value;
    status.advert_interval_seconds = seconds_of(who.config.advert_interval);
    status.active_advert_interval_seconds = seconds_of(who.router.active_advertisement_interval());
    status.source = who.planned.source ? who.planned.source->to_string() : "";
    status.last_takeover = timing(who.takeover);
    status.counters = who.counters;
    return status;
}

} // namespace

control::daemon_status controller::status() const
{
    const time_point now = std::chrono::steady_clock::now();
    control::daemon_status status;
    status.bpf_directory = settings_.bpf_directory.string();
    status.bpf_refusal = with_.datapath.bpf_refusal();
    counters_by_vip counted;
    for (const datapath::vip_counters& each : with_.datapath.read_vips()) {
        counted.emplace(each.which, each);
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        control::instance_status one = basics(*each, now);
        const auto mode = each->planned.link ? attachments_.mode(each->planned.link->index) : std::nullopt;
        one.attach_mode = mode ? mode_name(*mode) : "none";
        for (const plan::placed_address& placed : each->planned.addresses) {
            one.vips.push_back(vip(placed, with_.facts, counted));
        }
        const track::notifier::load scripts = notifier_.load_of(each->config.name);
        one.notify_running = scripts.running;
        one.notify_waiting = scripts.waiting;
        if (each->heard_at.slot()) {
            const datapath::router_record record = with_.datapath.read_router(*each->heard_at.slot());
            one.counters.suppressed = record.suppressed;
            one.counters.lost = record.lost;
            fill_peers(one, *each, record, now);
        }
        status.instances.push_back(std::move(one));
    }
    status.groups = group_status();
    status.scripts = script_status(now);
    status.files = file_status(now);
    status.processes = process_status(now);
    status.fifos = fifo_status();
    for (const datapath::drop_counters& each : with_.datapath.read_drops()) {
        const net::link* link = with_.facts.link(each.interface);
        status.drops.push_back({
            .interface = link == nullptr ? "" : link->name,
            .reason = std::string(datapath::reason_name(each.reason)),
            .count = each.count,
            .last_source = each.last_source ? each.last_source->to_string() : "",
            .seconds_since_last = each.last ? seconds_of(now - *each.last) : 0,
        });
    }
    status.reaction = {
        .adverts = reaction_.total(),
        .p50_microseconds = microseconds(reaction_.quantile(0.5)).count(),
        .p99_microseconds = microseconds(reaction_.quantile(0.99)).count(),
        .longest_microseconds = microseconds(reaction_.longest()).count(),
    };
    return status;
}

} // namespace xvrrp::runtime
