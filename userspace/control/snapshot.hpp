// SPDX-License-Identifier: BSD-2-Clause
//
// What xvrrpctl shows, as plain values: filled by runtime on the loop's thread, rendered by control on its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace xvrrp::control {

struct vip_status {
    std::string address; ///< "10.0.0.70/32"
    std::string device;
    bool present = false; ///< on the interface now
    std::uint64_t received_packets = 0, received_bytes = 0, sent_packets = 0, sent_bytes = 0, not_active_packets = 0;
};

/// A router that the kernel heard adverts of.
struct peer_status {
    std::string address;
    std::string mac;
    unsigned priority = 0;
    double interval_seconds = 0;
    double seconds_since_advert = 0;
};

struct instance_counters {
    std::uint64_t adverts_received = 0, adverts_sent = 0, became_master = 0, released_master = 0;
    std::uint64_t priority_zero_received = 0, priority_zero_sent = 0;
    std::uint64_t garp_sent = 0, addresses_restored = 0;
    std::uint64_t suppressed = 0,
                  lost = 0; ///< valid adverts that the rate bound or a full ring buffer kept from the daemon
    std::uint64_t send_errors = 0;
    std::uint64_t late_deadlines = 0; ///< silences that weren't believed at once because the daemon itself was late
    std::uint64_t ttl_not_255 = 0, address_list_mismatch = 0, interval_mismatch = 0, unlisted_source = 0,
                  first_address_not_link_local = 0; ///< accepted, and counted
    std::uint64_t notify_runs = 0, notify_failures = 0;
};

/// How long the last takeover took, from the decision.
struct takeover_timing {
    double addresses_microseconds = 0;   ///< until all addresses were in place
    double advert_microseconds = 0;      ///< until the advert was sent
    double first_round_microseconds = 0; ///< until each address had been announced once
};

struct instance_status {
    std::string name;
    std::string interface;
    unsigned vrid = 0;
    unsigned version = 2;
    std::string family;              ///< "IPv4", "IPv6"
    std::string state;               ///< "INIT", "BACKUP", "MASTER", "FAULT", "LEAVING"
    std::vector<std::string> faults; ///< empty unless FAULT
    double seconds_in_state = 0;
    std::string since; ///< ISO 8601, local time with offset
    unsigned base_priority = 0;
    unsigned effective_priority = 0;
    double advert_interval_seconds = 0;
    double active_advert_interval_seconds = 0;
    std::string attach_mode;                ///< "native", "generic", "socket", "none"
    std::string source;                     ///< our own address
    std::optional<peer_status> active;      ///< who is Active, when it isn't us
    std::vector<peer_status> other_actives; ///< more than one Active router is heard: all but `active`
    std::vector<vip_status> vips;
    std::optional<takeover_timing> last_takeover;
    std::string notify_running;       ///< path of the notify script that runs now; "": none
    std::uint64_t notify_waiting = 0; ///< events that wait for its end
    instance_counters counters;
};

/// A vrrp_sync_group.
struct group_status {
    std::string name;
    std::string state;                ///< "INIT", "BACKUP", "MASTER", "FAULT"
    std::vector<std::string> members; ///< instances
};

/// A vrrp_script.
struct script_status {
    std::string name;
    std::string command;
    std::string state;             ///< "waiting" (for its first result), "succeeded", "failed"
    bool running = false;          ///< now
    std::string last_result;       ///< "exited with status 1", "due to signal 9", "timed_out"; "": none yet
    double seconds_since_last = 0; ///< since that result
    double interval_seconds = 0;
    double timeout_seconds = 0;
    std::uint64_t runs = 0, failures = 0;
    std::uint64_t skipped = 0;           ///< runs that were left out because the one before hadn't ended
    std::vector<std::string> tracked_by; ///< instances
};

/// A track_file.
struct file_status {
    std::string name;
    std::string path;
    std::optional<std::int64_t> number;  ///< none: it wasn't read yet
    double seconds_since_change = 0;     ///< of the number, or since it was read first
    std::vector<std::string> tracked_by; ///< instances
};

