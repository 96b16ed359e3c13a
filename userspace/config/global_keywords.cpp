// SPDX-License-Identifier: BSD-2-Clause
//
// The table of global_defs.
#include <sched.h>

#include <array>
#include <limits>
#include <tuple>

#include "config/handlers.hpp"
#include "config/include.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = global_draft;

void read_router_id(target& global, const statement& what, reporter& report)
{
    if (what.words[1].text.size() > longest_name) {
        report.error(what.words[1].where, fmt::format("router_id has up to {} bytes; {}", longest_name, line_left_out));
        return;
    }
    global.router_id = {.value = what.words[1].text, .where = what.words[1].where};
}

void read_global_version(target& global, const statement& what, reporter& report)
{
    if (const auto version = read_version(what, report, line_left_out)) {
        global.version = {.value = *version, .where = what.words[1].where};
    }
}

template <setting<duration> target::* Member> void read_gap(target& global, const statement& what, reporter& report)
{
    constexpr std::chrono::microseconds most{4294967295};
    if (const auto value = read_seconds(what, duration::zero(), most, report)) {
        global.*Member = {.value = *value, .where = what.words[1].where};
    }
}

template <setting<duration> target::* Member> void read_delay(target& global, const statement& what, reporter& report)
{
    using namespace std::chrono_literals;
    constexpr duration longest = 24h;
    if (const auto value = read_seconds(what, duration::zero(), longest, report)) {
        global.*Member = {.value = *value, .where = what.words[1].where};
    }
}

template <std::optional<notify_script> target::* Member>
void read_surrounding_script(target& global, const statement& what, reporter& report)
{
    read_notify_script(global.*Member, "global_defs", what, report);
}

template <setting<duration> target::* Member>
void read_script_timeout(target& global, const statement& what, reporter& report)
{
    using namespace std::chrono_literals;
    if (const auto value = read_seconds(what, 1s, 1000s, report)) {
        global.*Member = {.value = *value, .where = what.words[1].where};
    }
}

template <setting<int> target::* Member, int Least, int Most>
void read_level(target& global, const statement& what, reporter& report)
{
    if (const auto value = read_number(what, Least, Most, report)) {
        global.*Member = {.value = static_cast<int>(*value), .where = what.words[1].where};
    }
}

void read_cpus(target& global, const statement& what, reporter& report)
{
    constexpr std::int64_t last = CPU_SETSIZE - 1; // sched_setaffinity(2)
    std::vector<unsigned> cpus;
    for (const token& word : what.arguments()) {
        const auto number = parse_integer(word.text);
        if (number && *number >= 0 && *number <= last) {
            cpus.push_back(static_cast<unsigned>(*number));
        } else {
            report.error(word.where,
                         fmt::format("'{}' is no number of a CPU (0 to {}); it is left out", word.text, last));
        }
    }
    if (!cpus.empty()) {
        global.cpus = {.value = std::move(cpus), .where = what.words[1].where};
    }
}

template <setting<ip_address> target::* Member, address_family Family>
void read_group(target& global, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    const auto address = ip_address::parse(word.text);
    if (address && address->family() == Family && address->is_multicast()) {
        global.*Member = {.value = *address, .where = word.where};
        return;
    }
    report_value(what,
                 Family == address_family::ipv4 ? "an IPv4 multicast address (224.0.0.0/4)"
                                                : "an IPv6 multicast address (ff00::/8)",
                 report);
}

/// Both have done their work when the lines were read; here they are only checked.
void check_include_check(target&, const statement& what, reporter& report)
{
    for (const token& option : what.arguments()) {
        include_checks ignored;
        if (!apply_include_check(option.text, ignored)) {
            report.error(option.where,
                         fmt::format("'{}' is left out: include_check takes {}", option.text, include_check_options));
        }
    }
}

void check_random_seed(target&, const statement& what, reporter& report)
{
    std::ignore = read_number(what, 0, std::numeric_limits<std::uint32_t>::max(), report);
}

template <fifo_draft target::* Member> void read_fifo(target& global, const statement& what, reporter& report)
{
    read_fifo_path(global.*Member, what, report);
}

template <fifo_draft target::* Member> void read_script(target& global, const statement& what, reporter& report)
{
    read_fifo_script(global.*Member, what, report);
}

constexpr auto value = value_keyword<target>;
/// Of two keepalived takes the first.
constexpr auto once = once_keyword<target>;
constexpr auto accepted = [](std::string_view name) { return known_keyword<target>(name, keyword_effect::accepted); };
constexpr auto later = [](std::string_view name) { return known_keyword<target>(name, keyword_effect::later); };

