// SPDX-License-Identifier: BSD-2-Clause
//
// The report of `xvrrpctl status`: header, a line for each instance, warnings, details, drops.
#include "control/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "control/fields.hpp"
#include "control/table.hpp"

namespace xvrrp::control {
namespace {

using output = std::back_insert_iterator<std::string>;

/// "item, item, item", continued below the first item where a line would grow beyond 100 columns.
std::string render_list(std::string_view title, const std::vector<std::string>& items)
{
    static constexpr std::size_t widest = 100;
    const std::string margin(title.size(), ' ');
    std::string out;
    std::string line(title);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
        if (line.size() + 1 + item.size() > widest && line.size() > title.size()) {
            out += line + "\n";
            line = margin;
        }
        line += " " + item;
    }
    return out + line + "\n";
}

/// The error of a reload shows the lines of the file that it is about.
std::string indent_further_lines(std::string text)
{
    while (text.ends_with('\n')) {
        text.pop_back();
    }
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        text.insert(at + 1, "  ");
    }
    return text;
}

std::string format_bytes(std::uint64_t bytes)
{
    static constexpr std::array units{"kB", "MB", "GB", "TB", "PB"};
    if (bytes < 1000) {
        return fmt::format("{} bytes", bytes);
    }
    double scaled = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    while (scaled >= 999.95 && unit + 1 < units.size()) {
        scaled /= 1000;
        ++unit;
    }
    return fmt::format("{:.1f} {}", scaled, units.at(unit));
}

/// "1 s", "0.01 s"
std::string format_interval(double seconds)
{
    return fmt::format("{:g} s", seconds);
}

std::string describe(const peer_status& peer)
{
    return fmt::format("{} (priority {}, MAC {}, last advert {} ago)", peer.address, peer.priority, peer.mac,
                       format_span(peer.seconds_since_advert));
}

bool serves(const instance_status& instance)
{
    return instance.state == "MASTER" || instance.state == "LEAVING";
}

std::string who_is_active(const instance_status& instance)
{
    if (instance.state == "MASTER") {
        return "this router";
    }
    return instance.active ? instance.active->address : "none heard";
}

std::string render_priority(const instance_status& instance)
{
    return instance.effective_priority == instance.base_priority
               ? fmt::format("{}", instance.effective_priority)
               : fmt::format("{} (base {})", instance.effective_priority, instance.base_priority);
}

std::string render_instances(const std::vector<instance_status>& instances)
{
    if (instances.empty()) {
        return "No vrrp_instance is configured.\n";
    }
    std::vector<table_row> rows{
        {"INSTANCE", "INTERFACE", "VRID", "STATE", "SINCE", "FOR", "ACTIVE ROUTER", "PRIORITY", "HEARD BY"}};
    for (const instance_status& each : instances) {
        rows.push_back({each.name, each.interface, fmt::format("{}", each.vrid), each.state, local_time(each.since),
                        format_span(each.seconds_in_state), who_is_active(each), render_priority(each),
                        each.attach_mode});
    }
    return render_table(rows, "");
}

void warn_of_instance(const instance_status& instance, std::vector<std::string>& found)
{
    if (instance.state == "FAULT") {
        found.push_back(fmt::format("{}: FAULT: {}", instance.name,
                                    instance.faults.empty() ? "no reason given"
                                                            : fmt::format("{}", fmt::join(instance.faults, ", "))));
    }
    for (const peer_status& other : instance.other_actives) {
        found.push_back(fmt::format("{}: two Active routers: {} advertises too; do all routers of VRID {} on {} hear "
                                    "each other, with the same version and authentication?",
                                    instance.name, describe(other), instance.vrid, instance.interface));
    }
    for (const vip_status& vip : instance.vips) {
        if (instance.state == "MASTER" && !vip.present) {
            found.push_back(fmt::format("{}: {} is missing on {}", instance.name, vip.address, vip.device));
        }
        if (!serves(instance) && vip.present) {
            found.push_back(fmt::format("{}: {} is on {} although this router is {}", instance.name, vip.address,
                                        vip.device, instance.state));
        }
    }
}

std::string render_vip(const vip_status& vip)
{
    std::string line = fmt::format("  VIP {} on {}: {}", vip.address, vip.device, vip.present ? "present" : "not here");
    if (vip.received_packets + vip.sent_packets > 0) {
        fmt::format_to(output(line), "; received {} packets ({}), sent {} ({})", vip.received_packets,
                       format_bytes(vip.received_bytes), vip.sent_packets, format_bytes(vip.sent_bytes));
    }
    if (vip.not_active_packets > 0) {
        fmt::format_to(output(line), "; {} came while this router was not MASTER", vip.not_active_packets);
    }
    return line + "\n";
}

