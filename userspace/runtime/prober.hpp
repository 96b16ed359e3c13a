// SPDX-License-Identifier: BSD-2-Clause
//
// The thread that probes the Active routers that are followed (S-BFD initiator, RFC 7880 7.3): sends at absolute times
// through a packet socket, reads replies from memory that XDP writes (or from a UDP socket where an interface is heard
// by a socket), feeds a core::detector for each session and posts what they find. Everything but the thread's body is
// called on the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/detector.hpp"
#include "datapath/datapath.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

/// A session is known by the interface and the address of the router that is probed.
struct session_key {
    interface_index interface;
    ip_address peer;
    friend auto operator<=>(const session_key&, const session_key&) = default;
};

struct session_target {
    session_key key;
    mac_address own_mac;
    mac_address peer_mac;   ///< source of its last advert
    ip_address own;         ///< where probes come from: the address that our adverts come from
    bool by_socket = false; ///< replies come through a socket: the interface isn't heard by XDP
    core::detector_settings detection;
    friend bool operator==(const session_target&, const session_target&) = default;
};

struct session_news {
    session_key key;
    core::session_verdict verdict;
    time_point when;           ///< the verdict was found
    duration detection_time{}; ///< of the session, from now on
};

/// For `xvrrpctl sessions`.
struct session_report {
    session_target target;
    core::session_state state = core::session_state::asking;
    std::uint64_t probes_sent = 0;
    std::uint64_t replies = 0;
    std::uint64_t losses = 0;  ///< verdicts "lost"
    std::uint64_t refuted = 0; ///< of these
    std::uint64_t false_takeovers = 0;
    std::uint32_t damping = 1; ///< how many times the configured detection time
    duration detection_time{};
    duration round_trip_p50{}, round_trip_p99{}, round_trip_longest{};
};

class prober {
public:
    /// Opens the sockets and starts the thread, SCHED_FIFO where the system allows. `memory` outlives it.
    static result<std::unique_ptr<prober>> start(datapath::session_memory memory);
    ~prober(); ///< ends the thread

    /// The sessions that there are to be: new ones begin to ask, those that aren't in the list end, the others go on
    /// (probe_session::can_become). No news of one that has ended comes after this. An error names what couldn't be set
    /// up; the rest runs.
    result<void> set_sessions(const std::vector<session_target>& wanted);
    /// Probes are sent at whole intervals from this time on.
    void set_phase(const session_key& which, time_point phase);
    void refuted(const session_key& which);
    /// The detection time from now on.
    duration damp(const session_key& which);

    /// Readable when there is news.
    [[nodiscard]] int fd() const;
    /// Hands over all news, oldest first.
    void drain(const std::function<void(const session_news&)>& sink);
    [[nodiscard]] std::vector<session_report> report() const;

private:
    struct state;
    explicit prober(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::runtime
