// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/messages.hpp"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <cstring>
#include <utility>

namespace xvrrp::runtime {

namespace {

bool has(std::uint32_t faults, core::fault reason)
{
    return (faults & static_cast<std::uint32_t>(reason)) != 0;
}

bool is_faulty(std::uint32_t faults)
{
    return core::stops(faults);
}

std::string other_name(const core::transition& change)
{
    return change.other ? change.other->to_string() : std::string("another router");
}

std::string yielded_line(const vrrp_instance& config, const core::transition& change, priority ours)
{
    if (change.other_priority == leaving_priority) {
        return fmt::format("({}) Master {} is dead and sent priority 0", config.name, other_name(change));
    }
    return fmt::format("({}) Master {} lowered its priority to {}, ours {}", config.name, other_name(change),
                       change.other_priority.value, ours.value);
}

/// Why the state changed, where there is something to say beside the new state.
std::string cause_line(const vrrp_instance& config, const core::transition& change, priority ours)
{
    switch (change.why) {
    case core::reason::active_down_timer:
    case core::reason::preempted:
        return fmt::format("({}) Receive advertisement timeout", config.name);
    case core::reason::priority_zero:
        return fmt::format("({}) No router took over from {} after its priority 0", config.name, other_name(change));
    case core::reason::higher_priority:
        return fmt::format("({}) Master received advert from {} with higher priority {}, ours {}", config.name,
                           other_name(change), change.other_priority.value, ours.value);
    case core::reason::equal_priority_address:
        return fmt::format("({}) Master received advert from {} with same priority {} but higher IP address than ours",
                           config.name, other_name(change), change.other_priority.value);
    case core::reason::probes_lost:
        return fmt::format("({}) Master {} answers no probes", config.name, other_name(change));
    case core::reason::peer_dead:
        return fmt::format("({}) Master {} says that its daemon is dead, hung or serves no more (AdminDown)",
                           config.name, other_name(change));
    case core::reason::peer_yielded:
        return yielded_line(config, change, ours);
    case core::reason::deposed:
        return fmt::format("({}) {} with priority {} took over while this daemon was not in control", config.name,
                           other_name(change), change.other_priority.value);
    case core::reason::sync_group:
        return fmt::format("({}) goes with its sync group", config.name);
    case core::reason::timer_expired:
        return fmt::format("({}) This daemon was stalled for so long that another router may be MASTER", config.name);
    case core::reason::startup:
    case core::reason::owner_startup:
    case core::reason::fault:
    case core::reason::shutdown:
    case core::reason::left:
        break;
    }
    return {};
}

std::string entering_line(const vrrp_instance& config, const core::transition& change, std::uint32_t faults)
{
    switch (change.to) {
    case core::state::active:
        return fmt::format("({}) Entering MASTER STATE", config.name);
    case core::state::backup:
        return fmt::format("({}) Entering BACKUP STATE{}", config.name,
                           change.why == core::reason::startup ? " (init)" : "");
    case core::state::leaving:
        return fmt::format("({}) sent 0 priority, serving until another router takes over", config.name);
    case core::state::initialize:
        if (is_faulty(faults)) {
            return fmt::format("({}) Entering FAULT STATE", config.name);
        }
        return fmt::format("({}) stopped", config.name);
    }
    return {};
}

/// In words, for each reason of abi.h.
std::string_view drop_words(xvrrp_drop_reason reason)
{
    switch (reason) {
    case XVRRP_DROP_TRUNCATED:
        return "shorter than a VRRP header";
    case XVRRP_DROP_VERSION:
        return "of an unknown VRRP version";
    case XVRRP_DROP_TYPE:
        return "of an unknown type";
    case XVRRP_PASS_UNKNOWN_VRID:
        return "for a VRID that isn't configured here";
    case XVRRP_DROP_VERSION_MISMATCH:
        return "of the other VRRP version";
    case XVRRP_DROP_CHECKSUM:
        return "with a wrong checksum";
    case XVRRP_DROP_TTL:
        return "with a TTL other than 255";
    case XVRRP_DROP_NO_ADDRESSES:
        return "without an address";
    case XVRRP_DROP_LENGTH:
        return "whose length doesn't fit their address count";
    case XVRRP_DROP_AUTH_TYPE:
        return "with another authentication type";
    case XVRRP_DROP_AUTH_PASSWORD:
        return "with a wrong password";
    case XVRRP_DROP_INTERVAL_ZERO:
        return "with an interval of 0";
    case XVRRP_DROP_INTERVAL_MISMATCH:
        return "with another advert_int";
    case XVRRP_DROP_NOT_LINK_LOCAL:
        return "whose first address isn't link-local";
    case XVRRP_DROP_DESTINATION:
        return "to another group or address";
    case XVRRP_DROP_OWN_ADDRESS:
        return "from our own address";
    case XVRRP_DROP_SOURCE:
    case XVRRP_DROP_PROBE_SOURCE:
        return "from a source that isn't in unicast_peer";
    case XVRRP_DROP_PROBE_TTL:
        return "with a hop limit other than 255";
    case XVRRP_DROP_PROBE_MALFORMED:
        return "that can't be understood";
    case XVRRP_DROP_PROBE_PORT:
        return "from UDP port 7784";
    case XVRRP_DROP_PROBE_DISCRIMINATOR:
        return "with another discriminator than ours";
    case XVRRP_DROP_PROBE_RATE:
        return "beyond what one source may send";
    case XVRRP_DROP_REPLY:
        return "to no probe of ours";
    case XVRRP_ACCEPTED:
    case XVRRP_REASONS:
        break;
    }
    return "for an unknown reason";
}

enum class packet_kind : std::uint8_t { advert, probe, reply };

packet_kind kind_of(xvrrp_drop_reason reason)
{
    switch (reason) {
    case XVRRP_DROP_PROBE_TTL:
    case XVRRP_DROP_PROBE_MALFORMED:
    case XVRRP_DROP_PROBE_PORT:
    case XVRRP_DROP_PROBE_DISCRIMINATOR:
    case XVRRP_DROP_PROBE_SOURCE:
    case XVRRP_DROP_PROBE_RATE:
        return packet_kind::probe;
    case XVRRP_DROP_REPLY:
        return packet_kind::reply;
    default:
        return packet_kind::advert;
    }
}

/// "1 advert", "12 S-BFD probes"
std::string packets(packet_kind kind, std::uint64_t count)
{
    const char* const plural = count == 1 ? "" : "s";
    switch (kind) {
    case packet_kind::probe:
        return fmt::format("{} S-BFD probe{}", count, plural);
    case packet_kind::reply:
        return fmt::format("{} S-BFD repl{}", count, count == 1 ? "y" : "ies");
    case packet_kind::advert:
        break;
    }
    return fmt::format("{} advert{}", count, plural);
}

std::string missing_source(const vrrp_instance& config)
{
    if (config.source) {
        return fmt::format("{}, which adverts come from, isn't an address of interface {}", config.source->to_string(),
                           config.interface);
    }
    return fmt::format("no {} address for interface {}",
                       config.family == address_family::ipv4 ? "IPv4" : "IPv6 link-local", config.interface);
}

} // namespace

std::string state_name(core::state state, std::uint32_t faults)
{
    switch (state) {
    case core::state::backup:
        return "BACKUP";
    case core::state::active:
        return "MASTER";
    case core::state::leaving:
        return "LEAVING";
    case core::state::initialize:
        break;
    }
    return is_faulty(faults) ? "FAULT" : "INIT";
}

std::vector<std::string> fault_names(std::uint32_t faults, const vrrp_instance& config)
{
    std::vector<std::string> names;
    if (has(faults, core::fault::interface_missing)) {
        names.push_back(fmt::format("interface {} doesn't exist", config.interface));
    }
    if (has(faults, core::fault::link_down)) {
        names.push_back(fmt::format("interface {} is down", config.interface));
    }
    if (has(faults, core::fault::no_address) && !has(faults, core::fault::interface_missing)) {
        names.push_back(missing_source(config));
    }
    if (has(faults, core::fault::no_peer)) {
        names.emplace_back("unicast_peer names no other router");
    }
    if (has(faults, core::fault::tracked_interface)) {
        names.emplace_back("a tracked interface is down");
    }
    if (has(faults, core::fault::not_attached)) {
        names.push_back(fmt::format("adverts can't be heard on interface {}", config.interface));
    }
    if (has(faults, core::fault::sync_group)) {
        names.emplace_back("another member of its sync group is in FAULT");
    }
    return names;
}

std::vector<std::string> transition_lines(const vrrp_instance& config, const core::transition& change, priority ours,
                                          std::uint32_t faults)
{
    std::vector<std::string> lines;
    if (std::string cause = cause_line(config, change, ours); !cause.empty()) {
        lines.push_back(std::move(cause));
    }
    if (change.why == core::reason::fault) {
        for (const std::string& each : fault_names(faults, config)) {
            lines.push_back(fmt::format("({}) {}", config.name, each));
        }
    }
    if (std::string entering = entering_line(config, change, faults); !entering.empty()) {
        lines.push_back(std::move(entering));
    }
    return lines;
}

std::string notice_line(const vrrp_instance& config, const core::notice& what, core::state state, priority ours)
{
    const std::string source = what.source.to_string();
    const auto theirs = what.priority.value;
    switch (what.kind) {
    case core::notice_kind::lower_priority_advert:
        return fmt::format("({}) Received advert from {} with lower priority {}, ours {}, forcing new election",
                           config.name, source, theirs, ours.value);
    case core::notice_kind::another_owner:
        return fmt::format(
            "({}) WARNING - {} claims to own the addresses too (priority 255): give one of the two another "
            "priority",
            config.name, source);
    case core::notice_kind::equal_priority:
        return fmt::format(
            "({}) WARNING - equal priority {} advertised by {}: the higher address decides; give each router "
            "its own priority",
            config.name, theirs, source);
    case core::notice_kind::interval_differs:
        return fmt::format("({}) advertisement interval of {} differs from ours, using its", config.name, source);
    case core::notice_kind::flapping:
        return fmt::format("({}) was MASTER for less than a second: is the interval too short for this network?",
                           config.name);
    case core::notice_kind::priority_zero_received:
        return fmt::format("({}) {} received priority 0 advertisement from {}", config.name,
                           state == core::state::active ? "Master" : "Backup", source);
    }
    return {};
}

std::string oddity_line(const vrrp_instance& config, oddity what, const ip_address& source)
{
    const auto say = [&](std::string_view text) {
        return fmt::format("({}) adverts from {} {}; accepted", config.name, source.to_string(), text);
    };
    switch (what) {
    case oddity::ttl_not_255:
        return say("have a TTL other than 255");
    case oddity::address_list:
        return say("list other addresses than virtual_ipaddress");
    case oddity::unlisted_source:
        return say("come from no unicast_peer (check_unicast_src would discard them)");
    case oddity::first_address_not_link_local:
        return say("list a first address that isn't link-local");
    }
    return {};
}

std::string priority_line(const vrrp_instance& config, priority from, priority to)
{
    return fmt::format("({}) Changing effective priority from {} to {}", config.name, from.value, to.value);
}

std::string script_fault_line(const vrrp_instance& config, const std::string& script)
{
    return fmt::format("({}): entering FAULT state due to script {}", config.name, script);
}

std::string file_fault_line(const vrrp_instance& config, const std::string& file)
{
    return fmt::format("({}): tracked file {} now FAULT state", config.name, file);
}

std::string process_fault_line(const vrrp_instance& config, const std::string& process)
{
    return fmt::format("({}): entering FAULT state due to tracked process {}", config.name, process);
}

std::string process_line(const std::string& name, const track::process_state& state)
{
    return fmt::format("Quorum {} for tracked process {} ({} running)", state.good.value_or(false) ? "gained" : "lost",
                       name, state.running);
}

std::string run_result_text(const track::run_result& result)
{
    switch (result.how) {
    case track::run_result::kind::exited:
        return fmt::format("exited with status {}", result.value);
    case track::run_result::kind::signalled:
        return fmt::format("due to signal {}", result.value);
    case track::run_result::kind::timed_out:
        return "timed_out";
    case track::run_result::kind::not_run:
        break;
    }
    return fmt::format("could not be run: {}", std::strerror(result.value));
}

std::string script_line(const track::script_news& news)
{
    const track::run_result& result = news.result;
    switch (news.what) {
    case track::script_news::kind::now_returning:
        return fmt::format("Script `{}` now returning {}", news.script, result.value);
    case track::script_news::kind::skipped_running:
        return fmt::format("Track script {} is already running, expect idle - skipping run", news.script);
    case track::script_news::kind::skipped_ending:
        return fmt::format("Track script {} is being timed out, expect idle - skipping run", news.script);
    case track::script_news::kind::verdict:
        break;
    }
    if (result == track::run_result{}) {
        return fmt::format("VRRP_Script({}) succeeded", news.script);
    }
    return result.how == track::run_result::kind::timed_out
               ? fmt::format("VRRP_Script({}) timed_out", news.script)
               : fmt::format("VRRP_Script({}) failed ({})", news.script, run_result_text(result));
}

std::string notify_line(const track::notify_news& news)
{
    switch (news.what) {
    case track::notify_news::kind::slow:
        return fmt::format("({}) notify script {} has run for a minute; others wait for its end", news.instance,
                           news.script);
    case track::notify_news::kind::dropped:
        return fmt::format("({}) {} events wait for the notify script that runs, {}; the oldest of them are dropped",
                           news.instance, track::notifier::most_waiting, news.script);
    case track::notify_news::kind::ended:
        break;
    }
    return fmt::format("({}) notify script {} failed ({})", news.instance, news.script, run_result_text(news.result));
}

std::string fifo_news_line(const track::fifo_news& news)
{
    switch (news.what) {
    case track::fifo_news::kind::unusable:
        return fmt::format("{}; nothing is written to it", news.text);
    case track::fifo_news::kind::full:
        return fmt::format("{} is full: nobody reads it, or not fast enough; events are lost to its reader", news.path);
    case track::fifo_news::kind::taking_again:
        return fmt::format("{} is read again; {} events were lost", news.path, news.lost);
    case track::fifo_news::kind::script_ended:
        break;
    }
    return fmt::format("{}: its script {} ended ({}); it is started again by a reload that changes it, or with xvrrpd",
                       news.path, news.text, run_result_text(news.result));
}

std::string session_line(const std::string& interface, const ip_address& peer, session_event what,
                         duration detection_time)
{
    const std::string who = fmt::format("{}: {}", interface, peer.to_string());
    const auto milliseconds = std::chrono::duration<double, std::milli>(detection_time).count();
    switch (what) {
    case session_event::up:
        return fmt::format("{} answers probes: its failure is detected within {:g} ms", who, milliseconds);
    case session_event::not_capable:
        return fmt::format(
            "{} doesn't answer probes (it runs no xvrrp, UDP 7784 is blocked on the way, or a router in between lowers "
            "the hop limit): its failure is detected by missing adverts",
            who);
    case session_event::lost:
        return fmt::format("{} answers no probes any more", who);
    case session_event::admin_down:
        return fmt::format("{} says that its daemon is dead, hung or serves no more (AdminDown)", who);
    case session_event::refuted:
        return fmt::format("{} advertises though it answers no probes: not taken for dead", who);
    case session_event::damped:
        return fmt::format("{} was taken for dead and is alive: its failure is detected within {:g} ms from now on; "
                           "is the interval of fast_detect too short for this network?",
                           who, milliseconds);
    }
    return {};
}

std::string drop_line(const std::string& interface, const datapath::drop_counters& drops, std::uint64_t since_last_line)
{
    const packet_kind kind = kind_of(drops.reason);
    std::string line =
        fmt::format("{}: {} {} {}", interface, drops.reason == XVRRP_PASS_UNKNOWN_VRID ? "ignored" : "discarded",
                    packets(kind, since_last_line), drop_words(drops.reason));
    if (!drops.last_source) {
        return line;
    }
    line += fmt::format(", the last from {}", drops.last_source->to_string());
    if (kind == packet_kind::advert) {
        line += fmt::format(" for VRID {}", drops.last_vrid.value);
    }
    return line;
}

std::string mode_name(datapath::attach_mode mode)
{
    constexpr std::array<const char*, 3> names = {"native", "generic", "socket"};
    return names.at(std::to_underlying(mode));
}

} // namespace xvrrp::runtime
