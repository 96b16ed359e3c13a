// SPDX-License-Identifier: BSD-2-Clause
//
// Answers S-BFD probes on interfaces that aren't heard by XDP (RFC 7880 7.2.2), while the loop turns: a loop that hangs
// answers nothing, which those who probe us take for a loss, sooner than a hang limit would. Belongs to the loop's
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "datapath/datapath.hpp"
#include "net/sbfd_socket.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"

namespace xvrrp::runtime {

/// How many probes of each source are answered, as XDP bounds it (abi.h). Pure.
class probe_allowance {
public:
    /// Whether one more of this source is answered.
    bool take(interface_index interface, const ip_address& source, time_point now);

private:
    struct bucket {
        time_point refilled;
        duration credit;
    };
    std::map<std::pair<interface_index, ip_address>, bucket> buckets_;
};

class socket_reflector {
public:
    socket_reflector(event_loop& loop, log_sink log) : loop_(loop), log_(std::move(log)) {}

    /// All that there are to be. What can't be opened is said once and left out.
    void set(const std::vector<datapath::reflector>& wanted);
    /// From now on every answer is AdminDown.
    void announce_leaving() { in_control_ = false; }

private:
    struct place {
        datapath::reflector what;
        net::sbfd_socket socket;
    };
    void answer(place& at);
    void answer(place& at, const net::sbfd_datagram& probe, time_point now);

    event_loop& loop_;
    log_sink log_;
    std::map<std::pair<interface_index, ip_address>, place> places_;
    probe_allowance allowance_;
    bool in_control_ = true;
};

} // namespace xvrrp::runtime
