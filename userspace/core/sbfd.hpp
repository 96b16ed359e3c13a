// SPDX-License-Identifier: BSD-2-Clause
//
// Seamless BFD as bytes (RFC 5880 4.1, RFC 7880, RFC 7881): the control packet, the frame that carries a probe, and the
// reply of a reflector that isn't in the kernel. Pure; used by runtime's prober and reflector.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "xvrrp/types.hpp"

namespace xvrrp::core::sbfd {

inline constexpr std::uint16_t port = 7784; // RFC 7881 3
inline constexpr std::size_t control_bytes = 24;

/// RFC 5880 4.1. A reflector knows two.
enum class state : std::uint8_t { admin_down = 0, down = 1, init = 2, up = 3 };

/// A BFD control packet without authentication.
struct control {
    state sta = state::down;
    std::uint8_t diagnostic = 0;
    bool poll = false;
    bool final = false;
    bool demand = false;
    std::uint8_t detect_mult = 3;
    std::uint32_t my_discriminator = 0;
    std::uint32_t your_discriminator = 0;
    std::chrono::microseconds desired_min_tx{0};
    std::chrono::microseconds required_min_rx{0};
    std::chrono::microseconds required_min_echo_rx{0};
    friend bool operator==(const control&, const control&) = default;
};

[[nodiscard]] std::array<std::uint8_t, control_bytes> encode(const control& packet);
/// Nothing unless it is a well-formed packet of version 1 without authentication (RFC 5880 6.8.6).
[[nodiscard]] std::optional<control> decode(std::span<const std::uint8_t> bytes);

/// The discriminator of the reflector at an address (RFC 7880 3: configured or derived; both ends of a session must
/// come to the same). IPv4: the address as a number. IPv6: FNV-1a over its 16 bytes. Never 0.
[[nodiscard]] std::uint32_t discriminator_of(const ip_address& address);

/// What a reflector answers to a probe (RFC 7880 7.2.2); nothing if it doesn't answer: not to its discriminator,
/// the Demand bit clear, malformed.
[[nodiscard]] std::optional<control> reflect(const control& probe, std::uint32_t own_discriminator, bool in_control);

/// Where a session's probes go.
struct path {
    mac_address from_mac;
    mac_address to_mac;
    ip_address from;
    ip_address to;
    std::uint16_t source_port = 0; ///< not 7784
    duration interval{};
    std::uint8_t multiplier = 3;
};

/// The Ethernet frame of a session's probes, made once; of probe to probe its discriminator alone changes.
class probe_frame {
public:
    explicit probe_frame(const path& where);
    /// Enters the discriminator and mends the UDP checksum.
    void set_discriminator(std::uint32_t mine);
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t udp_offset_ = 0;
    std::uint16_t constant_sum_ = 0; ///< of all that the UDP checksum covers but the discriminator
};

} // namespace xvrrp::core::sbfd
