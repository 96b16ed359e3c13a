// SPDX-License-Identifier: BSD-2-Clause
#include "support/frame.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>

namespace xvrrp::test {
namespace {

constexpr std::uint16_t type_ipv4 = 0x0800, type_arp = 0x0806, type_vlan = 0x8100, type_ipv6 = 0x86dd;

void put16(bytes& to, unsigned value)
{
    to.push_back(static_cast<std::uint8_t>(value >> 8));
    to.push_back(static_cast<std::uint8_t>(value));
}

void put(bytes& to, const auto& from)
{
    to.insert(to.end(), from.begin(), from.end());
}

void set16(bytes& in, std::size_t at, unsigned value)
{
    in.at(at) = static_cast<std::uint8_t>(value >> 8);
    in.at(at + 1) = static_cast<std::uint8_t>(value);
}

mac_bytes mac_of(const bytes& ip)
{
    if (ip.size() == 4 && (ip[0] & 0xf0) == 0xe0) { // RFC 1112 6.4
        return {0x01, 0x00, 0x5e, static_cast<std::uint8_t>(ip[1] & 0x7f), ip[2], ip[3]};
    }
    if (ip.size() == 16 && ip[0] == 0xff) { // RFC 2464 7
        return {0x33, 0x33, ip[12], ip[13], ip[14], ip[15]};
    }
    return host_mac;
}

bytes framed(const ethernet& link, const mac_bytes& destination, std::uint16_t type, const bytes& payload)
{
    bytes frame;
    put(frame, link.destination.value_or(destination));
    put(frame, link.source);
    if (link.vlan) {
        put16(frame, type_vlan);
        put16(frame, *link.vlan);
    }
    put16(frame, type);
    put(frame, payload);
    if (frame.size() < link.pad_to) {
        frame.resize(link.pad_to, link.pad_with);
    }
    return frame;
}

/// RFC 8200 8.1; over IPv4 the same with its addresses.
bytes pseudo_header(const std::string& source, const std::string& destination, std::size_t length,
                    std::uint8_t protocol)
{
    bytes header = address_bytes(source);
    put(header, address_bytes(destination));
    put16(header, static_cast<unsigned>(length >> 16));
    put16(header, static_cast<unsigned>(length & 0xffff));
    put16(header, 0);
    put16(header, protocol);
    return header;
}

bytes message_for(const std::string& source, const std::string& destination, const vrrp& fields)
{
    const bool over_ipv4 = address_bytes(source).size() == 4;
    auto addresses = fields.addresses;
    if (addresses.empty() && fields.count != 0) {
        addresses.emplace_back(over_ipv4 ? "10.0.0.70" : "fe80::70");
    }
    bytes message;
    message.push_back(static_cast<std::uint8_t>(fields.version << 4 | fields.type));
    message.push_back(fields.vrid);
    message.push_back(fields.priority);
    message.push_back(fields.count.value_or(static_cast<std::uint8_t>(addresses.size())));
    if (fields.version == 2) {
        message.push_back(fields.auth_type);
        message.push_back(static_cast<std::uint8_t>(fields.interval == 100 ? 1 : fields.interval));
    } else {
        put16(message, static_cast<unsigned>(fields.reserved << 12 | fields.interval));
    }
    put16(message, 0);
    for (const auto& address : addresses) {
        put(message, address_bytes(address));
    }
    if (fields.version == 2) {
        auto password = fields.password;
        password.resize(8, '\0');
        put(message, password);
    }
    put(message, fields.trailer);
    message.resize(std::min(message.size(), fields.cut_to));
    if (message.size() >= 8) {
        bytes covered;
        if (fields.version != 2 && fields.form == checksum_form::usual) {
            covered = pseudo_header(source, destination, message.size(), 112);
        }
        put(covered, message);
        set16(
            message, 6,
            fields.checksum.value_or(static_cast<std::uint16_t>(internet_checksum(covered) + fields.add_to_checksum)));
    }
    return message;
}

void put32(bytes& to, std::uint32_t value)
{
    put16(to, value >> 16);
    put16(to, value & 0xffff);
}

/// RFC 768, RFC 8200 8.1: a sum of zero is sent as its complement.
bytes udp_datagram(const std::string& source, const std::string& destination, const udp& fields, const bytes& payload)
{
    bytes datagram;
    put16(datagram, fields.source);
    put16(datagram, fields.destination);
    put16(datagram, fields.length.value_or(static_cast<std::uint16_t>(8 + payload.size())));
    put16(datagram, 0);
    put(datagram, payload);
    auto covered = pseudo_header(source, destination, datagram.size(), 17);
    put(covered, datagram);
    const auto sum = internet_checksum(covered);
    set16(datagram, 6, fields.checksum.value_or(sum == 0 ? 0xffff : sum));
    return datagram;
}

} // namespace

bytes address_bytes(const std::string& text)
{
    bytes address(16);
    if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) {
        return address;
    }
    address.resize(4);
    if (inet_pton(AF_INET, text.c_str(), address.data()) != 1) {
        throw std::invalid_argument("not an IP address: " + text);
    }
    return address;
}

