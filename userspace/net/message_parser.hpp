// SPDX-License-Identifier: BSD-2-Clause
//
// RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR and RTM_DELADDR as structs. Used for dumps and for notifications alike. Pure.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "net/types.hpp"

struct nlmsghdr;

namespace xvrrp::net {

/// Nothing when the message isn't about a link as such: a bridge's report about its port (family AF_BRIDGE, which
/// sends RTM_DELLINK when the port leaves the bridge), a wireless event, a malformed message.
[[nodiscard]] std::optional<link> parse_link(nlmsghdr* message);

/// Nothing for a family other than IPv4 and IPv6, and for a malformed message.
[[nodiscard]] std::optional<address> parse_address(nlmsghdr* message);

/// Hands each message of a datagram to `sink` until it gives false.
void for_each_message(std::span<std::uint8_t> datagram, const std::function<bool(nlmsghdr*)>& sink);

} // namespace xvrrp::net
