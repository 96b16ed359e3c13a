// SPDX-License-Identifier: BSD-2-Clause
//
// RTM_NEWADDR and RTM_DELADDR requests as bytes, written one behind the other into a buffer. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/types.hpp"

namespace xvrrp::net {

enum class address_change : std::uint8_t { add, remove };

/// No message is longer: both headers, two IPv6 addresses, label, broadcast, protocol, flags, lifetimes.
inline constexpr std::size_t address_message_bytes = 128;

struct address_message {
    address_change change = address_change::add;
    std::uint32_t sequence = 0;
    bool acknowledge = false; ///< NLM_F_ACK
    bool mark = true;         ///< with IFA_PROTO
};

/// Writes one request and gives its length, a multiple of four. A label too long for the kernel is written as such, for
/// the kernel to refuse.
/// \param room at least address_message_bytes
std::size_t write_address_message(const address_message& message, const address_request& address,
                                  std::span<std::uint8_t> room);

} // namespace xvrrp::net
