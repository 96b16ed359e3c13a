// SPDX-License-Identifier: BSD-2-Clause
//
// What a virtual router can be told. Pure data; made by runtime, the tests and the simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// The daemon is ready to run this router (RFC 9568 6.4.1 Startup).
struct startup {};
/// Stop for good: the process ends, or a reload removed the router (RFC 9568 6.4.2, 6.4.3 Shutdown).
struct shutdown {};
/// next_deadline() has passed.
struct deadline {};

/// A validated advert. Deadlines that it sets count from `stamp`, the kernel's receive time, not from when it was read.
struct advert {
    time_point stamp;
    ip_address source;
    mac_address mac;
    xvrrp::priority priority;
    duration interval{}; ///< Max Advertise Interval of the message
};

/// Why a router can't run. Several can hold at once; it runs when none does.
enum class fault : std::uint32_t {
    interface_missing = 1U << 0,
    link_down = 1U << 1,  ///< the router's own interface: nothing can be sent
    no_address = 1U << 2, ///< no source address for adverts
    tracked_interface = 1U << 3,
    not_attached = 1U << 4, ///< neither XDP nor a socket hears adverts on the interface
    tracked_script = 1U << 5,
    awaiting_scripts = 1U << 6, ///< of a tracked object nothing is known yet: keeps a router from starting, stops none
    sync_group = 1U << 7,       ///< another router of its sync group has a fault
    awaiting_sync_group = 1U << 8, ///< another router of its sync group is kept from starting: as is this one
    no_peer = 1U << 9,             ///< nobody to send unicast adverts to
    tracked_file = 1U << 10,
    tracked_process = 1U << 11,
};
/// Whether one of these bits of core::fault stops a router that runs.
[[nodiscard]] constexpr bool stops(std::uint32_t faults)
{
    constexpr auto keep_from_starting =
        static_cast<std::uint32_t>(fault::awaiting_scripts) | static_cast<std::uint32_t>(fault::awaiting_sync_group);
    return (faults & ~keep_from_starting) != 0;
}
struct fault_set {
    fault reason;
};
struct fault_cleared {
    fault reason;
};

/// The effective priority: base plus what tracking adds. Ignored by an owner.
struct priority_changed {
    xvrrp::priority value;
};

/// The address that our adverts come from changed.
struct primary_changed {
    ip_address address;
};

/// Somebody else removed one of our addresses while we hold them.
struct address_lost {};

/// What the S-BFD session with an Active router says of it. A router that isn't capable is judged by RFC timing
/// alone.
enum class peer_health : std::uint8_t {
    unknown, ///< never answered a probe, or isn't probed any more
    capable, ///< answers: its daemon is in control
    lost,    ///< probes unanswered, the confirming burst too
    dead,    ///< answers that its daemon isn't in control (AdminDown), having been in control before
};
[[nodiscard]] constexpr bool is_gone(peer_health health)
{
    return health == peer_health::lost || health == peer_health::dead;
}
/// Sent whenever it changes, and for the router that is followed when a Backup begins to follow it.
struct peer_changed {
    ip_address source;
    peer_health health = peer_health::unknown;
    time_point since;     ///< lost: the first unanswered probe; an advert stamped later refutes it. dead: of the reply
    duration rank_unit{}; ///< 0.3 of the probing interval: a Backup waits (256 - priority)/256 of it before it acts
};

/// XDP fenced us while this process wasn't in control: the router whose advert did it has our addresses. To be told
/// before adverts that waited in a queue are.
struct deposed {
    ip_address by;
    xvrrp::priority priority;
    time_point stamp;    ///< of that router's last advert
    duration interval{}; ///< as it advertises
};

/// The sync group's decision (core/sync_group): all of its routers become Active now.
struct group_takes_over {};
/// Another router of the sync group isn't Active any more.
struct group_left_active {};
/// Another router of the sync group is Active and heard a losing advert: whoever sent it may have been Active for the
/// whole group, and have announced these addresses too.
struct group_contested {};

using event =
    std::variant<startup, shutdown, deadline, advert, fault_set, fault_cleared, priority_changed, primary_changed,
                 address_lost, peer_changed, deposed, group_takes_over, group_left_active, group_contested>;

} // namespace xvrrp::core
