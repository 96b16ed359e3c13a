// SPDX-License-Identifier: BSD-2-Clause
//
// The table of vrrp_instance, and those of the blocks within it that have keywords or entries of their own.
#include <algorithm>
#include <array>

#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = instance_draft;

std::string not_run(const target& instance)
{
    return fmt::format("vrrp_instance {} is left out", instance.name);
}

void read_state(target& instance, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    if (word.text != "MASTER" && word.text != "BACKUP") {
        report.warning(word.where,
                       fmt::format("state is MASTER or BACKUP (in capitals), not '{}'; BACKUP is used", word.text));
    }
    instance.state = {.value = word.text == "MASTER" ? initial_state::master : initial_state::backup,
                      .where = word.where};
}

void read_interface(target& instance, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    if (!is_interface_name(word.text)) {
        report_value(what, "an interface's name (1 to 15 characters)", report, not_run(instance));
        instance.broken = true;
    } else if (word.text == "lo") {
        report_value(what, "an interface that leads to other routers", report, not_run(instance));
        instance.broken = true;
    }
    instance.interface = {.value = word.text, .where = word.where};
}

void read_vrid(target& instance, const statement& what, reporter& report)
{
    const auto value = read_number(what, 1, 255, report, not_run(instance));
    instance.broken = instance.broken || !value;
    instance.vrid = {.value = {static_cast<std::uint8_t>(value.value_or(0))}, .where = what.words[1].where};
}

void read_priority(target& instance, const statement& what, reporter& report)
{
    const auto value = read_number(what, 1, 255, report, not_run(instance));
    instance.broken = instance.broken || !value;
    instance.priority = {.value = {static_cast<std::uint8_t>(value.value_or(100))}, .where = what.words[1].where};
}

void read_advert_interval(target& instance, const statement& what, reporter& report)
{
    using namespace std::chrono_literals;
    if (const auto value = read_seconds(what, 10ms, 255s, report, "1 second is used")) {
        instance.advert_interval = {.value = *value, .where = what.words[1].where};
    }
}

void read_instance_version(target& instance, const statement& what, reporter& report)
{
    const auto value = read_version(what, report, not_run(instance));
    instance.broken = instance.broken || !value;
    instance.version = {.value = value.value_or(vrrp_version::v2), .where = what.words[1].where};
}

void read_preempt(target& instance, const statement& what, reporter&)
{
    instance.preempt = {.value = true, .where = what.keyword().where};
}

void read_nopreempt(target& instance, const statement& what, reporter&)
{
    instance.preempt = {.value = false, .where = what.keyword().where};
}

void read_preempt_delay(target& instance, const statement& what, reporter& report)
{
    using namespace std::chrono_literals;
    if (const auto value = read_seconds(what, 0s, 1000s, report)) {
        instance.preempt_delay = {.value = *value, .where = what.words[1].where};
    }
}

void read_accept(target& instance, const statement& what, reporter&)
{
    instance.accept = {.value = true, .where = what.keyword().where};
}

void read_no_accept(target& instance, const statement& what, reporter&)
{
    instance.accept = {.value = false, .where = what.keyword().where};
}

/// For the handlers inside `authentication`: what they fill, and the instance whose adverts it is about.
struct authentication_target {
    target& instance;
    authentication_draft& draft;
};

void read_auth_type(authentication_target& into, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    if (word.text == "PASS" || word.text == "NONE") {
        into.draft.type = {.value = word.text == "PASS" ? auth_kind::pass : auth_kind::none, .where = word.where};
        return;
    }
    // Without what the other routers demand, they discard our adverts, and each side becomes Active.
    into.instance.broken = true;
    if (word.text == "AH") {
        report.error(word.where,
                     fmt::format("auth_type AH isn't possible yet; use PASS or none; {}", not_run(into.instance)));
    } else {
        report_value(what, "PASS", report, not_run(into.instance));
    }
}

void read_auth_pass(authentication_target& into, const statement& what, reporter& report)
{
    constexpr std::size_t most_bytes = 8; // RFC 2338 5.3.10: the authentication data
    const token& word = what.words[1];
    if (word.text.empty()) {
        report.error(word.where, "auth_pass is empty; the line is left out");
        return;
    }
    if (word.text.size() > most_bytes) {
        report.warning(word.where, "auth_pass has more than 8 characters; the first 8 are used");
    }
    into.draft.password = {.value = word.text.substr(0, most_bytes), .where = word.where};
}

