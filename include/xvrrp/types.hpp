// SPDX-License-Identifier: BSD-2-Clause
//
// Strong types for what VRRP counts and names: no bare integer carries a unit, an address or an id.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "xvrrp/result.hpp"

namespace xvrrp {

/// CLOCK_MONOTONIC, the clock of bpf_ktime_get_ns, so that a kernel stamp is a time point as it is.
using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::nanoseconds;
/// The unit of version 3 on the wire (RFC 9568 5.2.7).
using centiseconds = std::chrono::duration<std::int32_t, std::centi>;

enum class address_family : std::uint8_t { ipv4 = 4, ipv6 = 6 };
enum class vrrp_version : std::uint8_t { v2 = 2, v3 = 3 };

/// Virtual Router Identifier, 1 to 255 (RFC 9568 5.2.3).
struct vrid {
    std::uint8_t value = 0;
    friend constexpr auto operator<=>(vrid, vrid) = default;
};

/// RFC 9568 5.2.4: 255 is the address owner, 1 to 254 the others, 0 says "I am leaving" and stands in adverts alone.
struct priority {
    std::uint8_t value = 0;
    friend constexpr auto operator<=>(priority, priority) = default;
};
inline constexpr priority owner_priority{255};
inline constexpr priority leaving_priority{0};

/// The kernel's number of a network interface; 0 is none.
struct interface_index {
    std::uint32_t value = 0;
    friend constexpr auto operator<=>(interface_index, interface_index) = default;
};

/// A virtual router's place in the BPF arrays, below XVRRP_MAX_SLOTS.
struct slot_index {
    std::uint32_t value = 0;
    friend constexpr auto operator<=>(slot_index, slot_index) = default;
};

struct mac_address {
    std::array<std::uint8_t, 6> bytes{};
    friend constexpr auto operator<=>(const mac_address&, const mac_address&) = default;
};

/// An IPv4 or IPv6 address in network order; IPv4 fills the first four bytes, the rest is zero, as in abi.h.
/// Ordered by family, then as an unsigned number in network order: the tie-break of RFC 9568 6.4.3.
class ip_address {
public:
    constexpr ip_address() = default;
    static constexpr ip_address v4(std::array<std::uint8_t, 4> bytes)
    {
        ip_address address;
        address.family_ = address_family::ipv4;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            address.bytes_[i] = bytes[i];
        }
        return address;
    }
    static constexpr ip_address v6(std::array<std::uint8_t, 16> bytes)
    {
        ip_address address;
        address.family_ = address_family::ipv6;
        address.bytes_ = bytes;
        return address;
    }
    /// From 16 bytes laid out as in abi.h.
    static ip_address from_abi(address_family family, const std::uint8_t (&bytes)[16])
    {
        ip_address address;
        address.family_ = family;
        std::memcpy(address.bytes_.data(), bytes, family == address_family::ipv4 ? 4 : 16);
        return address;
    }
    void to_abi(std::uint8_t (&bytes)[16]) const { std::memcpy(bytes, bytes_.data(), bytes_.size()); }

    /// "10.0.0.70", "fe80::1"; nothing else is taken (no mask, no zone).
    static std::optional<ip_address> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] constexpr address_family family() const { return family_; }
    /// Four or sixteen bytes in network order.
    [[nodiscard]] constexpr std::span<const std::uint8_t> bytes() const
    {
        return std::span<const std::uint8_t>(bytes_).first(family_ == address_family::ipv4 ? 4 : 16);
    }
    [[nodiscard]] constexpr bool is_unspecified() const { return bytes_ == std::array<std::uint8_t, 16>{}; }
    /// fe80::/10
    [[nodiscard]] constexpr bool is_link_local() const
    {
        return family_ == address_family::ipv6 && bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
    }
    /// 224.0.0.0/4, ff00::/8
    [[nodiscard]] constexpr bool is_multicast() const
    {
        return family_ == address_family::ipv4 ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
    }
    friend constexpr auto operator<=>(const ip_address&, const ip_address&) = default;

private:
    address_family family_ = address_family::ipv4;
    std::array<std::uint8_t, 16> bytes_{};
};

/// Which TTL (IPv4) or hop limit (IPv6) a peer's adverts may have.
struct hop_limits {
    std::uint8_t least = 0;
    std::uint8_t most = 255;
    friend bool operator==(const hop_limits&, const hop_limits&) = default;
};
using peer_hop_limits = std::map<ip_address, hop_limits>;

std::string to_string(const mac_address& mac);

} // namespace xvrrp
