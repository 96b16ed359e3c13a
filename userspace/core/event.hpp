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
    duration interval; ///< Max Advertise Interval of the message
};

/// Why a router can't run. Several can hold at once; it runs when none does.
enum class fault : std::uint32_t {
    interface_missing = 1U << 0,
    link_down = 1U << 1,  ///< the router's own interface: nothing can be sent
    no_address = 1U << 2, ///< no source address for adverts
    tracked_interface = 1U << 3,
    not_attached = 1U << 4, ///< neither XDP nor a socket hears adverts on the interface
};
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

using event = std::variant<startup, shutdown, deadline, advert, fault_set, fault_cleared, priority_changed,
                           primary_changed, address_lost>;

} // namespace xvrrp::core