constexpr auto authentication_table = std::to_array<keyword<authentication_target>>({
    value_keyword<authentication_target>("auth_type", read_auth_type),
    value_keyword<authentication_target>("auth_pass", read_auth_pass),
});

/// Every line of the block: a keyword that is misspelt, or a value that stands in the next line, is a password too.
void keep_secret(const statement& what, reporter& report)
{
    for (const token& word : what.words) {
        report.keep_secret(word.where);
    }
    for (const statement& inner : what.block) {
        keep_secret(inner, report);
    }
}

void read_authentication(target& instance, const statement& what, reporter& report)
{
    keep_secret(what, report);
    if (!instance.authentication) {
        instance.authentication = {.value = {}, .where = what.keyword().where};
    }
    authentication_target into{.instance = instance, .draft = instance.authentication->value};
    read_block(std::span<const keyword<authentication_target>>(authentication_table), "an authentication block",
               what.block, into, report);
}

template <setting<ip_address> target::* Member>
void read_source(target& instance, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    const auto address = ip_address::parse(word.text);
    if (address && is_host_address(*address)) {
        instance.*Member = {.value = *address, .where = word.where};
    } else {
        report_value(what, "an IP address of this host, without a mask", report);
    }
}

void read_multicast_group(target& instance, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    const auto address = ip_address::parse(word.text);
    if (address && address->is_multicast()) {
        instance.multicast_group = {.value = *address, .where = word.where};
    } else {
        report_value(what, "a multicast address (224.0.0.0/4 or ff00::/8)", report);
    }
}

void read_unicast_ttl(target& instance, const statement& what, reporter& report)
{
    if (const auto value = read_number(what, 1, 255, report)) {
        instance.unicast_ttl = {.value = static_cast<std::uint8_t>(*value), .where = what.words[1].where};
    }
}

/// The highest priority that another router may have.
void read_timer_expired_backup(target& instance, const statement& what, reporter& report)
{
    constexpr std::int64_t most = 254;
    const auto value = what.words.size() > 1 ? read_number(what, 1, most, report) : std::optional(most);
    if (value) {
        instance.timer_expired_backup = {.value = xvrrp::priority{static_cast<std::uint8_t>(*value)},
                                         .where = what.keyword().where};
    }
}

/// `min_ttl N` or `max_ttl N` behind a peer; how many words it took.
std::size_t read_peer_option(peer_draft& peer, std::span<const token> words, reporter& report)
{
    const token& name = words[0];
    if (name.text != "min_ttl" && name.text != "max_ttl") {
        report.error(name.where,
                     fmt::format("'{}' is left out: behind a peer's address only min_ttl N and max_ttl N may stand; "
                                 "write one peer in each line",
                                 name.text));
        return 1;
    }
    const auto ttl = words.size() > 1 ? parse_integer(words[1].text) : std::nullopt;
    if (!ttl || *ttl < 0 || *ttl > 255) {
        report.error(name.where, fmt::format("{} takes a whole number from 0 to 255; it is left out", name.text));
    } else {
        hop_limits& limits = peer.limits ? *peer.limits : peer.limits.emplace();
        (name.text == "min_ttl" ? limits.least : limits.most) = static_cast<std::uint8_t>(*ttl);
    }
    return 2;
}

void read_peer(std::vector<peer_draft>& peers, const statement& entry, reporter& report)
{
    const token& word = entry.keyword();
    const auto address = ip_address::parse(word.text);
    if (!address || !is_host_address(*address)) {
        report.error(
            word.where,
            fmt::format("'{}' is no IP address of a host (written without a mask); the peer is left out", word.text));
        return;
    }
    if (std::ranges::find(peers, *address, &peer_draft::address) != peers.end()) {
        report.error(word.where, fmt::format("{} stands in unicast_peer already; it is taken once", word.text));
        return;
    }
    peer_draft peer{.address = *address, .limits = {}, .where = word.where};
    for (std::span<const token> rest = entry.arguments(); !rest.empty();) {
        rest = rest.subspan(std::min(rest.size(), read_peer_option(peer, rest, report)));
    }
    peers.push_back(peer);
}

void read_unicast_peers(target& instance, const statement& what, reporter& report)
{
    if (!instance.peers) {
        instance.peers = {.value = {}, .where = what.keyword().where};
    }
    for (const statement& entry : what.block) {
        if (is_entry(entry, report)) {
            read_peer(instance.peers->value, entry, report);
        }
    }
}

