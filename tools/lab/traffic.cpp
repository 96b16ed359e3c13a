// SPDX-License-Identifier: BSD-2-Clause
//
// Decoding and judging captured frames (see traffic.hpp).
#include "lab/traffic.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>

#include "lab/process.hpp"

namespace xvrrp::lab {
namespace {

constexpr std::size_t ethernet_header = 14;
constexpr std::size_t vrrp_header = 8;
constexpr std::uint8_t protocol_vrrp = 112;
constexpr std::uint8_t protocol_icmpv6 = 58;

/// Reads a frame at offsets; what lies beyond its end reads as zero, so that lengths are checked once, by the caller.
struct reader {
    const frame& bytes;
    [[nodiscard]] unsigned u8(std::size_t at) const { return at < bytes.size() ? bytes[at] : 0; }
    [[nodiscard]] unsigned u16(std::size_t at) const { return u8(at) << 8 | u8(at + 1); }
    [[nodiscard]] mac_address mac(std::size_t at) const
    {
        mac_address mac;
        for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
            mac.bytes[i] = static_cast<std::uint8_t>(u8(at + i));
        }
        return mac;
    }
    [[nodiscard]] std::string ip(std::size_t at, std::size_t size) const
    {
        std::array<std::uint8_t, 16> address{};
        for (std::size_t i = 0; i < size; ++i) {
            address[i] = static_cast<std::uint8_t>(u8(at + i));
        }
        std::array<char, INET6_ADDRSTRLEN> text{};
        inet_ntop(size == 4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
        return text.data();
    }
};

/// Where the payload of an IP packet lies, and what the header says of it.
struct ip_packet {
    std::size_t address_size;
    std::string source;
    std::string destination;
    unsigned ttl;
    unsigned protocol;
    std::size_t payload;
    std::size_t end;
};

std::optional<ip_packet> decode_ip(const frame& bytes)
{
    const reader in{bytes};
    constexpr std::size_t at = ethernet_header;
    std::optional<ip_packet> packet;
    if (in.u16(12) == 0x0800) {
        packet = ip_packet{.address_size = 4,
                           .source = in.ip(at + 12, 4),
                           .destination = in.ip(at + 16, 4),
                           .ttl = in.u8(at + 8),
                           .protocol = in.u8(at + 9),
                           .payload = at + std::size_t{in.u8(at) & 0xf} * 4,
                           .end = at + in.u16(at + 2)};
    } else if (in.u16(12) == 0x86dd) {
        packet = ip_packet{.address_size = 16,
                           .source = in.ip(at + 8, 16),
                           .destination = in.ip(at + 24, 16),
                           .ttl = in.u8(at + 7),
                           .protocol = in.u8(at + 6),
                           .payload = at + 40,
                           .end = at + 40 + in.u16(at + 4)};
    }
    return packet && packet->end <= bytes.size() && packet->payload <= packet->end ? packet : std::nullopt;
}

std::optional<address_claim> decode_arp(const captured_frame& captured)
{
    const reader in{captured.bytes};
    constexpr std::size_t at = ethernet_header;
    if (in.u16(12) != 0x0806 || captured.bytes.size() < at + 28 || in.u16(at + 2) != 0x0800) {
        return std::nullopt;
    }
    const std::string sender = in.ip(at + 14, 4);
    return address_claim{.time = captured.time,
                         .host = captured.host,
                         .what =
                             in.u16(at + 6) == 1 ? address_claim::kind::arp_request : address_claim::kind::arp_reply,
                         .address = sender,
                         .mac = in.mac(at + 8),
                         .unsolicited = sender == in.ip(at + 24, 4)};
}

std::optional<address_claim> decode_neighbour_advertisement(const captured_frame& captured)
{
    constexpr unsigned type = 136;
    constexpr std::size_t fixed_part = 24;
    const reader in{captured.bytes};
    const auto packet = decode_ip(captured.bytes);
    if (!packet || packet->protocol != protocol_icmpv6 || packet->end - packet->payload < fixed_part ||
        in.u8(packet->payload) != type) {
        return std::nullopt;
    }
    return address_claim{.time = captured.time,
                         .host = captured.host,
                         .what = address_claim::kind::neighbour_advertisement,
                         .address = in.ip(packet->payload + 8, 16),
                         .mac = in.mac(6),
                         .unsolicited = packet->destination == "ff02::1"};
}

template <class T> void write_raw(std::ofstream& stream, const T& value)
{
    stream.write(reinterpret_cast<const char*>(&value), sizeof value);
}

} // namespace

std::optional<advert> decode_advert(const captured_frame& captured)
{
    const reader in{captured.bytes};
    const auto packet = decode_ip(captured.bytes);
    if (!packet || packet->protocol != protocol_vrrp || packet->end - packet->payload < vrrp_header) {
        return std::nullopt;
    }
    const std::size_t at = packet->payload;
    const unsigned version = in.u8(at) >> 4;
    const std::size_t count = in.u8(at + 3);
    const bool password = version == 2 && in.u8(at + 4) == 1;
    const std::size_t needed = vrrp_header + count * packet->address_size + (version == 2 ? 8 : 0);
    if ((version != 2 && version != 3) || (in.u8(at) & 0xf) != 1 || packet->end - at < needed) {
        return std::nullopt;
    }
    advert decoded{.time = captured.time,
                   .host = captured.host,
                   .mac = in.mac(6),
                   .source = packet->source,
                   .destination = packet->destination,
                   .ttl = packet->ttl,
                   .version = version,
                   .vrid = in.u8(at + 1),
                   .priority = in.u8(at + 2),
                   .interval = version == 2 ? std::chrono::milliseconds(in.u8(at + 5) * 1000)
                                            : std::chrono::milliseconds((in.u16(at + 4) & 0xfff) * 10),
                   .addresses = {},
                   .password = {}};
    for (std::size_t i = 0; i < count; ++i) {
        decoded.addresses.push_back(in.ip(at + vrrp_header + i * packet->address_size, packet->address_size));
    }
    for (std::size_t i = 0; password && i < 8 && in.u8(at + needed - 8 + i) != 0; ++i) {
        decoded.password.push_back(static_cast<char>(in.u8(at + needed - 8 + i)));
    }
    return decoded;
}

std::optional<address_claim> decode_claim(const captured_frame& captured)
{
    auto claim = decode_arp(captured);
    return claim ? claim : decode_neighbour_advertisement(captured);
}

std::vector<silence> silences(const std::vector<advert>& adverts, const std::string& host, unsigned vrid,
                              duration least, std::optional<time_point> until)
{
    std::vector<silence> found;
    std::optional<time_point> last;
    const auto look = [&](time_point now) {
        if (last && now - *last >= least) {
            found.push_back({.from = *last, .to = now});
        }
    };
    for (const auto& one : adverts) {
        if (one.host == host && one.vrid == vrid && (!until || one.time <= *until)) {
            look(one.time);
            last = one.time;
        }
    }
    if (until) {
        look(*until);
    }
    return found;
}

result<void> write_pcap(const std::filesystem::path& file, const std::vector<captured_frame>& frames)
{
    std::ofstream stream(file, std::ios::binary);
    write_raw(stream, std::uint32_t{0xa1b23c4d}); // nanosecond resolution
    write_raw(stream, std::uint16_t{2});
    write_raw(stream, std::uint16_t{4});
    write_raw(stream, std::uint64_t{0});
    write_raw(stream, std::uint32_t{65535}); // longest frame
    write_raw(stream, std::uint32_t{1});     // Ethernet
    for (const auto& captured : frames) {
        const auto since = captured.when.time_since_epoch();
        const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
        write_raw(stream, static_cast<std::uint32_t>(seconds.count()));
        write_raw(stream, static_cast<std::uint32_t>(std::chrono::nanoseconds(since - seconds).count()));
        write_raw(stream, static_cast<std::uint32_t>(captured.bytes.size()));
        write_raw(stream, static_cast<std::uint32_t>(captured.bytes.size()));
        stream.write(reinterpret_cast<const char*>(captured.bytes.data()),
                     static_cast<std::streamsize>(captured.bytes.size()));
    }
    stream.flush();
    if (!stream) {
        return fail_errno(file.string(), errno);
    }
    return {};
}

result<std::vector<std::string>> tshark_complaints(const std::filesystem::path& pcap, const std::string& display_filter)
{
    // Two hosts that claim one address are what VRRP is about.
    std::vector<std::string> command{"tshark", "-n", "-r", pcap.string()};
    for (const char* preference :
         {"ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "arp.detect_duplicate_ips:FALSE"}) {
        command.insert(command.end(), {"-o", preference});
    }
    command.insert(command.end(), {"-T", "fields", "-E", "separator= "});
    for (const char* field : {"frame.number", "_ws.col.Protocol", "_ws.col.Info", "_ws.expert.message"}) {
        command.insert(command.end(), {"-e", field});
    }
    const auto selected = [&](const std::string& filter) {
        auto with_filter = command;
        with_filter.insert(with_filter.end(), {"-Y", filter});
        return exec_checked(with_filter);
    };
    const auto all = selected(display_filter);
    if (!all) {
        return std::unexpected(all.error());
    }
    if (all->empty()) {
        return fail(fmt::format("{}: no frame matches \"{}\"", pcap.string(), display_filter));
    }
    const auto bad = selected(
        fmt::format("({}) and (_ws.malformed or _ws.short or _ws.unreassembled or _ws.expert.severity >= 6291456 or "
                    "ip.checksum.status == 0 or vrrp.checksum.status == 0 or icmpv6.checksum.status == 0 or "
                    "igmp.checksum.status == 0 or udp.checksum.status == 0)",
                    display_filter));
    if (!bad) {
        return std::unexpected(bad.error());
    }
    std::vector<std::string> complaints;
    std::istringstream lines(*bad);
    for (std::string line; std::getline(lines, line);) {
        complaints.push_back(line);
    }
    return complaints;
}

} // namespace xvrrp::lab
