// SPDX-License-Identifier: BSD-2-Clause
//
// Ethernet frames for tests, right or wrong in any field: adverts of both versions and families, ARP, Neighbor
// Discovery, S-BFD, UDP, plain IP. Written after the RFCs and sharing no code with core/wire or validate.h, so that
// neither is tested against itself. What a test doesn't name is right: `advert(ethernet{}, ipv4{}, vrrp{.vrid = 7})`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace xvrrp::test {

using bytes = std::vector<std::uint8_t>;
using mac_bytes = std::array<std::uint8_t, 6>;

inline constexpr mac_bytes broadcast_mac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
inline constexpr mac_bytes host_mac{0x02, 0, 0, 0, 0, 0x01}; ///< of the host under test
inline constexpr mac_bytes peer_mac{0x02, 0, 0, 0, 0, 0x02};

struct ethernet {
    std::optional<mac_bytes> destination = {}; ///< unset: as the IP destination's group asks, else `host_mac`
    mac_bytes source = peer_mac;
    std::optional<std::uint16_t> vlan = {}; ///< an 802.1Q tag with this VID
    std::size_t pad_to = 0;                 ///< bytes; Ethernet pads to 60
    std::uint8_t pad_with = 0;
};

struct ipv4 {
    std::string source = "10.0.0.2";
    std::string destination = "224.0.0.18";
    std::uint8_t ttl = 255;
    std::uint8_t protocol = 112;
    bytes options = {};                               ///< a multiple of four bytes, at most 40
    std::uint16_t fragment = 0;                       ///< flags and offset as on the wire
    std::optional<std::uint8_t> version_and_ihl = {}; ///< instead of the right one
    std::optional<std::uint16_t> total_length = {};
};

struct ipv6 {
    std::string source = "fe80::2";
    std::string destination = "ff02::12";
    std::uint8_t hop_limit = 255;
    std::uint8_t next_header = 112;
    std::optional<std::uint16_t> payload_length = {};
};

enum class checksum_form {
    usual, ///< version 2: the message; version 3: with the pseudo-header
    plain  ///< the message alone (RFC 9568 5.2.8 for IPv4)
};

struct vrrp {
    std::uint8_t version = 3;
    std::uint8_t type = 1;
    std::uint8_t vrid = 51;
    std::uint8_t priority = 100;
    std::vector<std::string> addresses = {}; ///< none: one that fits the family
    std::optional<std::uint8_t> count = {};
    std::uint16_t interval = 100; ///< version 3: centiseconds; version 2: seconds, 1 unless given
    std::uint8_t reserved = 0;    ///< the four bits in front of the interval
    std::uint8_t auth_type = 0;   ///< version 2
    std::string password = {};    ///< version 2, up to eight bytes
    checksum_form form = checksum_form::usual;
    std::uint16_t add_to_checksum = 0; ///< makes it wrong
    std::optional<std::uint16_t> checksum = {};
    bytes trailer = {};            ///< behind everything, and in the checksum
    std::size_t cut_to = SIZE_MAX; ///< the message ends after so many bytes; the checksum is of what is left
};

/// 4 or 16 bytes in network order. Throws std::invalid_argument.
bytes address_bytes(const std::string& text);

bytes advert(const ethernet& link, const ipv4& ip, const vrrp& message);
bytes advert(const ethernet& link, const ipv6& ip, const vrrp& message);
/// The VRRP message alone, its checksum made for these IP headers.
bytes message_bytes(const ipv4& ip, const vrrp& message);
bytes message_bytes(const ipv6& ip, const vrrp& message);

/// An IP packet with any payload.
bytes packet(const ethernet& link, const ipv4& ip, const bytes& payload);
bytes packet(const ethernet& link, const ipv6& ip, const bytes& payload);

struct udp {
    std::uint16_t source = 49152;
    std::uint16_t destination = 7784;
    std::optional<std::uint16_t> length = {};
    std::optional<std::uint16_t> checksum = {};
};
/// Any payload in UDP, whatever protocol `ip` names.
bytes udp_packet(const ethernet& link, ipv4 ip, const udp& fields, const bytes& payload);
bytes udp_packet(const ethernet& link, ipv6 ip, const udp& fields, const bytes& payload);

/// A BFD control packet (RFC 5880 4.1): as it stands here, a probe of an S-BFD initiator.
struct bfd {
    std::uint8_t version = 1;
    std::uint8_t diagnostic = 0;
    std::uint8_t state = 1; ///< 0: AdminDown, 1: Down, 3: Up
    bool poll = false;
    bool final = false;
    bool independent = false;
    bool authenticated = false;
    bool demand = true;
    bool multipoint = false;
    std::uint8_t detect_mult = 3;
    std::uint8_t length = 24;
    std::uint32_t mine = 0x01020304;
    std::uint32_t yours = 0x0a000001;
    std::uint32_t desired_min_tx = 100'000; ///< microseconds, as the others
    std::uint32_t required_min_rx = 0;
    std::uint32_t required_min_echo_rx = 0;
};
bytes bfd_message(const bfd& fields);

struct arp {
    std::uint16_t operation = 1; ///< 1: request, 2: reply
    std::string sender = "10.0.0.9";
    std::string target = "10.0.0.70";
};
bytes arp_packet(const ethernet& link, const arp& fields);

inline constexpr std::uint8_t neighbor_solicitation = 135;
inline constexpr std::uint8_t neighbor_advertisement = 136;
/// A Neighbor Discovery message about `target`; `ip` says where it goes.
bytes neighbor_message(const ethernet& link, ipv6 ip, std::uint8_t type, const std::string& target);

/// RFC 1071, over any bytes, as a number.
std::uint16_t internet_checksum(const bytes& data);

} // namespace xvrrp::test