/// Collects the counters that aren't zero, named as in the JSON, in words.
class counter_list {
public:
    void operator()(std::string_view name, std::uint64_t value)
    {
        if (value != 0) {
            std::string words(name);
            std::replace(words.begin(), words.end(), '_', ' ');
            items_.push_back(fmt::format("{} {}", words, value));
        }
    }
    [[nodiscard]] const std::vector<std::string>& items() const { return items_; }

private:
    std::vector<std::string> items_;
};

std::string render_details(const instance_status& instance)
{
    std::string out = fmt::format("{}: {} on {}, VRID {}, VRRPv{} {}, adverts every {}", instance.name, instance.state,
                                  instance.interface, instance.vrid, instance.version, instance.family,
                                  format_interval(instance.advert_interval_seconds));
    out += instance.source.empty() ? "\n" : fmt::format(" from {}\n", instance.source);
    fmt::format_to(output(out), "  since {}\n", instance.since);
    if (instance.active) {
        fmt::format_to(output(out), "  Active router: {}, adverts every {}\n", describe(*instance.active),
                       format_interval(instance.active_advert_interval_seconds));
    }
    for (const vip_status& vip : instance.vips) {
        out += render_vip(vip);
    }
    if (instance.attach_mode == "socket") {
        fmt::format_to(
            output(out),
            "  {} is heard through a packet socket, without XDP: VIP traffic is not counted, and no_accept and "
            "the fence have no effect\n",
            instance.interface);
    }
    if (instance.last_takeover) {
        fmt::format_to(output(out),
                       "  last takeover: addresses in place after {}, advert sent after {}, all announced after {}\n",
                       format_microseconds(instance.last_takeover->addresses_microseconds),
                       format_microseconds(instance.last_takeover->advert_microseconds),
                       format_microseconds(instance.last_takeover->first_round_microseconds));
    }
    if (!instance.notify_running.empty()) {
        fmt::format_to(output(out), "  notify script {} is running; events that wait for its end: {}\n",
                       instance.notify_running, instance.notify_waiting);
    }
    counter_list counters;
    fields(counters, instance.counters);
    if (!counters.items().empty()) {
        out += render_list("  counters:", counters.items());
    }
    return out;
}

std::string render_drops(const std::vector<drop_status>& drops)
{
    std::vector<table_row> rows{{"INTERFACE", "REASON", "COUNT", "LAST FROM", "LAST"}};
    for (const drop_status& each : drops) {
        rows.push_back({each.interface, each.reason, fmt::format("{}", each.count), each.last_source,
                        format_span(each.seconds_since_last) + " ago"});
    }
    return "Adverts and probes refused before they reached xvrrpd:\n" + render_table(rows, "  ");
}

std::string render_groups(const std::vector<group_status>& groups)
{
    std::vector<table_row> rows{{"SYNC GROUP", "STATE", "MEMBERS"}};
    for (const group_status& each : groups) {
        rows.push_back({each.name, each.state, fmt::format("{}", fmt::join(each.members, ", "))});
    }
    return "Sync groups:\n" + render_table(rows, "  ");
}

std::string render_scripts(const std::vector<script_status>& scripts)
{
    std::vector<table_row> rows{{"SCRIPT", "STATE", "LAST RESULT", "AGO", "EVERY", "RUNS", "FAILED", "TRACKED BY"}};
    for (const script_status& each : scripts) {
        const bool has_result = !each.last_result.empty();
        rows.push_back({each.name, each.state, has_result ? each.last_result : "-",
                        has_result ? format_span(each.seconds_since_last) : "-", format_interval(each.interval_seconds),
                        fmt::format("{}", each.runs), fmt::format("{}", each.failures),
                        fmt::format("{}", fmt::join(each.tracked_by, ", "))});
    }
    return "Scripts:\n" + render_table(rows, "  ");
}

std::string render_files(const std::vector<file_status>& files)
{
    std::vector<table_row> rows{{"FILE", "NUMBER", "FOR", "PATH", "TRACKED BY"}};
    for (const file_status& each : files) {
        rows.push_back({each.name, each.number ? fmt::format("{}", *each.number) : "-",
                        each.number ? format_span(each.seconds_since_change) : "-", each.path,
                        fmt::format("{}", fmt::join(each.tracked_by, ", "))});
    }
    return "Files:\n" + render_table(rows, "  ");
}