template <std::vector<address_draft> target::* Member>
void read_addresses(target& instance, const statement& what, reporter& report)
{
    for (const statement& entry : what.block) {
        if (!is_entry(entry, report)) {
            continue;
        }
        if (auto address = read_address_entry(entry, report)) {
            (instance.*Member).push_back(std::move(*address));
        }
    }
}

template <setting<bool> target::* Member> void read_flag(target& instance, const statement& what, reporter&)
{
    instance.*Member = {.value = true, .where = what.keyword().where};
}

void read_interface_line(target& instance, const statement& entry, reporter& report)
{
    read_tracked_interface(instance.track_interfaces, entry, report);
}

void read_script_line(target& instance, const statement& entry, reporter& report)
{
    read_tracked_object(instance.track_scripts, tracked_scripts, entry, report);
}

void read_file_line(target& instance, const statement& entry, reporter& report)
{
    read_tracked_object(instance.track_files, tracked_files, entry, report);
}

void read_process_line(target& instance, const statement& entry, reporter& report)
{
    read_tracked_object(instance.track_processes, tracked_processes, entry, report);
}

template <void (*ReadEntry)(target&, const statement&, reporter&)>
void read_entries(target& instance, const statement& what, reporter& report)
{
    for (const statement& entry : what.block) {
        if (is_entry(entry, report)) {
            ReadEntry(instance, entry, report);
        }
    }
}

template <std::optional<notify_script> notify_scripts::* Member>
void read_notify(target& instance, const statement& what, reporter& report)
{
    read_notify_script(instance.notify.*Member, instance.name, what, report);
}

void read_notify_deleted(target& instance, const statement& what, reporter& report)
{
    instance.notify.tells_deleted = true;
    if (what.words.size() > 1) {
        read_notify<&notify_scripts::deleted>(instance, what, report);
    }
}

constexpr auto value = value_keyword<target>;
/// A command, and behind it a user and a group.
template <std::optional<notify_script> notify_scripts::* Member> constexpr keyword<target> notify(std::string_view name)
{
    return once_keyword<target>(name, read_notify<Member>, 1, 3);
}

constexpr auto later = [](std::string_view name) { return known_keyword<target>(name, keyword_effect::later); };
constexpr auto accepted = [](std::string_view name) { return known_keyword<target>(name, keyword_effect::accepted); };

