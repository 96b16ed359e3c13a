// SPDX-License-Identifier: BSD-2-Clause
//
// What a virtual router asks for. Pure data, executed in the order given by runtime/executor.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// RFC 9568 6.4. Leaving has sent priority 0 and serves on until its successor is heard.
enum class state : std::uint8_t { initialize, backup, active, leaving };

/// Why the state changed, for logs, `xvrrpctl` and timelines.
enum class reason : std::uint8_t {
    startup,
    owner_startup,          ///< S-I1
    active_down_timer,      ///< S-B2
    preempted,              ///< S-B2 after lower-priority adverts were discarded (S-B5)
    priority_zero,          ///< S-B3, then Skew_Time ran out
    higher_priority,        ///< S-M4
    equal_priority_address, ///< S-M4, tie
    fault,
    shutdown,
    left,          ///< Leaving is over
    probes_lost,   ///< S-BFD: the Active router answers no probe
    peer_dead,     ///< S-BFD: it says that its daemon isn't in control
    peer_yielded,  ///< it lowered its priority below ours, or resigned and is dead
    deposed,       ///< another router took over while we weren't in control
    sync_group,    ///< another router of the sync group became Active, or ceased to be
    timer_expired, ///< this process was stalled for so long that another router may be Active
};

/// Send one advert with this priority; leaving_priority when giving up.
struct send_advert {
    xvrrp::priority priority;
};
/// Put the addresses in place; the ones already there are left alone.
struct claim_addresses {};
struct release_addresses {};
/// Gratuitous ARP and unsolicited NA: `rounds` announcements of each address. The first round goes at once and whole,
/// further rounds may be paced (vrrp_garp_interval).
struct announce {
    std::uint32_t rounds;
};
/// Whose adverts are the followed router's, for the kernel's record; none while not Backup. Given on change alone.
struct follow {
    std::optional<ip_address> source;
};
/// While Leaving and while stepping down: no ARP or ND answer for the addresses from now on (`quiet`), and no frame to
/// them either (`fenced`). Both false lifts it; what was fenced stays so until then, in Initialize too.
struct restrain {
    bool quiet;
    bool fenced;
};

struct transition {
    state from = state::initialize;
    state to = state::initialize;
    reason why = reason::startup;
    std::optional<ip_address> other; ///< the router whose advert or silence caused it
    xvrrp::priority other_priority;
};

/// Something an operator should read; never changes anything.
enum class notice_kind : std::uint8_t {
    lower_priority_advert, ///< Active heard a losing advert, "forcing new election"
    another_owner,         ///< S-X4: two routers advertise 255
    equal_priority,        ///< S-X4: another router has our priority
    interval_differs,      ///< RX-12, version 3: learned from the Active router
    flapping,              ///< S-X8: became Active and lost it again in less than a second
    priority_zero_received,
};
struct notice {
    notice_kind kind = notice_kind::lower_priority_advert;
    ip_address source;
    xvrrp::priority priority;
};

using action =
    std::variant<send_advert, claim_addresses, release_addresses, announce, follow, restrain, transition, notice>;

} // namespace xvrrp::core