std::string render_processes(const std::vector<process_status>& processes)
{
    std::vector<table_row> rows{{"PROCESS", "STATE", "FOR", "RUNNING", "QUORUM", "LOOKS FOR", "TRACKED BY"}};
    for (const process_status& each : processes) {
        const bool known = each.state != "waiting";
        rows.push_back(
            {each.name, each.state, known ? format_span(each.seconds_since_change) : "-",
             known ? fmt::format("{}", each.running) : "-",
             each.quorum_max ? fmt::format("{} to {}", each.quorum, *each.quorum_max) : fmt::format("{}", each.quorum),
             each.process, fmt::format("{}", fmt::join(each.tracked_by, ", "))});
    }
    return "Processes:\n" + render_table(rows, "  ");
}

std::string render_fifos(const std::vector<fifo_status>& fifos)
{
    std::vector<table_row> rows{{"FIFO", "LINES", "LOST", "SCRIPT"}};
    for (const fifo_status& each : fifos) {
        const std::string script = each.script_running ? each.script : each.script + " (isn't running)";
        rows.push_back({each.path, fmt::format("{}", each.lines), fmt::format("{}", each.lost),
                        each.script.empty() ? "-" : script});
    }
    return "FIFOs:\n" + render_table(rows, "  ");
}

std::string render_reaction(const reaction_timing& reaction)
{
    return fmt::format(
        "From an advert's arrival in the kernel to the state machine, {} adverts: median {}, 99 % within {}, "
        "longest {}\n",
        reaction.adverts, format_microseconds(reaction.p50_microseconds),
        format_microseconds(reaction.p99_microseconds), format_microseconds(reaction.longest_microseconds));
}

std::string render_header(const daemon_status& status)
{
    const std::string supervisor =
        status.supervisor_pid == 0 ? "" : fmt::format(" (supervisor {})", status.supervisor_pid);
    return fmt::format("xvrrpd {}, router_id {}, PID {}{}, running for {}, configuration {}\n", status.version,
                       status.router_id, status.pid, supervisor, format_span(status.uptime_seconds),
                       status.config_file);
}

} // namespace

std::string format_span(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) {
        return "?";
    }
    if (seconds < 9.95) {
        return fmt::format("{:.1f} s", seconds);
    }
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    const std::uint64_t minutes = whole / 60;
    const std::uint64_t hours = minutes / 60;
    const std::uint64_t days = hours / 24;
    if (minutes == 0) {
        return fmt::format("{} s", whole);
    }
    if (hours == 0) {
        return fmt::format("{} min {} s", minutes, whole % 60);
    }
    if (days == 0) {
        return fmt::format("{} h {} min", hours, minutes % 60);
    }
    return fmt::format("{} d {} h", days, hours % 24);
}

std::vector<std::string> warnings(const daemon_status& status)
{
    std::vector<std::string> found;
    if (!status.last_reload.empty() && status.last_reload != "ok") {
        found.push_back(
            fmt::format("the last reload failed, the configuration before it stays in force: {}", status.last_reload));
    }
    if (status.bpf_refusal) {
        found.push_back(
            fmt::format("no BPF, so every interface is heard through a packet socket: {}", *status.bpf_refusal));
    }
    for (const instance_status& each : status.instances) {
        warn_of_instance(each, found);
    }
    return found;
}

std::string render_status(const daemon_status& status)
{
    std::string out = render_header(status) + "\n" + render_instances(status.instances);
    if (const auto found = warnings(status); !found.empty()) {
        out += "\n";
        for (const std::string& each : found) {
            out += "WARNING: " + indent_further_lines(each) + "\n";
        }
    }
    for (const instance_status& each : status.instances) {
        out += "\n" + render_details(each);
    }
    if (!status.groups.empty()) {
        out += "\n" + render_groups(status.groups);
    }
    if (!status.scripts.empty()) {
        out += "\n" + render_scripts(status.scripts);
    }
    if (!status.files.empty()) {
        out += "\n" + render_files(status.files);
    }
    if (!status.processes.empty()) {
        out += "\n" + render_processes(status.processes);
    }
    if (!status.fifos.empty()) {
        out += "\n" + render_fifos(status.fifos);
    }
    if (!status.drops.empty()) {
        out += "\n" + render_drops(status.drops);
    }
    if (status.reaction.adverts > 0) {
        out += "\n" + render_reaction(status.reaction);
    }
    return out;
}

} // namespace xvrrp::control