constexpr auto table = std::to_array<keyword<target>>({
    value("state", read_state, 1, 1),
    value("interface", read_interface, 1, 1),
    value("virtual_router_id", read_vrid, 1, 1),
    value("priority", read_priority, 1, 1),
    value("advert_int", read_advert_interval, 1, 1),
    value("version", read_instance_version, 1, 1),
    value("preempt", read_preempt, 0, 0),
    value("nopreempt", read_nopreempt, 0, 0),
    value("preempt_delay", read_preempt_delay, 1, 1),
    value("leave_if_degraded", read_switch<target, &target::leave_if_degraded>, 0, 1),
    value("down_timer_adverts", read_down_timer_adverts<target>, 1, 1),
    value("lower_prio_no_advert", read_election_switch<target, &election_draft::lower_prio_no_advert>, 0, 1),
    value("owner_ignore_adverts", read_election_switch<target, &election_draft::owner_ignore_adverts>, 0, 1),
    value("timer_expired_backup", read_timer_expired_backup, 0, 1),
    value("thread_timer_expired", read_timer_expired_backup, 0, 1),
    value("accept", read_accept, 0, 0),
    value("no_accept", read_no_accept, 0, 0),
    value("unicast_src_ip", read_source<&target::unicast_source>, 1, 1),
    value("mcast_src_ip", read_source<&target::multicast_source>, 1, 1),
    value("mcast_dst_ip", read_multicast_group, 1, 1),
    value("track_src_ip", read_switch<target, &target::track_source>, 0, 1),
    value("dont_track_primary", read_switch<target, &target::dont_track_primary>, 0, 1),
    value("unicast_ttl", read_unicast_ttl, 1, 1),
    value("unicast_fault_no_peer", read_switch<target, &target::fault_without_peer>, 0, 1),
    value("garp_master_delay", read_garp_delay<target, &garp_draft::master_delay, most_delay_seconds>, 1, 1),
    value("garp_master_repeat", read_garp_repeat<target, &garp_draft::master_repeat, 1>, 1, 1),
    value("garp_master_refresh", read_garp_delay<target, &garp_draft::refresh, most_refresh_seconds>, 1, 1),
    value("garp_master_refresh_repeat", read_garp_repeat<target, &garp_draft::refresh_repeat, 1>, 1, 1),
    value("garp_lower_prio_delay", read_garp_delay<target, &garp_draft::lower_prio_delay, most_delay_seconds>, 1, 1),
    value("garp_lower_prio_repeat", read_garp_repeat<target, &garp_draft::lower_prio_repeat, 0>, 1, 1),
    value("check_unicast_src", read_switch<target, &target::check_unicast_src>, 0, 1),
    value("strict_mode", read_switch<target, &target::strict>, 0, 1),
    value("v3_checksum_as_v2", read_switch<target, &target::checksum_as_v2>, 0, 1),
    value("native_ipv6", read_switch<target, &target::native_ipv6>, 0, 1),
    value("xdp_mode", read_xdp_mode<target, &target::xdp>, 1, 1),
    value("fast_detect", read_fast_detect<target>, 1, any_number),
    notify<&notify_scripts::master>("notify_master"),
    notify<&notify_scripts::backup>("notify_backup"),
    notify<&notify_scripts::fault>("notify_fault"),
    notify<&notify_scripts::stop>("notify_stop"),
    once_keyword<target>("notify_deleted", read_notify_deleted, 0, 3),
    notify<&notify_scripts::rx_lower_pri>("notify_master_rx_lower_pri"),
    notify<&notify_scripts::any>("notify"),
    value("notify_priority_changes", read_switch<target, &target::priority_changes>, 0, 1),
    block_keyword<target>("authentication", read_authentication),
    block_keyword<target>("unicast_peer", read_unicast_peers),
    block_keyword<target>("virtual_ipaddress", read_addresses<&target::addresses>),
    block_keyword<target>("virtual_ipaddress_excluded", read_addresses<&target::excluded>),
    value("no_virtual_ipaddress", read_flag<&target::no_virtual_ipaddress>, 0, 0),
    value("promote_secondaries", read_flag<&target::promote_secondaries>, 0, 0),
    block_keyword<target>("track_interface", read_entries<read_interface_line>),
    block_keyword<target>("track_script", read_entries<read_script_line>),
    block_keyword<target>("track_file", read_entries<read_file_line>),
    block_keyword<target>("track_process", read_entries<read_process_line>),

    // What they switch is so already, or concerns mail and load balancing.
    accepted("skip_check_adv_addr"),
    accepted("higher_prio_send_advert"),
    accepted("promote_secondaries"),
    accepted("linkbeat_use_polling"),
    // Sockets are bound to the interface, in a VRF or not.
    accepted("vrf"),
    // Of keepalived 1.3.6 and older.
    accepted("old_unicast_checksum"),
    accepted("smtp_alert"),
    accepted("lvs_sync_daemon_interface"),
    accepted("debug"),
    accepted("kernel_rx_buf_size"),

    later("auth_hmac"),
    later("garp_extra_if"),
    later("vmac_garp_intvl"),
    later("use_vmac"),
    later("use_vmac_addr"),
    later("vmac_xmit_base"),
    later("use_ipvlan"),
    later("track_bfd"),
    later("virtual_routes"),
    later("virtual_rules"),
});

} // namespace

void read_tracked_interface(std::vector<located<tracked_interface>>& tracked, const statement& entry, reporter& report)
{
    const token& name = entry.keyword();
    if (!is_interface_name(name.text)) {
        report.error(name.where,
                     fmt::format("'{}' is no interface's name (1 to 15 characters); it is left out", name.text));
        return;
    }
    if (std::ranges::any_of(tracked, [&](const auto& each) { return each.value.name == name.text; })) {
        report.error(name.where, fmt::format("{} stands in track_interface already; it is taken once", name.text));
        return;
    }
    const weight_draft weight = read_weight_words(entry.arguments(), "interface", report).value_or(weight_draft{});
    tracked_interface made{.name = name.text, .weight = weight.weight, .reverse = weight.reverse};
    tracked.push_back({.value = std::move(made), .where = name.where});
}

std::span<const keyword<instance_draft>> instance_keywords()
{
    return table;
}

} // namespace xvrrp::config