/// A vrrp_track_process.
struct process_status {
    std::string name;
    std::string process;       ///< its name, or its command line
    std::string state;         ///< "waiting" (to be looked for), "running", "failed": too few, or too many
    std::uint64_t running = 0; ///< that count
    std::uint64_t quorum = 0;
    std::optional<std::uint64_t> quorum_max;
    double seconds_since_change = 0;     ///< of the state
    std::vector<std::string> tracked_by; ///< instances
};

/// notify_fifo, vrrp_notify_fifo.
struct fifo_status {
    std::string path;
    std::string script; ///< its command; "": none
    bool script_running = false;
    std::uint64_t lines = 0; ///< written
    std::uint64_t lost = 0;  ///< lines that it had no room for
};

struct drop_status {
    std::string interface;
    std::string reason;
    std::uint64_t count = 0;
    std::string last_source;
    double seconds_since_last = 0;
};

/// From the kernel's stamp of an advert to the state machine.
struct reaction_timing {
    std::uint64_t adverts = 0;
    double p50_microseconds = 0, p99_microseconds = 0, longest_microseconds = 0;
};

struct daemon_status {
    std::string version;
    std::string router_id;
    std::string config_file;
    long pid = 0;            ///< of the daemon
    long supervisor_pid = 0; ///< of its parent, which is the one to signal; 0: there is none
    double uptime_seconds = 0;
    std::string last_reload; ///< "", or "ok", or the error of the last reload
    std::string bpf_directory;
    std::optional<std::string> bpf_refusal; ///< why there is no BPF
    std::vector<instance_status> instances;
    std::vector<group_status> groups;
    std::vector<script_status> scripts;
    std::vector<file_status> files;
    std::vector<process_status> processes;
    std::vector<fifo_status> fifos;
    std::vector<drop_status> drops;
    reaction_timing reaction;
};

/// When each stage of a change of state was reached, from the decision, negative before it; empty where it wasn't.
struct failover_stages {
    std::optional<double> last_advert_microseconds;            ///< the last one of the router that was Active
    std::optional<double> first_unanswered_probe_microseconds; ///< when it was sent
    std::optional<double> loss_detected_microseconds;
    std::optional<double> addresses_microseconds; ///< all addresses were in place
    std::optional<double> advert_microseconds;    ///< our first advert was sent
    std::optional<double> first_garp_microseconds;
    std::optional<double> last_garp_microseconds;    ///< each address had been announced once
    std::optional<double> first_packet_microseconds; ///< XDP saw a packet to one of the addresses
};

/// One change of state of a virtual router.
struct failover_report {
    std::string instance;
    std::string when;            ///< ISO 8601 with microseconds, local time with offset
    std::string from;            ///< as instance_status::state
    std::string to;              ///< as instance_status::state
    std::string reason;          ///< "probes_lost", "peer_dead", "active_down_timer"
    std::string detected_by;     ///< "probe loss", "AdminDown", "priority 0", "Active_Down_Timer", "advert", "fence",
                                 ///< "link", "address", "attachment", "tracked interface", "tracked script", "tracked
                                 ///< file", "tracked process", "sync group", "operator"
    std::string other;           ///< the router whose advert or silence caused it, "" if there is none
    unsigned other_priority = 0; ///< as it said last
    failover_stages stages;
};

/// An S-BFD session with an Active router that is followed.
struct session_status {
    std::string interface;
    std::string peer;
    std::string source;           ///< where our probes come from
    std::string state;            ///< "asking", "up", "lost", "admin_down"
    double interval_seconds = 0;  ///< between probes, while it is up
    unsigned multiplier = 0;      ///< so many unanswered ones are a loss
    double detection_seconds = 0; ///< how long a loss takes to be detected, damping included
    unsigned damping = 1;         ///< how many times the configured detection time
    std::uint64_t probes_sent = 0, replies = 0, losses = 0;
    std::uint64_t refuted = 0;         ///< losses that an advert disproved
    std::uint64_t false_takeovers = 0; ///< because of a loss or AdminDown, and undone at once by the same router
    double round_trip_p50_microseconds = 0, round_trip_p99_microseconds = 0, round_trip_longest_microseconds = 0;
    std::string replies_by; ///< "XDP", "socket"
};

} // namespace xvrrp::control
