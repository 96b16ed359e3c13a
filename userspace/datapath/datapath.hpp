// SPDX-License-Identifier: BSD-2-Clause
//
// The receiving half, whichever way an interface is heard: XDP (native or generic) through the BPF maps and the ring
// buffer, or a packet socket with the same checks. Owns the BPF objects, their pins and links, and the sockets. The
// daemon's loop thread is its only caller.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "xvrrp/abi.h"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

enum class attach_mode : std::uint8_t { native, generic, socket };

/// How an interface came to be heard, and one sentence for the log where it isn't what was hoped for
/// ("eth0: native XDP refused (Operation not supported), using generic XDP"), which names what is lost in socket mode.
struct attachment {
    attach_mode mode = attach_mode::socket;
    bool adopted = false; ///< a pinned link of an earlier run was taken over
    std::string remark;
};

/// What the router of a slot is, for the checks that are made before userspace hears of an advert.
struct slot_settings {
    interface_index interface;
    address_family family = address_family::ipv4;
    xvrrp::vrid vrid;
    vrrp_version version = vrrp_version::v2;
    std::uint8_t interval_seconds = 1; ///< version 2
    bool unicast = false;
    bool check_source = false;
    bool strict = false;
    bool no_accept = false;
    bool no_vips = false; ///< adverts without an address are valid
    std::optional<std::string> password;
    ip_address source;
    ip_address group;
    std::vector<ip_address> peers;
    peer_hop_limits hop_limits;                    ///< heeded with check_source
    duration hang_limit = std::chrono::seconds(4); ///< without a lease for so long, the daemon isn't in control
    friend bool operator==(const slot_settings&, const slot_settings&) = default;
};

/// What changes while the router runs; stored into mapped memory, no system call.
struct slot_state {
    xvrrp_state state = XVRRP_INITIALIZE;
    xvrrp::priority priority;
    bool quiet = false;
    bool fenced = false;
    bool holds = false; ///< while not Active: VIPs of an earlier run are in place
    std::optional<ip_address> followed;
};

/// vrrp_routers: what the kernel heard last, whether or not the daemon was told.
struct heard {
    time_point stamp;
    ip_address source;
    mac_address mac;
    xvrrp::priority priority;
    duration interval;
};
struct router_record {
    std::optional<heard> followed;
    std::optional<heard> other;
    std::optional<time_point> fenced_until; ///< deposed by an advert that came while the daemon wasn't in control
    std::uint64_t accepted = 0;
    std::uint64_t suppressed = 0;
    std::uint64_t lost = 0;
};

struct vip {
    interface_index interface;
    ip_address address;
    friend auto operator<=>(const vip&, const vip&) = default;
};
struct vip_counters {
    vip which;
    slot_index slot;
    std::uint64_t received_packets = 0, received_bytes = 0, sent_packets = 0, sent_bytes = 0, not_active_packets = 0;
    std::optional<time_point> last_received;
    std::optional<time_point> first_active; ///< the first packet since the router became Active the last time
};

/// An address that adverts come from, for the reflector: it answers S-BFD probes that are sent to it.
struct reflector {
    interface_index interface;
    ip_address address;
    std::uint32_t discriminator = 0;
    duration hang_limit{};
    std::vector<ip_address> peers; ///< who may ask; empty: everybody on the link
    friend bool operator==(const reflector&, const reflector&) = default;
};

/// A place in the arrays of sessions, below XVRRP_MAX_SESSIONS.
struct session_index {
    std::uint32_t value = 0;
    friend constexpr auto operator<=>(session_index, session_index) = default;
};

/// The arrays of S-BFD sessions: `probes` is the prober's to write, `replies` is written by XDP, or, for an interface
/// that is heard by a socket, by whoever reads that socket. Valid as long as the datapath; the prober's thread uses it.
struct session_memory {
    std::span<xvrrp_session> probes;
    std::span<xvrrp_session_record> replies;
};

