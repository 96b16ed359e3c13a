// SPDX-License-Identifier: BSD-2-Clause
//
// See the header. Probes are made for a link, not for a path: hop limit 255, no fragments, DSCP as adverts have it.
#include "core/sbfd.hpp"

#include <algorithm>

#include "core/checksum.hpp"

namespace xvrrp::core::sbfd {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t poll_bit = 0x20;
constexpr std::uint8_t final_bit = 0x10;
constexpr std::uint8_t authentication_bit = 0x04;
constexpr std::uint8_t demand_bit = 0x02;
constexpr std::uint8_t multipoint_bit = 0x01;

constexpr std::size_t udp_header_bytes = 8;
constexpr std::uint16_t udp_bytes = udp_header_bytes + control_bytes;
constexpr std::uint8_t udp_protocol = 17;
constexpr std::size_t udp_checksum_offset = 6;
constexpr std::size_t my_discriminator_offset = 4;
constexpr std::uint8_t hop_limit = 255;      // RFC 5881 5
constexpr std::uint8_t traffic_class = 0xc0; // CS6

/// RFC 7880 7.2.2: how fast a reflector takes probes; the fastest that can be configured here.
constexpr std::chrono::microseconds reflector_rate{100};

using byte_list = std::vector<std::uint8_t>;

void append16(byte_list& to, std::uint16_t word)
{
    to.push_back(static_cast<std::uint8_t>(word >> 8U));
    to.push_back(static_cast<std::uint8_t>(word & 0xffU));
}

template <class Bytes> void append(byte_list& to, const Bytes& bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void store32(std::uint8_t* to, std::uint32_t word)
{
    for (std::size_t i = 0; i < 4; ++i) {
        to[i] = static_cast<std::uint8_t>(word >> (24U - 8U * i));
    }
}

std::uint32_t load32(std::span<const std::uint8_t> from)
{
    std::uint32_t word = 0;
    for (const std::uint8_t byte : from.first(4)) {
        word = (word << 8U) | byte;
    }
    return word;
}

std::uint32_t wire_microseconds(std::chrono::microseconds value)
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value.count(), 0, 0xffffffff));
}

void append_ipv4_header(byte_list& to, const path& where)
{
    constexpr std::uint16_t header_bytes = 20;
    const std::size_t start = to.size();
    append(to, std::array<std::uint8_t, 2>{0x45, traffic_class});
    append16(to, header_bytes + udp_bytes);
    append16(to, 0);
    append16(to, 0x4000); // don't fragment: so that the identification may be 0 (RFC 6864 4.1)
    append(to, std::array<std::uint8_t, 4>{hop_limit, udp_protocol, 0, 0});
    append(to, where.from.bytes());
    append(to, where.to.bytes());
    internet_checksum sum;
    sum.add(std::span(to).subspan(start));
    to[start + 10] = static_cast<std::uint8_t>(sum.value() >> 8U);
    to[start + 11] = static_cast<std::uint8_t>(sum.value() & 0xffU);
}

void append_ipv6_header(byte_list& to, const path& where)
{
    append(to, std::array<std::uint8_t, 4>{0x60 | (traffic_class >> 4U), (traffic_class & 0x0fU) << 4U, 0, 0});
    append16(to, udp_bytes);
    append(to, std::array<std::uint8_t, 2>{udp_protocol, hop_limit});
    append(to, where.from.bytes());
    append(to, where.to.bytes());
}

/// Down, as an initiator is before it knows better: a reflector doesn't look at it.
control probe_of(const path& where)
{
    const auto interval = std::chrono::duration_cast<std::chrono::microseconds>(where.interval);
    control probe;
    probe.demand = true;
    probe.detect_mult = where.multiplier;
    probe.your_discriminator = discriminator_of(where.to);
    probe.desired_min_tx = interval;
    probe.required_min_rx = interval;
    return probe;
}

bool is_usable(const control& packet)
{
    const bool may_lack_discriminator = packet.sta == state::down || packet.sta == state::admin_down;
    return packet.detect_mult != 0 && packet.my_discriminator != 0 &&
           (packet.your_discriminator != 0 || may_lack_discriminator);
}

} // namespace

std::array<std::uint8_t, control_bytes> encode(const control& packet)
{
    std::array<std::uint8_t, control_bytes> bytes{};
    bytes[0] = static_cast<std::uint8_t>((version << 5U) | (packet.diagnostic & 0x1fU));
    bytes[1] = static_cast<std::uint8_t>((static_cast<unsigned>(packet.sta) << 6U) | (packet.poll ? poll_bit : 0U) |
                                         (packet.final ? final_bit : 0U) | (packet.demand ? demand_bit : 0U));
    bytes[2] = packet.detect_mult;
    bytes[3] = control_bytes;
    store32(&bytes[my_discriminator_offset], packet.my_discriminator);
    store32(&bytes[8], packet.your_discriminator);
    store32(&bytes[12], wire_microseconds(packet.desired_min_tx));
    store32(&bytes[16], wire_microseconds(packet.required_min_rx));
    store32(&bytes[20], wire_microseconds(packet.required_min_echo_rx));
    return bytes;
}

