// SPDX-License-Identifier: BSD-2-Clause
//
// What stands in the file, before defaults and global settings are resolved: each value that may be missing is optional
// and knows its place. Filled by the keyword tables, turned into config.hpp's structs by complete.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "config/source.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::config {

template <class T> struct located {
    T value{};
    place where;
};

template <class T> using setting = std::optional<located<T>>;

template <class T> T value_or(const setting<T>& given, const T& otherwise)
{
    return given ? given->value : otherwise;
}

/// The longest name of an instance or of the host.
inline constexpr std::size_t longest_name = 255;

struct garp_draft {
    setting<std::chrono::seconds> master_delay;
    setting<std::uint32_t> master_repeat;
    setting<std::chrono::seconds> refresh;
    setting<std::uint32_t> refresh_repeat;
    setting<std::uint32_t> lower_prio_repeat;
    setting<std::chrono::seconds> lower_prio_delay;
};

/// What an instance does about adverts, and when they are missing; for all instances in global_defs.
struct election_draft {
    setting<std::uint32_t> down_timer_adverts;
    setting<bool> lower_prio_no_advert;
    setting<bool> owner_ignore_adverts;
};

/// The parts of fast_detect.
struct fast_detect_draft {
    setting<bool> enabled;
    setting<duration> interval;
    setting<std::uint32_t> multiplier;
    setting<duration> hang_limit;
};

/// `weight N [reverse]`.
struct weight_draft {
    std::optional<int> weight; ///< none: 0
    bool reverse = false;
};

struct script_draft {
    std::string name;
    place where; ///< of the name
    setting<std::vector<std::string>> command;
    setting<script_account> account;
    setting<duration> interval;
    setting<duration> timeout;
    setting<weight_draft> weight;
    setting<std::uint32_t> rise;
    setting<std::uint32_t> fall;
    setting<bool> init_fail;
};

struct track_file_draft {
    std::string name;
    place where; ///< of the name
    setting<std::string> path;
    setting<weight_draft> weight;
    setting<file_start> start;
};

struct track_process_draft {
    std::string name;
    place where; ///< of the name
    setting<std::vector<std::string>> command;
    setting<process_match> match; ///< of the parameters: exact, partial or initial
    setting<bool> full_command;
    setting<weight_draft> weight;
    setting<std::uint32_t> quorum;
    setting<std::uint32_t> quorum_max;
    setting<duration> fork_delay;
    setting<duration> terminate_delay;
};

/// A line of track_script and its like.
struct tracked_object_draft {
    std::string name;
    std::optional<weight_draft> weight; ///< none: the object's own
};

/// A pipe and its script, either of which may be missing.
struct fifo_draft {
    setting<std::string> path;
    script_account owner;                ///< no user where none is named
    std::optional<notify_script> script; ///< the same
    place script_where;
};

struct global_draft {
    setting<std::string> router_id;
    setting<vrrp_version> version;
    garp_draft garp;
    setting<bool> min_garp;
    setting<duration> garp_interval;
    setting<duration> gna_interval;
    setting<ip_address> multicast_group4;
    setting<ip_address> multicast_group6;
    setting<std::string> default_interface;
    setting<bool> strict;
    setting<bool> check_unicast_src;
    setting<bool> checksum_as_v2;
    election_draft election;
    setting<xdp_mode> xdp;
    fast_detect_draft fast_detect;
    setting<std::string> net_namespace;
    setting<std::string> instance;
    setting<bool> disable_local_igmp;
    std::optional<notify_script> startup_script; ///< its account has no user where none is named
    std::optional<notify_script> shutdown_script;
    setting<duration> startup_script_timeout;
    setting<duration> shutdown_script_timeout;
    setting<duration> startup_delay;
    setting<duration> delay_after_boot;
    setting<int> realtime_priority;
    setting<int> nice;
    setting<std::vector<unsigned>> cpus;
    setting<bool> script_security;
    setting<script_account> script_user;
    fifo_draft fifo;
    fifo_draft vrrp_fifo;
    setting<bool> priority_changes;
    setting<bool> fifo_states_on_reload;
};

struct address_draft {
    virtual_address address; ///< its device is empty where `dev` is missing
    place where;
};

struct peer_draft {
    ip_address address;
    std::optional<hop_limits> limits;
    place where;
};

enum class auth_kind : std::uint8_t { none, pass };

struct authentication_draft {
    setting<auth_kind> type;
    setting<std::string> password;
};

struct instance_draft {
    std::string name;
    place where; ///< of the name
    /// An error is reported without whose mending the instance must not run.
    bool broken = false;

    setting<initial_state> state;
    setting<std::string> interface;
    setting<xvrrp::vrid> vrid;
    setting<xvrrp::priority> priority;
    setting<duration> advert_interval;
    setting<vrrp_version> version;
    setting<bool> preempt;
    setting<duration> preempt_delay;
    setting<bool> leave_if_degraded;
    election_draft election;
    setting<xvrrp::priority> timer_expired_backup;
    setting<authentication_draft> authentication;
    setting<ip_address> unicast_source;
    setting<ip_address> multicast_source;
    setting<ip_address> multicast_group;
    setting<bool> track_source;
    setting<bool> dont_track_primary;
    setting<std::uint8_t> unicast_ttl;
    setting<bool> fault_without_peer;
    setting<std::vector<peer_draft>> peers;
    std::vector<address_draft> addresses;
    std::vector<address_draft> excluded;
    setting<bool> promote_secondaries;
    setting<bool> no_virtual_ipaddress;
    std::vector<located<tracked_interface>> track_interfaces;
    std::vector<located<tracked_object_draft>> track_scripts;
    std::vector<located<tracked_object_draft>> track_files;
    std::vector<located<tracked_object_draft>> track_processes;
    garp_draft garp;
    setting<bool> accept;
    setting<bool> strict;
    setting<bool> check_unicast_src;
    setting<bool> checksum_as_v2;
    setting<bool> native_ipv6;
    setting<xdp_mode> xdp;
    fast_detect_draft fast_detect;
    notify_scripts notify; ///< its accounts have no user where none is named
    setting<bool> priority_changes;
};

struct sync_group_draft {
    std::string name;
    place where; ///< of the name
    std::vector<located<std::string>> members;
    setting<bool> tracking_weight;
    std::vector<located<tracked_interface>> track_interfaces;
    std::vector<located<tracked_object_draft>> track_scripts;
    std::vector<located<tracked_object_draft>> track_files;
    std::vector<located<tracked_object_draft>> track_processes;
    notify_scripts notify; ///< its accounts have no user where none is named
    setting<bool> priority_changes;
};

struct garp_group_draft {
    place where; ///< of the keyword
    setting<duration> garp_interval;
    setting<duration> gna_interval;
    std::vector<located<std::string>> interfaces;
};

struct file_draft {
    global_draft global;
    std::deque<instance_draft> instances;
    std::deque<script_draft> scripts;
    std::deque<track_file_draft> files;
    std::deque<track_process_draft> processes;
    std::deque<sync_group_draft> sync_groups;
    std::deque<garp_group_draft> garp_groups;
    std::vector<interface_delay> interface_delays;
};

} // namespace xvrrp::config
