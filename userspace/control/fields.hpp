// SPDX-License-Identifier: BSD-2-Clause
//
// The fields of snapshot.hpp with their names, once for writing and reading: `fields(visit, value)` calls
// visit("name", value.name) for each, in the order of the struct.
#pragma once

#include <concepts>
#include <type_traits>

#include "control/snapshot.hpp"

namespace xvrrp::control {

/// S, const or not.
template <class T, class S>
concept some = std::same_as<std::remove_const_t<T>, S>;

template <class Visitor, some<vip_status> T> void fields(Visitor& visit, T& v)
{
    visit("address", v.address);
    visit("device", v.device);
    visit("present", v.present);
    visit("received_packets", v.received_packets);
    visit("received_bytes", v.received_bytes);
    visit("sent_packets", v.sent_packets);
    visit("sent_bytes", v.sent_bytes);
    visit("not_active_packets", v.not_active_packets);
}

template <class Visitor, some<peer_status> T> void fields(Visitor& visit, T& v)
{
    visit("address", v.address);
    visit("mac", v.mac);
    visit("priority", v.priority);
    visit("interval_seconds", v.interval_seconds);
    visit("seconds_since_advert", v.seconds_since_advert);
}

template <class Visitor, some<instance_counters> T> void fields(Visitor& visit, T& v)
{
    visit("adverts_received", v.adverts_received);
    visit("adverts_sent", v.adverts_sent);
    visit("became_master", v.became_master);
    visit("released_master", v.released_master);
    visit("priority_zero_received", v.priority_zero_received);
    visit("priority_zero_sent", v.priority_zero_sent);
    visit("garp_sent", v.garp_sent);
    visit("addresses_restored", v.addresses_restored);
    visit("suppressed", v.suppressed);
    visit("lost", v.lost);
    visit("send_errors", v.send_errors);
    visit("late_deadlines", v.late_deadlines);
    visit("ttl_not_255", v.ttl_not_255);
    visit("address_list_mismatch", v.address_list_mismatch);
    visit("interval_mismatch", v.interval_mismatch);
    visit("unlisted_source", v.unlisted_source);
    visit("first_address_not_link_local", v.first_address_not_link_local);
    visit("notify_runs", v.notify_runs);
    visit("notify_failures", v.notify_failures);
}

template <class Visitor, some<takeover_timing> T> void fields(Visitor& visit, T& v)
{
    visit("addresses_microseconds", v.addresses_microseconds);
    visit("advert_microseconds", v.advert_microseconds);
    visit("first_round_microseconds", v.first_round_microseconds);
}

template <class Visitor, some<instance_status> T> void fields(Visitor& visit, T& v)
{
    visit("name", v.name);
    visit("interface", v.interface);
    visit("vrid", v.vrid);
    visit("version", v.version);
    visit("family", v.family);
    visit("state", v.state);
    visit("faults", v.faults);
    visit("seconds_in_state", v.seconds_in_state);
    visit("since", v.since);
    visit("base_priority", v.base_priority);
    visit("effective_priority", v.effective_priority);
    visit("advert_interval_seconds", v.advert_interval_seconds);
    visit("active_advert_interval_seconds", v.active_advert_interval_seconds);
    visit("attach_mode", v.attach_mode);
    visit("source", v.source);
    visit("active", v.active);
    visit("other_actives", v.other_actives);
    visit("vips", v.vips);
    visit("last_takeover", v.last_takeover);
    visit("notify_running", v.notify_running);
    visit("notify_waiting", v.notify_waiting);
    visit("counters", v.counters);
}

template <class Visitor, some<group_status> T> void fields(Visitor& visit, T& v)
{
    visit("name", v.name);
    visit("state", v.state);
    visit("members", v.members);
}

template <class Visitor, some<script_status> T> void fields(Visitor& visit, T& v)
{
    visit("name", v.name);
    visit("command", v.command);
    visit("state", v.state);
    visit("running", v.running);
    visit("last_result", v.last_result);
    visit("seconds_since_last", v.seconds_since_last);
    visit("interval_seconds", v.interval_seconds);
    visit("timeout_seconds", v.timeout_seconds);
    visit("runs", v.runs);
    visit("failures", v.failures);
    visit("skipped", v.skipped);
    visit("tracked_by", v.tracked_by);
}

template <class Visitor, some<file_status> T> void fields(Visitor& visit, T& v)
{
    visit("name", v.name);
    visit("path", v.path);
    visit("number", v.number);
    visit("seconds_since_change", v.seconds_since_change);
    visit("tracked_by", v.tracked_by);
}

template <class Visitor, some<process_status> T> void fields(Visitor& visit, T& v)
{
    visit("name", v.name);
    visit("process", v.process);
    visit("state", v.state);
    visit("running", v.running);
    visit("quorum", v.quorum);
    visit("quorum_max", v.quorum_max);
    visit("seconds_since_change", v.seconds_since_change);
    visit("tracked_by", v.tracked_by);
}

template <class Visitor, some<fifo_status> T> void fields(Visitor& visit, T& v)
{
    visit("path", v.path);
    visit("script", v.script);
    visit("script_running", v.script_running);
    visit("lines", v.lines);
    visit("lost", v.lost);
}

template <class Visitor, some<drop_status> T> void fields(Visitor& visit, T& v)
{
    visit("interface", v.interface);
    visit("reason", v.reason);
    visit("count", v.count);
    visit("last_source", v.last_source);
    visit("seconds_since_last", v.seconds_since_last);
}

template <class Visitor, some<reaction_timing> T> void fields(Visitor& visit, T& v)
{
    visit("adverts", v.adverts);
    visit("p50_microseconds", v.p50_microseconds);
    visit("p99_microseconds", v.p99_microseconds);
    visit("longest_microseconds", v.longest_microseconds);
}

template <class Visitor, some<daemon_status> T> void fields(Visitor& visit, T& v)
{
    visit("version", v.version);
    visit("router_id", v.router_id);
    visit("config_file", v.config_file);
    visit("pid", v.pid);
    visit("supervisor_pid", v.supervisor_pid);
    visit("uptime_seconds", v.uptime_seconds);
    visit("last_reload", v.last_reload);
    visit("bpf_directory", v.bpf_directory);
    visit("bpf_refusal", v.bpf_refusal);
    visit("instances", v.instances);
    visit("groups", v.groups);
    visit("scripts", v.scripts);
    visit("files", v.files);
    visit("processes", v.processes);
    visit("fifos", v.fifos);
    visit("drops", v.drops);
    visit("reaction", v.reaction);
}

template <class Visitor, some<failover_stages> T> void fields(Visitor& visit, T& v)
{
    visit("last_advert_microseconds", v.last_advert_microseconds);
    visit("first_unanswered_probe_microseconds", v.first_unanswered_probe_microseconds);
    visit("loss_detected_microseconds", v.loss_detected_microseconds);
    visit("addresses_microseconds", v.addresses_microseconds);
    visit("advert_microseconds", v.advert_microseconds);
    visit("first_garp_microseconds", v.first_garp_microseconds);
    visit("last_garp_microseconds", v.last_garp_microseconds);
    visit("first_packet_microseconds", v.first_packet_microseconds);
}

template <class Visitor, some<failover_report> T> void fields(Visitor& visit, T& v)
{
    visit("instance", v.instance);
    visit("when", v.when);
    visit("from", v.from);
    visit("to", v.to);
    visit("reason", v.reason);
    visit("detected_by", v.detected_by);
    visit("other", v.other);
    visit("other_priority", v.other_priority);
    visit("stages", v.stages);
}

template <class Visitor, some<session_status> T> void fields(Visitor& visit, T& v)
{
    visit("interface", v.interface);
    visit("peer", v.peer);
    visit("source", v.source);
    visit("state", v.state);
    visit("interval_seconds", v.interval_seconds);
    visit("multiplier", v.multiplier);
    visit("detection_seconds", v.detection_seconds);
    visit("damping", v.damping);
    visit("probes_sent", v.probes_sent);
    visit("replies", v.replies);
    visit("losses", v.losses);
    visit("refuted", v.refuted);
    visit("false_takeovers", v.false_takeovers);
    visit("round_trip_p50_microseconds", v.round_trip_p50_microseconds);
    visit("round_trip_p99_microseconds", v.round_trip_p99_microseconds);
    visit("round_trip_longest_microseconds", v.round_trip_longest_microseconds);
    visit("replies_by", v.replies_by);
}

} // namespace xvrrp::control