struct drop_counters {
    interface_index interface;
    xvrrp_drop_reason reason = XVRRP_ACCEPTED;
    std::uint64_t count = 0;
    std::optional<time_point> last;
    std::optional<ip_address> last_source;
    xvrrp::vrid last_vrid;
};

struct options {
    std::filesystem::path pin_directory = "/sys/fs/bpf/xvrrp"; ///< made if missing; bpffs is mounted if it has to be
    bool allow_bpf = true; ///< false when every interface is configured for `xdp_mode socket`
};

class datapath {
public:
    /// Takes the lock in the pin directory (an error names the process that holds it), loads the BPF objects and pins
    /// fresh maps. Where BPF can't be had, carries on with sockets and says why in `bpf_refusal()`.
    static result<datapath> open(const options& how);
    datapath(datapath&&) noexcept;
    datapath& operator=(datapath&&) noexcept;
    /// Leaves pins and links as they are, as a crash would; `close_cleanly` takes them away.
    ~datapath();
    void close_cleanly();

    [[nodiscard]] const std::optional<std::string>& bpf_refusal() const;

    /// Hear adverts and count VIPs on an interface. Attaching a second time with the same mode changes nothing.
    result<attachment> attach(interface_index interface, const std::string& name, xdp_mode wanted);
    void detach(interface_index interface);
    /// Whether what `attach` set up is in place: false once the interface is gone or somebody has detached the link.
    [[nodiscard]] bool still_hears(interface_index interface) const;
    /// Detach what an earlier run left pinned on interfaces that this one doesn't use; called once, after the first
    /// plan.
    void drop_leftover_links();

    /// A free slot with a new generation gets this router; the interface must be attached.
    result<slot_index> add_router(const slot_settings& settings);
    /// The same router with other checks; keeps records and counters.
    result<void> change_router(slot_index slot, const slot_settings& settings);
    void remove_router(slot_index slot);
    void store_state(slot_index slot, const slot_state& now) noexcept;

    /// The daemon's loop turned: renews its lease. A store.
    void renew_lease(time_point now) noexcept;
    /// From now on every reflector says AdminDown. A store.
    void announce_leaving() noexcept;
    /// Takes back a fence that XDP has set because the daemon wasn't in control. A store.
    void lift_fence(slot_index slot) noexcept;
    /// All reflectors that there are to be; those of interfaces that a socket hears are left to the caller.
    result<void> set_reflectors(const std::vector<reflector>& wanted);
    [[nodiscard]] session_memory sessions() noexcept;
    /// Why a death of the process can't be seen by BPF, so that no dead flag is set for it; nothing if it can.
    [[nodiscard]] const std::optional<std::string>& death_refusal() const;

    result<void> add_vip(const vip& which, slot_index slot);
    void remove_vip(const vip& which);

    /// The record in the map (XDP) or of the socket; an empty one if it can't be read.
    [[nodiscard]] router_record read_router(slot_index slot) const;
    [[nodiscard]] std::vector<drop_counters> read_drops() const; ///< those that aren't zero
    [[nodiscard]] std::vector<vip_counters> read_vips() const;

    /// Descriptors that become readable when adverts wait; changes with attach and detach.
    [[nodiscard]] std::vector<int> fds() const;
    /// Hands every waiting advert to `sink`, oldest first for each source, without blocking. At most `limit`; true if
    /// more may wait.
    bool drain(const std::function<void(const xvrrp_event&)>& sink, std::size_t limit);

private:
    struct state;
    explicit datapath(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

/// For `xvrrpctl cleanup`: removes every pin under the directory and detaches its links, unless a daemon holds the
/// lock. Gives what was removed, a line each.
result<std::vector<std::string>> cleanup(const std::filesystem::path& pin_directory);

/// "checksum", "ttl", "auth_password": for logs, JSON and metrics.
std::string_view reason_name(xvrrp_drop_reason reason);

} // namespace xvrrp::datapath