constexpr auto absent = [](std::string_view name, std::string_view instead) {
    return known_keyword<target>(name, keyword_effect::absent, instead);
};
constexpr std::string_view no_snmp = "there is no SNMP; 'xvrrpctl status --json' tells what it would";
constexpr std::string_view no_dbus = "there is no D-Bus interface; 'xvrrpctl status --json' tells what it would";
constexpr std::string_view no_timer = "reloads aren't scheduled; let a timer run 'xvrrpctl reload'";

constexpr auto table = std::to_array<keyword<target>>({
    value("router_id", read_router_id, 1, 1),
    value("vrrp_version", read_global_version, 1, 1),
    value("vrrp_garp_master_delay", read_garp_delay<target, &garp_draft::master_delay, most_delay_seconds>, 1, 1),
    value("vrrp_garp_master_repeat", read_garp_repeat<target, &garp_draft::master_repeat, 1>, 1, 1),
    value("vrrp_garp_master_refresh", read_garp_delay<target, &garp_draft::refresh, most_refresh_seconds>, 1, 1),
    value("vrrp_garp_master_refresh_repeat", read_garp_repeat<target, &garp_draft::refresh_repeat, 1>, 1, 1),
    value("vrrp_garp_lower_prio_delay", read_garp_delay<target, &garp_draft::lower_prio_delay, most_delay_seconds>, 1,
          1),
    value("vrrp_garp_lower_prio_repeat", read_garp_repeat<target, &garp_draft::lower_prio_repeat, 0>, 1, 1),
    value("vrrp_garp_interval", read_gap<&target::garp_interval>, 1, 1),
    value("vrrp_gna_interval", read_gap<&target::gna_interval>, 1, 1),
    value("vrrp_min_garp", read_switch<target, &target::min_garp>, 0, 1),
    value("vrrp_mcast_group4", read_group<&target::multicast_group4, address_family::ipv4>, 1, 1),
    value("vrrp_mcast_group6", read_group<&target::multicast_group6, address_family::ipv6>, 1, 1),
    value("default_interface", read_interface_name<target, &target::default_interface>, 1, 1),
    value("vrrp_strict", read_switch<target, &target::strict>, 0, 1),
    value("vrrp_check_unicast_src", read_switch<target, &target::check_unicast_src>, 0, 1),
    value("v3_checksum_as_v2", read_switch<target, &target::checksum_as_v2>, 0, 1),
    value("vrrp_down_timer_adverts", read_down_timer_adverts<target>, 1, 1),
    value("vrrp_lower_prio_no_advert", read_election_switch<target, &election_draft::lower_prio_no_advert>, 0, 1),
    value("vrrp_owner_ignore_adverts", read_election_switch<target, &election_draft::owner_ignore_adverts>, 0, 1),
    value("xdp_mode", read_xdp_mode<target, &target::xdp>, 1, 1),
    value("fast_detect", read_fast_detect<target>, 1, any_number),
    value("net_namespace", read_place_name<&target::net_namespace>, 1, 1),
    value("instance", read_place_name<&target::instance>, 1, 1),
    value("disable_local_igmp", read_switch<target, &target::disable_local_igmp>, 0, 1),
    once_keyword<target>("startup_script", read_surrounding_script<&target::startup_script>, 1, 3),
    once_keyword<target>("shutdown_script", read_surrounding_script<&target::shutdown_script>, 1, 3),
    value("startup_script_timeout", read_script_timeout<&target::startup_script_timeout>, 1, 1),
    value("shutdown_script_timeout", read_script_timeout<&target::shutdown_script_timeout>, 1, 1),
    value("vrrp_startup_delay", read_delay<&target::startup_delay>, 1, 1),
    value("vrrp_delay_after_boot", read_delay<&target::delay_after_boot>, 1, 1),
    value("vrrp_rt_priority", read_level<&target::realtime_priority, 1, 99>, 1, 1),
    value("vrrp_priority", read_level<&target::nice, -20, 19>, 1, 1),
    value("vrrp_cpu_affinity", read_cpus, 1, any_number),
    value("enable_script_security", read_switch<target, &target::script_security>, 0, 1),
    value("script_user", read_script_user, 1, 2),
    once("notify_fifo", read_fifo<&target::fifo>, 1, 3),
    once("notify_fifo_script", read_script<&target::fifo>, 1, 3),
    once("vrrp_notify_fifo", read_fifo<&target::vrrp_fifo>, 1, 3),
    once("vrrp_notify_fifo_script", read_script<&target::vrrp_fifo>, 1, 3),
    value("vrrp_notify_priority_changes", read_switch<target, &target::priority_changes>, 0, 1),
    value("fifo_write_vrrp_states_on_reload", read_switch<target, &target::fifo_states_on_reload>, 0, 1),
    value("include_check", check_include_check, 0, any_number),
    value("random_seed", check_random_seed, 1, 1),

    // Mail.
    accepted("notification_email"),
    accepted("notification_email_from"),
    accepted("smtp_server"),
    accepted("smtp_helo_name"),
    accepted("smtp_connect_timeout"),
    accepted("smtp_alert"),
    accepted("smtp_alert_vrrp"),
    accepted("smtp_alert_checker"),
    accepted("no_email_faults"),

    // Nothing is missing without these: adverts are checked in the kernel, a router that steps down always says so,
    // interfaces may come and go, and no firewall is needed.
    accepted("vrrp_skip_check_adv_addr"),
    accepted("vrrp_higher_prio_send_advert"),
    accepted("dynamic_interfaces"),
    accepted("vrrp_iptables"),
    accepted("vrrp_ipsets"),
    accepted("nftables"),
    accepted("nftables_priority"),
    accepted("nftables_counters"),
    accepted("nftables_ifindex"),
    accepted("max_auto_priority"),
    accepted("min_auto_priority_delay"),
    accepted("vrrp_netlink_cmd_rcv_bufs"),
    accepted("vrrp_netlink_cmd_rcv_bufs_force"),
    accepted("vrrp_netlink_monitor_rcv_bufs"),
    accepted("vrrp_netlink_monitor_rcv_bufs_force"),
    accepted("process_monitor_rcv_bufs"),
    accepted("process_monitor_rcv_bufs_force"),
    accepted("vrrp_rx_bufs_policy"),
    accepted("vrrp_rx_bufs_multiplier"),
    accepted("config_save_dir"),
    accepted("tmp_config_directory"),
    accepted("umask"),
    accepted("use_symlink_paths"),
    accepted("set_supplementary_groups"),
    accepted("process_names"),
    accepted("process_name"),
    accepted("vrrp_process_name"),
    accepted("iproute_usr_dir"),
    accepted("iproute_etc_dir"),
    accepted("data_use_instance"),
    accepted("log_unknown_vrids"),

    // So already: a reload is always checked, memory always locked, the supervisor waits for the daemon, pid files are
    // where the command line says, links are watched by netlink, and there is a status command instead of dumps.
    accepted("reload_check_config"),
    accepted("vrrp_no_swap"),
    accepted("vrrp_rlimit_rttime"),
    accepted("child_wait_time"),
    accepted("use_pid_dir"),
    accepted("linkbeat_use_polling"),
    accepted("state_dump_file"),
    accepted("stats_dump_file"),
    accepted("json_dump_file"),
    accepted("json_version"),

    // Load balancing and BFD processes.
    accepted("lvs_sync_daemon"),
    accepted("lvs_timeouts"),
    accepted("lvs_flush"),
    accepted("lvs_flush_on_stop"),
    accepted("lvs_flush_onstop"),
    accepted("lvs_notify_fifo"),
    accepted("lvs_notify_fifo_script"),
    accepted("lvs_id"),
    accepted("checker_priority"),
    accepted("checker_rt_priority"),
    accepted("checker_rlimit_rttime"),
    accepted("checker_no_swap"),
    accepted("checker_cpu_affinity"),
    accepted("checker_process_name"),
    accepted("checker_log_all_failures"),
    accepted("bfd_priority"),
    accepted("bfd_rt_priority"),
    accepted("bfd_rlimit_rttime"),
    accepted("bfd_no_swap"),
    accepted("bfd_cpu_affinity"),
    accepted("bfd_process_name"),

    later("vrrp_garp_extra_if"),
    later("vrrp_vmac_garp_intvl"),
    absent("reload_time_file", no_timer),
    absent("reload_repeat", no_timer),
    absent("reload_file", no_timer),
    later("vmac_prefix"),
    later("vmac_addr_prefix"),
    absent("snmp_socket", no_snmp),
    absent("enable_snmp_vrrp", no_snmp),
    absent("enable_snmp_keepalived", no_snmp),
    absent("enable_snmp_checker", no_snmp),
    absent("enable_snmp_rfc", no_snmp),
    absent("enable_snmp_rfcv2", no_snmp),
    absent("enable_snmp_rfcv3", no_snmp),
    absent("enable_traps", no_snmp),
    absent("enable_dbus", no_dbus),
    absent("dbus_service_name", no_dbus),
    absent("dbus_no_interface_name", no_dbus),
});

} // namespace

std::span<const keyword<global_draft>> global_keywords()
{
    return table;
}

} // namespace xvrrp::config
