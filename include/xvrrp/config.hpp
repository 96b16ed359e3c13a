// SPDX-License-Identifier: BSD-2-Clause
//
// The configuration as plain structs, complete: defaults and global settings are resolved into each instance.
// Made by userspace/config, read by userspace/plan. Names are keepalived's keywords.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xvrrp/types.hpp"

namespace xvrrp {

enum class xdp_mode : std::uint8_t { automatic, native, generic, socket };
enum class initial_state : std::uint8_t { backup, master };
enum class address_scope : std::uint8_t { global = 0, site = 200, link = 253, host = 254, nowhere = 255 };

/// Where something stands in a configuration file, for messages: "FILE:LINE:COLUMN". Lines and columns count from 1.
struct source_location {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    friend bool operator==(const source_location&, const source_location&) = default;
};

/// garp_*: bursts of gratuitous ARP and unsolicited Neighbor Advertisements.
struct garp_settings {
    std::chrono::seconds master_delay{5}; ///< second burst after becoming MASTER; 0: none
    std::uint32_t master_repeat = 5;      ///< announcements of each address in a burst, at least 1
    std::chrono::seconds refresh{0};      ///< 0: off
    std::uint32_t refresh_repeat = 1;
    std::uint32_t lower_prio_repeat = 5; ///< 0: none
    std::chrono::seconds lower_prio_delay{5};
    friend bool operator==(const garp_settings&, const garp_settings&) = default;
};

/// Words behind an address that the kernel has a flag for (ip-address(8)).
struct address_flags {
    bool noprefixroute = false; ///< no route to its subnet comes with it
    bool home = false;          ///< IPv6: home address of Mobile IPv6 (RFC 6275)
    bool mngtmpaddr = false;    ///< IPv6, prefix length 64: temporary addresses are made of its prefix (RFC 8981)
    bool autojoin = false;      ///< a multicast address: the host joins the group
    bool dad = false;           ///< -nodad; IPv6: in use only when duplicate address detection is done
    friend bool operator==(const address_flags&, const address_flags&) = default;
};

/// One line of virtual_ipaddress or virtual_ipaddress_excluded.
struct virtual_address {
    ip_address address; ///< a multicast address only with autojoin
    std::uint8_t prefix_length = 32;
    std::string device; ///< always set: `dev`, else the instance's interface
    std::optional<ip_address> broadcast;
    std::string label; ///< empty: none
    address_scope scope = address_scope::global;
    std::optional<ip_address> peer = std::nullopt; ///< of a point-to-point link; prefix_length is of its subnet then
    address_flags flags = {};
    /// IPv6: while so old it may be chosen as a source, 0: never; none: for ever.
    std::optional<std::chrono::seconds> preferred_lifetime = std::nullopt;
    bool tracked = true; ///< is put back when somebody removes it; no_track: when the router becomes MASTER again
    friend bool operator==(const virtual_address&, const virtual_address&) = default;
};

/// One line of track_interface. Without a weight the interface being down is a fault.
struct tracked_interface {
    std::string name;
    std::optional<int> weight; ///< -253 to 253, not 0: added while up if positive, while down if negative
    bool reverse = false;      ///< subtracted instead
    friend bool operator==(const tracked_interface&, const tracked_interface&) = default;
};

/// Who a command runs as.
struct script_account {
    std::string user;               ///< empty: as xvrrpd itself does
    std::string group;              ///< empty: the user's own
    std::uint32_t uid = 0, gid = 0; ///< of these names; resolved by track/script_rules
    friend bool operator==(const script_account&, const script_account&) = default;
};

/// vrrp_script: a command that is run again and again, and whose exit status 0 says that something works.
struct vrrp_script {
    std::string name;
    source_location where;
    std::vector<std::string> command; ///< not empty; "<" and a path as the first word: a file that has to be readable
    script_account account;
    duration interval = std::chrono::seconds(1); ///< from one start to the next; 1 ms to 4294 s
    duration timeout = std::chrono::seconds(1);  ///< of one run
    std::optional<int> weight;                   ///< as in tracked_script, where a track_script names none
    bool reverse = false;
    std::uint32_t rise = 1; ///< so many successes in a row, and it is good
    std::uint32_t fall = 1; ///< so many failures in a row, and it is bad
    bool init_fail = false; ///< bad from the start, instead of unknown until the first run has ended
    friend bool operator==(const vrrp_script&, const vrrp_script&) = default;
};

/// One line of track_script. Without a weight a script that is bad is a fault (with `reverse`: one that is good).
struct tracked_script {
    std::string name;
    std::optional<int> weight; ///< -253 to 253, not 0: added while good if positive, while bad if negative
    bool reverse = false;      ///< subtracted instead
    friend bool operator==(const tracked_script&, const tracked_script&) = default;
};

/// What is written into a tracked file at the start.
struct file_start {
    int value = 0;
    bool overwrite = false; ///< what is there already, too; not at a reload
    friend bool operator==(const file_start&, const file_start&) = default;
};

/// track_file: a file with a number in it, which adds to priorities.
struct track_file {
    std::string name;
    source_location where;
    std::string path;          ///< begins with '/'
    std::optional<int> weight; ///< as in tracked_file, where a track_file block in an instance names none
    bool reverse = false;
    std::optional<file_start> start;
    friend bool operator==(const track_file&, const track_file&) = default;
};

/// One line of an instance's track_file. Without a weight a number other than 0 is a fault (with `reverse`: 0 is).
struct tracked_file {
    std::string name;
    std::optional<int> weight; ///< -254 to 254, not 0: times the number, it is added; -254 and less is a fault
    bool reverse = false;      ///< subtracted instead
    friend bool operator==(const tracked_file&, const tracked_file&) = default;
};

/// What of a process is compared with a track_process.
enum class process_match : std::uint8_t {
    name,    ///< its name (/proc/PID/comm), which the kernel cuts off after 15 bytes
    command, ///< the first word of its command line
    exact,   ///< that word, and all of its parameters
    partial, ///< that word, and its first parameters
    initial, ///< the same, and the last of these begins as is said
};

/// vrrp_track_process: so many processes of a kind have to run.
struct track_process {
    std::string name;
    source_location where;
    std::string process;                 ///< name or first word, not empty
    std::vector<std::string> parameters; ///< none with process_match::name and command
    process_match match = process_match::name;
    std::optional<int> weight; ///< as in tracked_process, where a track_process block names none
    bool reverse = false;
    std::uint32_t quorum = 1;                ///< so many at least
    std::optional<std::uint32_t> quorum_max; ///< so many at most; not below quorum
    duration fork_delay{0};      ///< how long a change that a fork made has to last before it counts; up to an hour
    duration terminate_delay{0}; ///< one that the end of a process made
    friend bool operator==(const track_process&, const track_process&) = default;
};

/// One line of track_process. Without a weight it is a fault if too few or too many run (with `reverse`: if not).
struct tracked_process {
    std::string name;
    std::optional<int> weight; ///< -254 to 254, not 0: added while they run if positive, while they don't if negative
    bool reverse = false;      ///< subtracted instead
    friend bool operator==(const tracked_process&, const tracked_process&) = default;
};

/// A command that is run when something happens to an instance.
struct notify_script {
    source_location where;
    std::vector<std::string> command; ///< not empty
    script_account account;
    friend bool operator==(const notify_script&, const notify_script&) = default;
};

/// notify_*: what is run when an instance enters a state.
struct notify_scripts {
    std::optional<notify_script> master, backup, fault, stop;
    std::optional<notify_script> deleted;      ///< a reload took the instance out
    bool tells_deleted = false;                ///< and `any` hears of it as DELETED; else as FAULT
    std::optional<notify_script> rx_lower_pri; ///< an Active router heard an advert that loses against its own
    std::optional<notify_script> any;          ///< after each of the others, with arguments that say what happened
    friend bool operator==(const notify_scripts&, const notify_scripts&) = default;
};

struct notify_keyword {
    std::string_view name;
    std::optional<notify_script> notify_scripts::* script;
};
inline constexpr std::array notify_keywords = {
    notify_keyword{.name = "notify_master", .script = &notify_scripts::master},
    notify_keyword{.name = "notify_backup", .script = &notify_scripts::backup},
    notify_keyword{.name = "notify_fault", .script = &notify_scripts::fault},
    notify_keyword{.name = "notify_stop", .script = &notify_scripts::stop},
    notify_keyword{.name = "notify_deleted", .script = &notify_scripts::deleted},
    notify_keyword{.name = "notify_master_rx_lower_pri", .script = &notify_scripts::rx_lower_pri},
    notify_keyword{.name = "notify", .script = &notify_scripts::any},
};

/// fast_detect: S-BFD probes to the Active router (RFC 7880), and how long a daemon of ours may hang before it counts
/// as dead to those who probe us.
struct fast_detection {
    bool enabled = true;                                ///< method sbfd; false: method off
    duration interval = std::chrono::milliseconds(100); ///< 100 us to 1 s
    std::uint32_t multiplier = 3;                       ///< 2 to 20
    std::optional<duration> hang_limit;                 ///< none: Active_Down_Interval
    friend bool operator==(const fast_detection&, const fast_detection&) = default;
};

struct vrrp_instance {
    std::string name;
    source_location where;
    initial_state state = initial_state::backup;
    std::string interface;
    xvrrp::vrid vrid;
    xvrrp::priority priority{100};
    duration advert_interval =
        std::chrono::seconds(1); ///< version 2: whole seconds, 1 to 255; version 3: 10 ms to 40.95 s
    vrrp_version version = vrrp_version::v2;
    address_family family = address_family::ipv4;
    bool preempt = true;
    duration preempt_delay{0};
    std::uint32_t down_timer_adverts = 3;                ///< missing adverts that make an Active router dead, 1 to 100
    bool lower_prio_no_advert = false;                   ///< no advert in answer to a losing one
    bool owner_ignore_adverts = false;                   ///< with priority 255
    std::optional<xvrrp::priority> timer_expired_backup; ///< without preempt: see core::router_settings
    bool leave_if_degraded = false; ///< without preempt: take over from a router that lowered its priority below ours
    std::optional<std::string> auth_pass;  ///< version 2; 1 to 8 bytes
    std::optional<ip_address> source;      ///< unicast_src_ip or mcast_src_ip
    std::vector<ip_address> unicast_peers; ///< empty: multicast
    ip_address multicast_group;
    std::vector<virtual_address> virtual_addresses;
    std::vector<virtual_address> excluded_addresses;
    bool promote_secondaries = false; ///< on the interface, whether or not a VIP needs it
    std::vector<tracked_interface> track_interfaces;
    std::vector<tracked_script> track_scripts;    ///< each names one of the configuration's scripts
    std::vector<tracked_file> track_files;        ///< each names one of the configuration's files
    std::vector<tracked_process> track_processes; ///< the same
    garp_settings garp;
    bool accept = true;
    bool strict = false;
    bool check_unicast_src = false;  ///< unicast: discard adverts from who isn't in unicast_peers
    peer_hop_limits hop_limits;      ///< of unicast_peers that have any; with check_unicast_src. Multicast: 255, always
    std::uint8_t unicast_ttl = 255;  ///< of our adverts to unicast_peers, at least 1
    bool fault_without_peer = false; ///< unicast_fault_no_peer: never multicast
    bool track_source = false;       ///< track_src_ip: in FAULT while `source` isn't an address of the interface
    bool track_primary = true;       ///< false: dont_track_primary, the interface being down is no fault
    bool checksum_as_v2 = false;     ///< version 3 over IPv4: send the sum without a pseudo-header (RFC 9568 5.2.8)
    xvrrp::xdp_mode xdp = xvrrp::xdp_mode::automatic;
    fast_detection fast_detect;
    notify_scripts notify;
    bool notify_priority_changes = false; ///< FIFOs are told of each change of the effective priority
    std::string sync_group;               ///< that it is in; empty: in none
    friend bool operator==(const vrrp_instance&, const vrrp_instance&) = default;
};

/// vrrp_sync_group: instances that are MASTER together or not at all. What it tracks is in the lists of its members.
struct sync_group {
    std::string name;
    source_location where;
    std::vector<std::string> members; ///< names of instances, not empty; each is in one group at most
    bool tracking_weight = false;     ///< weights of what is tracked count
    notify_scripts notify;            ///< master, backup, fault, stop, any
    friend bool operator==(const sync_group&, const sync_group&) = default;
};

/// notify_fifo, vrrp_notify_fifo: a named pipe that a line is written to for each event.
struct notify_fifo {
    source_location where;
    std::string path;                    ///< begins with '/'; no two have the same
    script_account owner;                ///< of a pipe that is made
    std::optional<notify_script> script; ///< runs as long as the pipe is written to; its last argument is the path
    friend bool operator==(const notify_fifo&, const notify_fifo&) = default;
};

/// How the daemon's process runs. Read when it starts.
struct process_settings {
    int realtime_priority = 1;  ///< vrrp_rt_priority: of SCHED_FIFO, 1 to 99
    std::optional<int> nice;    ///< vrrp_priority, -20 to 19: counts where the system refuses SCHED_FIFO
    std::vector<unsigned> cpus; ///< vrrp_cpu_affinity: numbers of CPUs; empty: all
    friend bool operator==(const process_settings&, const process_settings&) = default;
};

/// A script that surrounds the whole life of xvrrpd.
struct surrounding_script {
    notify_script script;
    duration timeout = std::chrono::seconds(10); ///< then it is told to end; 1 to 1000 s
    friend bool operator==(const surrounding_script&, const surrounding_script&) = default;
};

/// What counts once, when xvrrpd starts.
struct surroundings_settings {
    std::string net_namespace;       ///< of /run/netns, that xvrrpd goes into; empty: none
    std::string instance;            ///< names the paths of one xvrrpd among several; empty: the only one
    bool disable_local_igmp = false; ///< no IGMP reports for 224.0.0.0/24 while xvrrpd runs
    std::optional<surrounding_script> startup;
    std::optional<surrounding_script> shutdown;
    friend bool operator==(const surroundings_settings&, const surroundings_settings&) = default;
};

/// garp_group: interfaces whose announcements leave through one bottleneck. An interface is in one group at most; what
/// global_settings says of the gaps doesn't hold for it.
struct garp_group {
    std::vector<std::string> interfaces; ///< not empty
    duration garp_interval{0};           ///< least time between two gratuitous ARPs on all of them together
    duration gna_interval{0};            ///< and between two Neighbor Advertisements
    friend bool operator==(const garp_group&, const garp_group&) = default;
};

/// A line of interface_up_down_delays: how long a change of the link has to last until it counts.
struct interface_delay {
    std::string interface;
    duration down{0}; ///< 0 to 255 s
    duration up{0};
    friend bool operator==(const interface_delay&, const interface_delay&) = default;
};

struct global_settings {
    std::string router_id;     ///< the host's name unless configured; used in messages alone
    duration garp_interval{0}; ///< least time between two gratuitous ARPs on an interface
    duration gna_interval{0};
    duration startup_delay{0};    ///< after the daemon's start, routers wait so long in INIT
    duration delay_after_boot{0}; ///< and until the system is up for so long
    process_settings process;
    surroundings_settings around;
    bool script_security = false;         ///< what others than root could change doesn't run as root
    std::optional<notify_fifo> fifo;      ///< notify_fifo
    std::optional<notify_fifo> vrrp_fifo; ///< vrrp_notify_fifo: the same lines
    bool fifo_states_on_reload = false;   ///< after a reload, they are told all states once more
    friend bool operator==(const global_settings&, const global_settings&) = default;
};

struct fifo_keyword {
    std::string_view name;        ///< of the pipe
    std::string_view script_name; ///< of its script
    std::optional<notify_fifo> global_settings::* fifo;
};
inline constexpr std::array fifo_keywords = {
    fifo_keyword{.name = "notify_fifo", .script_name = "notify_fifo_script", .fifo = &global_settings::fifo},
    fifo_keyword{
        .name = "vrrp_notify_fifo", .script_name = "vrrp_notify_fifo_script", .fifo = &global_settings::vrrp_fifo},
};

struct configuration {
    global_settings global;
    std::vector<vrrp_instance> instances; ///< in the order of the file; names are unique
    std::vector<sync_group> sync_groups;  ///< names are unique
    std::vector<vrrp_script> scripts;     ///< those that an instance tracks; names are unique
    std::vector<track_file> files;        ///< the same
    std::vector<track_process> processes; ///< the same
    std::vector<garp_group> garp_groups;
    std::vector<interface_delay> interface_delays; ///< interfaces are unique
    friend bool operator==(const configuration&, const configuration&) = default;
};

} // namespace xvrrp