std::optional<control> decode(std::span<const std::uint8_t> bytes)
{
    if (bytes.size() < control_bytes || bytes[0] >> 5U != version || bytes[3] != control_bytes ||
        (bytes[1] & (authentication_bit | multipoint_bit)) != 0) {
        return std::nullopt;
    }
    const control packet{.sta = static_cast<state>(bytes[1] >> 6U),
                         .diagnostic = static_cast<std::uint8_t>(bytes[0] & 0x1fU),
                         .poll = (bytes[1] & poll_bit) != 0,
                         .final = (bytes[1] & final_bit) != 0,
                         .demand = (bytes[1] & demand_bit) != 0,
                         .detect_mult = bytes[2],
                         .my_discriminator = load32(bytes.subspan(my_discriminator_offset)),
                         .your_discriminator = load32(bytes.subspan(8)),
                         .desired_min_tx = std::chrono::microseconds(load32(bytes.subspan(12))),
                         .required_min_rx = std::chrono::microseconds(load32(bytes.subspan(16))),
                         .required_min_echo_rx = std::chrono::microseconds(load32(bytes.subspan(20)))};
    return is_usable(packet) ? std::optional(packet) : std::nullopt;
}

std::uint32_t discriminator_of(const ip_address& address)
{
    if (address.family() == address_family::ipv4) {
        return std::max(load32(address.bytes()), 1U);
    }
    constexpr std::uint32_t offset_basis = 2166136261U;
    constexpr std::uint32_t prime = 16777619U;
    std::uint32_t hash = offset_basis;
    for (const std::uint8_t byte : address.bytes()) {
        hash = (hash ^ byte) * prime;
    }
    return std::max(hash, 1U);
}

std::optional<control> reflect(const control& probe, std::uint32_t own_discriminator, bool in_control)
{
    if (!is_usable(probe) || !probe.demand || probe.your_discriminator != own_discriminator || own_discriminator == 0) {
        return std::nullopt;
    }
    return control{.sta = in_control ? state::up : state::admin_down,
                   .diagnostic = 0,
                   .poll = false,
                   .final = probe.poll,
                   .demand = false,
                   .detect_mult = probe.detect_mult,
                   .my_discriminator = probe.your_discriminator,
                   .your_discriminator = probe.my_discriminator,
                   .desired_min_tx = probe.desired_min_tx,
                   .required_min_rx = reflector_rate,
                   .required_min_echo_rx = {}};
}

probe_frame::probe_frame(const path& where)
{
    constexpr std::uint16_t ethertype_ipv4 = 0x0800;
    constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
    const bool v4 = where.to.family() == address_family::ipv4;
    append(bytes_, where.to_mac.bytes);
    append(bytes_, where.from_mac.bytes);
    append16(bytes_, v4 ? ethertype_ipv4 : ethertype_ipv6);
    v4 ? append_ipv4_header(bytes_, where) : append_ipv6_header(bytes_, where);
    udp_offset_ = bytes_.size();
    append16(bytes_, where.source_port);
    append16(bytes_, port);
    append16(bytes_, udp_bytes);
    append16(bytes_, 0);
    append(bytes_, encode(probe_of(where)));

    internet_checksum sum; // RFC 768, RFC 8200 8.1; the sum of what never changes
    sum.add(where.from.bytes());
    sum.add(where.to.bytes());
    sum.add(udp_protocol);
    sum.add(udp_bytes);
    sum.add(std::span(bytes_).subspan(udp_offset_));
    constant_sum_ = static_cast<std::uint16_t>(~sum.value());
    set_discriminator(0);
}

void probe_frame::set_discriminator(std::uint32_t mine)
{
    std::uint8_t* const udp = &bytes_[udp_offset_];
    store32(udp + udp_header_bytes + my_discriminator_offset, mine);
    internet_checksum sum;
    sum.add(constant_sum_);
    sum.add(static_cast<std::uint16_t>(mine >> 16U));
    sum.add(static_cast<std::uint16_t>(mine & 0xffffU));
    const std::uint16_t checksum = sum.value() != 0 ? sum.value() : 0xffff; // 0 would say that there is none
    udp[udp_checksum_offset] = static_cast<std::uint8_t>(checksum >> 8U);
    udp[udp_checksum_offset + 1] = static_cast<std::uint8_t>(checksum & 0xffU);
}

} // namespace xvrrp::core::sbfd
