// SPDX-License-Identifier: BSD-2-Clause
//
// keepalived's keywords are known by name, with an effect or without; others aren't, and the message says what is
// meant.
#include <initializer_list>

#include <fmt/core.h>

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::initializer_list<const char*> root_names{"net_namespace",
                                                        "net_namespace_ipvs",
                                                        "namespace_with_ipsets",
                                                        "instance",
                                                        "use_pid_dir",
                                                        "linkbeat_use_polling",
                                                        "child_wait_time",
                                                        "global_defs",
                                                        "vrrp_script",
                                                        "vrrp_track_process",
                                                        "track_file",
                                                        "vrrp_track_file",
                                                        "bfd_instance",
                                                        "vrrp_sync_group",
                                                        "vrrp_instance",
                                                        "static_ipaddress",
                                                        "static_routes",
                                                        "static_rules",
                                                        "track_group",
                                                        "garp_group",
                                                        "interface_up_down_delays",
                                                        "linkbeat_interfaces",
                                                        "virtual_server",
                                                        "virtual_server_group",
                                                        "SSL"};

constexpr std::initializer_list<const char*> global_names{"router_id",
                                                          "notification_email",
                                                          "notification_email_from",
                                                          "smtp_server",
                                                          "smtp_helo_name",
                                                          "smtp_connect_timeout",
                                                          "smtp_alert",
                                                          "smtp_alert_vrrp",
                                                          "no_email_faults",
                                                          "enable_script_security",
                                                          "script_user",
                                                          "vrrp_skip_check_adv_addr",
                                                          "vrrp_strict",
                                                          "vrrp_garp_interval",
                                                          "vrrp_gna_interval",
                                                          "vrrp_garp_master_repeat",
                                                          "vrrp_garp_master_delay",
                                                          "vrrp_garp_master_refresh",
                                                          "vrrp_garp_master_refresh_repeat",
                                                          "vrrp_garp_lower_prio_repeat",
                                                          "vrrp_garp_lower_prio_delay",
                                                          "vrrp_min_garp",
                                                          "vrrp_garp_extra_if",
                                                          "vrrp_vmac_garp_intvl",
                                                          "vrrp_down_timer_adverts",
                                                          "vrrp_lower_prio_no_advert",
                                                          "vrrp_higher_prio_send_advert",
                                                          "vrrp_owner_ignore_adverts",
                                                          "vrrp_version",
                                                          "v3_checksum_as_v2",
                                                          "vrrp_mcast_group4",
                                                          "vrrp_mcast_group6",
                                                          "default_interface",
                                                          "dynamic_interfaces",
                                                          "vrrp_check_unicast_src",
                                                          "vrrp_startup_delay",
                                                          "vrrp_delay_after_boot",
                                                          "vrrp_iptables",
                                                          "vrrp_ipsets",
                                                          "nftables",
                                                          "nftables_priority",
                                                          "nftables_counters",
                                                          "nftables_ifindex",
                                                          "disable_local_igmp",
                                                          "vrrp_priority",
                                                          "vrrp_rt_priority",
                                                          "vrrp_rlimit_rttime",
                                                          "max_auto_priority",
                                                          "min_auto_priority_delay",
                                                          "vrrp_no_swap",
                                                          "vrrp_cpu_affinity",
                                                          "notify_fifo",
                                                          "vrrp_notify_fifo",
                                                          "notify_fifo_script",
                                                          "vrrp_notify_fifo_script",
                                                          "vrrp_notify_priority_changes",
                                                          "fifo_write_vrrp_states_on_reload",
                                                          "startup_script",
                                                          "shutdown_script",
                                                          "startup_script_timeout",
                                                          "shutdown_script_timeout",
                                                          "reload_check_config",
                                                          "reload_time_file",
                                                          "reload_repeat",
                                                          "reload_file",
                                                          "config_save_dir",
                                                          "tmp_config_directory",
                                                          "umask",
                                                          "use_symlink_paths",
                                                          "set_supplementary_groups",
                                                          "process_names",
                                                          "process_name",
                                                          "vrrp_process_name",
                                                          "checker_process_name",
                                                          "bfd_process_name",
                                                          "iproute_usr_dir",
                                                          "iproute_etc_dir",
                                                          "data_use_instance",
                                                          "state_dump_file",
                                                          "stats_dump_file",
                                                          "json_dump_file",
                                                          "json_version",
                                                          "vrrp_netlink_cmd_rcv_bufs",
                                                          "vrrp_netlink_cmd_rcv_bufs_force",
                                                          "vrrp_netlink_monitor_rcv_bufs",
                                                          "vrrp_netlink_monitor_rcv_bufs_force",
                                                          "process_monitor_rcv_bufs",
                                                          "process_monitor_rcv_bufs_force",
                                                          "vrrp_rx_bufs_policy",
                                                          "vrrp_rx_bufs_multiplier",
                                                          "log_unknown_vrids",
                                                          "vmac_prefix",
                                                          "vmac_addr_prefix",
                                                          "random_seed",
                                                          "include_check",
                                                          "snmp_socket",
                                                          "enable_snmp_vrrp",
                                                          "enable_snmp_keepalived",
                                                          "enable_snmp_rfc",
                                                          "enable_snmp_rfcv2",
                                                          "enable_snmp_rfcv3",
                                                          "enable_traps",
                                                          "enable_dbus",
                                                          "dbus_service_name",
                                                          "dbus_no_interface_name",
                                                          "lvs_sync_daemon",
                                                          "lvs_timeouts",
                                                          "lvs_flush",
                                                          "lvs_flush_on_stop"};

