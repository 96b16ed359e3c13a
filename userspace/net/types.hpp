// SPDX-License-Identifier: BSD-2-Clause
//
// Links and addresses as the kernel reports them, and what changes about them. Data alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::net {

struct link {
    interface_index index;
    std::string name;
    std::string kind; ///< IFLA_INFO_KIND: "veth", "bond", "bridge", "vlan", "macvlan"; empty: hardware
    mac_address mac;
    std::uint32_t mtu = 0;
    bool up = false;                       ///< IFF_UP
    bool running = false;                  ///< IFF_UP and IFF_LOWER_UP: carrier
    std::optional<interface_index> lower;  ///< IFLA_LINK, in this namespace
    std::optional<interface_index> master; ///< IFLA_MASTER
    friend bool operator==(const link&, const link&) = default;
};

struct address {
    interface_index interface;
    ip_address ip;
    std::uint8_t prefix_length = 0;
    std::optional<std::uint8_t> protocol; ///< IFA_PROTO, kernel 5.18 and later
    bool secondary = false;
    bool usable = true; ///< false while tentative or after duplicate address detection failed
    std::optional<ip_address> peer = std::nullopt; ///< of a point-to-point link; prefix_length is of its subnet then
    friend bool operator==(const address&, const address&) = default;
};

/// An address to add or remove.
struct address_request {
    interface_index interface;
    ip_address ip;
    std::uint8_t prefix_length = 32;
    std::optional<ip_address> broadcast = std::nullopt;
    std::string label = {}; ///< empty: none
    address_scope scope = address_scope::global;
    std::optional<ip_address> peer = std::nullopt; ///< as in address
    address_flags flags = {};
    std::optional<std::chrono::seconds> preferred_lifetime = std::nullopt; ///< IPv6, 0 to 4294967294 s; none: for ever
    friend bool operator==(const address_request&, const address_request&) = default;
};

struct link_changed {
    link now;
};
struct link_removed {
    interface_index index;
    std::string name;
};
struct address_added {
    address now;
};
struct address_removed {
    address was;
};
/// Notifications were lost (ENOBUFS): dump everything again.
struct overrun {};

using netlink_event = std::variant<link_changed, link_removed, address_added, address_removed, overrun>;

} // namespace xvrrp::net