std::uint16_t internet_checksum(const bytes& data)
{
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        sum += i % 2 == 0 ? static_cast<std::uint32_t>(data[i]) << 8 : data[i];
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

bytes message_bytes(const ipv4& ip, const vrrp& message)
{
    return message_for(ip.source, ip.destination, message);
}

bytes message_bytes(const ipv6& ip, const vrrp& message)
{
    return message_for(ip.source, ip.destination, message);
}

bytes advert(const ethernet& link, const ipv4& ip, const vrrp& message)
{
    return packet(link, ip, message_bytes(ip, message));
}

bytes advert(const ethernet& link, const ipv6& ip, const vrrp& message)
{
    return packet(link, ip, message_bytes(ip, message));
}

bytes packet(const ethernet& link, const ipv4& ip, const bytes& payload)
{
    const auto header_length = 20 + ip.options.size();
    bytes datagram;
    datagram.push_back(ip.version_and_ihl.value_or(static_cast<std::uint8_t>(0x40 | header_length / 4)));
    datagram.push_back(0xc0);
    put16(datagram, ip.total_length.value_or(static_cast<std::uint16_t>(header_length + payload.size())));
    put16(datagram, 0);
    put16(datagram, ip.fragment);
    datagram.push_back(ip.ttl);
    datagram.push_back(ip.protocol);
    put16(datagram, 0);
    put(datagram, address_bytes(ip.source));
    put(datagram, address_bytes(ip.destination));
    put(datagram, ip.options);
    set16(datagram, 10, internet_checksum(datagram));
    put(datagram, payload);
    return framed(link, mac_of(address_bytes(ip.destination)), type_ipv4, datagram);
}

bytes packet(const ethernet& link, const ipv6& ip, const bytes& payload)
{
    bytes datagram{0x60, 0, 0, 0};
    put16(datagram, ip.payload_length.value_or(static_cast<std::uint16_t>(payload.size())));
    datagram.push_back(ip.next_header);
    datagram.push_back(ip.hop_limit);
    put(datagram, address_bytes(ip.source));
    put(datagram, address_bytes(ip.destination));
    put(datagram, payload);
    return framed(link, mac_of(address_bytes(ip.destination)), type_ipv6, datagram);
}

bytes udp_packet(const ethernet& link, ipv4 ip, const udp& fields, const bytes& payload)
{
    ip.protocol = 17;
    return packet(link, ip, udp_datagram(ip.source, ip.destination, fields, payload));
}

bytes udp_packet(const ethernet& link, ipv6 ip, const udp& fields, const bytes& payload)
{
    ip.next_header = 17;
    return packet(link, ip, udp_datagram(ip.source, ip.destination, fields, payload));
}

bytes bfd_message(const bfd& fields)
{
    const auto bit = [](bool set, unsigned value) { return set ? value : 0U; };
    bytes message;
    message.push_back(static_cast<std::uint8_t>(fields.version << 5 | fields.diagnostic));
    message.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(fields.state) << 6 | bit(fields.poll, 0x20) |
                                                bit(fields.final, 0x10) | bit(fields.independent, 0x08) |
                                                bit(fields.authenticated, 0x04) | bit(fields.demand, 0x02) |
                                                bit(fields.multipoint, 0x01)));
    message.push_back(fields.detect_mult);
    message.push_back(fields.length);
    put32(message, fields.mine);
    put32(message, fields.yours);
    put32(message, fields.desired_min_tx);
    put32(message, fields.required_min_rx);
    put32(message, fields.required_min_echo_rx);
    return message;
}

bytes arp_packet(const ethernet& link, const arp& fields)
{
    bytes payload{0, 1, 0x08, 0, 6, 4};
    put16(payload, fields.operation);
    put(payload, link.source);
    put(payload, address_bytes(fields.sender));
    put(payload, mac_bytes{});
    put(payload, address_bytes(fields.target));
    return framed(link, broadcast_mac, type_arp, payload);
}

bytes neighbor_message(const ethernet& link, ipv6 ip, std::uint8_t type, const std::string& target)
{
    ip.next_header = 58;
    bytes payload{type, 0, 0, 0, 0, 0, 0, 0};
    put(payload, address_bytes(target));
    put(payload, bytes{1, 1}); // link-layer address option
    put(payload, link.source);
    auto covered = pseudo_header(ip.source, ip.destination, payload.size(), 58);
    put(covered, payload);
    set16(payload, 2, internet_checksum(covered));
    return packet(link, ip, payload);
}

} // namespace xvrrp::test