constexpr std::initializer_list<const char*> instance_names{"state",
                                                            "interface",
                                                            "virtual_router_id",
                                                            "priority",
                                                            "advert_int",
                                                            "version",
                                                            "virtual_ipaddress",
                                                            "virtual_ipaddress_excluded",
                                                            "authentication",
                                                            "auth_hmac",
                                                            "unicast_peer",
                                                            "unicast_src_ip",
                                                            "mcast_src_ip",
                                                            "unicast_ttl",
                                                            "unicast_fault_no_peer",
                                                            "check_unicast_src",
                                                            "track_src_ip",
                                                            "mcast_dst_ip",
                                                            "vrf",
                                                            "old_unicast_checksum",
                                                            "v3_checksum_as_v2",
                                                            "nopreempt",
                                                            "preempt",
                                                            "preempt_delay",
                                                            "garp_master_delay",
                                                            "garp_master_repeat",
                                                            "garp_master_refresh",
                                                            "garp_master_refresh_repeat",
                                                            "garp_lower_prio_delay",
                                                            "garp_lower_prio_repeat",
                                                            "garp_extra_if",
                                                            "down_timer_adverts",
                                                            "timer_expired_backup",
                                                            "thread_timer_expired",
                                                            "lower_prio_no_advert",
                                                            "higher_prio_send_advert",
                                                            "owner_ignore_adverts",
                                                            "skip_check_adv_addr",
                                                            "strict_mode",
                                                            "use_vmac",
                                                            "use_vmac_addr",
                                                            "vmac_xmit_base",
                                                            "use_ipvlan",
                                                            "track_interface",
                                                            "track_script",
                                                            "track_file",
                                                            "track_process",
                                                            "track_bfd",
                                                            "dont_track_primary",
                                                            "virtual_routes",
                                                            "virtual_rules",
                                                            "accept",
                                                            "no_accept",
                                                            "notify_master",
                                                            "notify_backup",
                                                            "notify_fault",
                                                            "notify_stop",
                                                            "notify",
                                                            "notify_deleted",
                                                            "notify_master_rx_lower_pri",
                                                            "notify_priority_changes",
                                                            "smtp_alert",
                                                            "no_virtual_ipaddress",
                                                            "promote_secondaries",
                                                            "native_ipv6",
                                                            "debug",
                                                            "kernel_rx_buf_size",
                                                            "linkbeat_use_polling",
                                                            "lvs_sync_daemon_interface"};

void expect_known(const char* name, const loaded& what)
{
    for (const diagnostic& each : what.diagnostics) {
        EXPECT_THAT(each.text, Not(HasSubstr("unknown keyword"))) << name;
        EXPECT_THAT(each.text, Not(HasSubstr("belong"))) << name;
    }
}

TEST(config_known, keywords_outside_the_blocks)
{
    for (const char* name : root_names) {
        expect_known(name, read(name));
    }
}

TEST(config_known, keywords_of_global_defs)
{
    for (const char* name : global_names) {
        expect_known(name, read(fmt::format("global_defs {{\n {}\n}}\n", name)));
    }
}

TEST(config_known, keywords_of_an_instance)
{
    for (const char* name : instance_names) {
        expect_known(name, read(fmt::format("vrrp_instance A {{\n {}\n}}\n", name)));
    }
}

TEST(config_known, keywords_of_blocks_without_effect)
{
    for (const char* text :
         {"vrrp_track_process a {\n process x\n param_match initial\n weight 5\n quorum 1\n quorum_max 2\n delay 1\n "
          "fork_delay 1\n terminate_delay 1\n full_command\n}",
          "vrrp_track_file a {\n file x\n weight 1\n init_file 0\n}", "track_file a {\n file x\n}",
          "bfd_instance a {\n neighbor_ip 10.0.0.1\n source_ip 10.0.0.2\n min_rx 10\n min_tx 10\n idle_tx 1000\n "
          "multiplier 5\n passive\n ttl 255\n hoplimit 64\n max_hops 0\n multihop\n weight 1\n vrrp\n checker\n}",
          "track_group a {\n group {\n VI_1\n }\n}"}) {
        expect_known(text, read(text));
    }
}

TEST(config_known, what_is_not_there_for_good_is_said_with_what_is)
{
    const loaded result =
        read("global_defs {\n enable_snmp_vrrp\n enable_dbus\n reload_file /x\n}\n" + instance_with(""));
    EXPECT_THAT(result.diagnostics,
                testing::ElementsAre(message_at(severity::warning, 2, 2, "no effect: there is no SNMP"),
                                     message_at(severity::warning, 3, 2, "no effect: there is no D-Bus"),
                                     message_at(severity::warning, 4, 2, "let a timer run 'xvrrpctl reload'")));
}

TEST(config_known, others_are_unknown_in_blocks_without_effect_too)
{
    const loaded result =
        read("bfd_instance a {\n multiplyer 5\n}\nbfd_instance b {\n passiv\n}\n" + instance_with(""));
    EXPECT_THAT(result.diagnostics,
                testing::ElementsAre(message_at(severity::warning, 1, 1, "has no effect yet"),
                                     message_at(severity::warning, 2, 2, "did you mean 'multiplier'?"),
                                     message_at(severity::warning, 5, 2, "did you mean 'passive'?")));
}

} // namespace
} // namespace xvrrp::config
