// SPDX-License-Identifier: BSD-2-Clause
//
// VRRP messages as bytes: RFC 9568 5.1/5.2 (version 3), RFC 3768 5.3 with the authentication data of RFC 2338 5.3.6
// (version 2). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "xvrrp/types.hpp"

namespace xvrrp::core::wire {

/// Which sum a version 3 message over IPv4 carries: peers differ, see conformance 1.2.
enum class checksum_form : std::uint8_t { pseudo_header, message_only };

/// A whole message, as sent or as decoded.
struct advertisement {
    vrrp_version version = vrrp_version::v3;
    xvrrp::vrid vrid;
    xvrrp::priority priority;
    duration interval{};                 ///< version 3: encoded in centiseconds, rounded; version 2: in seconds
    std::vector<ip_address> addresses;   ///< one family, 1 to 255
    std::optional<std::string> password; ///< version 2, authentication type 1; at most 8 bytes
};

/// What the fixed header says; cheap, allocates nothing.
struct header {
    vrrp_version version;
    xvrrp::vrid vrid;
    xvrrp::priority priority;
    std::uint8_t address_count;
    std::uint8_t auth_type; ///< version 2
    duration interval;
};

enum class decode_error : std::uint8_t { truncated, version, type, length, checksum, no_addresses };

/// The message with its checksum. `source` and `destination` enter the pseudo-header (all of IPv6; IPv4 version 3 by
/// form).
[[nodiscard]] std::vector<std::uint8_t> encode(const advertisement& message, const ip_address& source,
                                               const ip_address& destination,
                                               checksum_form form = checksum_form::pseudo_header);

/// The fixed header of a message of which perhaps only the first bytes are at hand; no checksum is verified.
[[nodiscard]] std::expected<header, decode_error> decode_header(std::span<const std::uint8_t> bytes);

/// A whole message, verified; both checksum forms of version 3 over IPv4 are taken.
[[nodiscard]] std::expected<advertisement, decode_error>
decode(std::span<const std::uint8_t> bytes, const ip_address& source, const ip_address& destination);

} // namespace xvrrp::core::wire
