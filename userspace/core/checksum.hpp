// SPDX-License-Identifier: BSD-2-Clause
//
// The Internet checksum (RFC 1071) and the pseudo-header that VRRP version 3 puts before it. Pure; used by core/wire
// and core/sbfd.
#pragma once

#include <cstdint>
#include <span>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

/// A ones' complement sum of 16-bit words in network order.
class internet_checksum {
public:
    /// Adds `bytes`; a last odd byte counts as the upper half of a word, so only the last part may have an odd length.
    void add(std::span<const std::uint8_t> bytes);
    void add(std::uint16_t word) { sum_ += word; }
    /// IPv6: RFC 8200 8.1. IPv4: source, destination, zero, protocol, length, as RFC 5798 5.2.8 was read by most.
    /// `length` is that of the VRRP message in bytes.
    void add_pseudo_header(const ip_address& source, const ip_address& destination, std::uint16_t length);
    /// What the checksum field must say; over a message that carries its checksum: 0 when it is right.
    [[nodiscard]] std::uint16_t value() const;

private:
    std::uint64_t sum_ = 0;
};

} // namespace xvrrp::core
