// SPDX-License-Identifier: BSD-2-Clause
//
// One S-BFD session as the prober runs it: its detector, the frame of its probes, its place in the memory that it
// shares with XDP, and what is counted of it. Made and destroyed on the loop's thread; used under the prober's lock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/detector.hpp"
#include "core/sbfd.hpp"
#include "datapath/datapath.hpp"
#include "datapath/receive_clock.hpp"
#include "net/sbfd_socket.hpp"
#include "runtime/latency.hpp"
#include "runtime/prober.hpp"
#include "xvrrp/abi.h"

namespace xvrrp::runtime {

class probe_session {
public:
    /// Takes the place, which is free; `port` is where probes come from. `replies`: the socket that hears it, where XDP
    /// doesn't.
    probe_session(const session_target& target, datapath::session_index place, const datapath::session_memory& memory,
                  std::uint16_t port, std::optional<net::sbfd_socket> replies, time_point now);
    probe_session(const probe_session&) = delete;
    probe_session& operator=(const probe_session&) = delete;
    probe_session(probe_session&&) = delete;
    probe_session& operator=(probe_session&&) = delete;
    ~probe_session(); ///< frees the place

    [[nodiscard]] const session_target& target() const { return target_; }
    [[nodiscard]] datapath::session_index place() const { return place_; }
    /// The same session with other MACs or other timing; a change of our address or way of hearing takes a new one.
    void change(const session_target& target);
    void change_phase(time_point phase);
    [[nodiscard]] static bool can_become(const session_target& before, const session_target& after);

    [[nodiscard]] time_point next_wake() const { return detector_.next_wake(); }
    /// Feeds the detector with what has come since the last call.
    void read_replies();
    /// How many probes to send now; `read_replies` comes first.
    [[nodiscard]] unsigned due(time_point now) { return detector_.due(now); }
    /// The frame of the next probe, which awaits its reply from now on. Valid until the next call. Every one is
    /// followed by `sent` or `not_sent`, in the order of the frames.
    [[nodiscard]] std::span<const std::uint8_t> next_frame(std::uint32_t random);
    void sent(time_point at);
    void not_sent();
    [[nodiscard]] std::optional<core::session_verdict> take_verdict();
    [[nodiscard]] duration detection_time() const { return detector_.detection_time(); }

    void refuted(time_point now);
    void damp(time_point now);
    /// All but the quantiles, which `round_trips` has.
    [[nodiscard]] session_report report() const;
    [[nodiscard]] const latency& round_trips() const { return round_trips_; }

private:
    struct flight {
        core::probe_number number = 0;
        time_point sent;
    };

    void make_frame();
    void read_socket();
    void take_datagram(const net::sbfd_datagram& what, const datapath::receive_clock::reading& now);
    void take_reply(unsigned probe, std::uint32_t state, time_point stamp);
    [[nodiscard]] std::uint32_t discriminator_for(unsigned probe, std::uint32_t random) const;

    session_target target_;
    datapath::session_index place_;
    xvrrp_session& shared_;
    xvrrp_session_record& record_;
    std::uint16_t port_;
    std::optional<net::sbfd_socket> socket_;
    datapath::receive_clock clock_;
    core::detector detector_;
    core::sbfd::probe_frame frame_;
    std::array<flight, XVRRP_PROBES> flights_{};
    std::uint32_t in_flight_ = 0; ///< a bit for each of flights_
    unsigned next_probe_ = 0;     ///< of flights_
    unsigned unsent_ = 0;         ///< the oldest frame that was made and not yet told as sent
    session_report report_;
    latency round_trips_;
};

} // namespace xvrrp::runtime
