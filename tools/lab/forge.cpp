// SPDX-License-Identifier: BSD-2-Clause
//
// Forged advertisements (see forge.hpp).
#include "lab/forge.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace xvrrp::lab {
namespace {

using bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t protocol_vrrp = 112;
constexpr std::size_t password_size = 8;

bool is_ipv6(const std::string& address)
{
    return address.find(':') != std::string::npos;
}

result<bytes> address_bytes(const std::string& text)
{
    const bool v6 = is_ipv6(text);
    bytes address(v6 ? 16 : 4);
    if (inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), address.data()) != 1) {
        return fail(text + ": not an IP address");
    }
    return address;
}

void append(bytes& to, const bytes& more)
{
    to.insert(to.end(), more.begin(), more.end());
}

void append_u16(bytes& to, unsigned value)
{
    to.push_back(static_cast<std::uint8_t>(value >> 8));
    to.push_back(static_cast<std::uint8_t>(value));
}

void put_u16(bytes& in, std::size_t offset, unsigned value)
{
    in[offset] = static_cast<std::uint8_t>(value >> 8);
    in[offset + 1] = static_cast<std::uint8_t>(value);
}

/// RFC 8200 8.1 for IPv6, RFC 9293 3.1 for IPv4.
bytes pseudo_header(const bytes& source, const bytes& destination, std::size_t length)
{
    bytes header = source;
    append(header, destination);
    if (source.size() == 16) {
        append_u16(header, 0);
        append_u16(header, static_cast<unsigned>(length));
        append(header, {0, 0, 0, protocol_vrrp});
    } else {
        append(header, {0, protocol_vrrp});
        append_u16(header, static_cast<unsigned>(length));
    }
    return header;
}

/// RFC 9568 5.1 and, for version 2, RFC 3768 5.1; checksum field filled in.
result<bytes> vrrp_message(const advert_recipe& recipe, const bytes& source, const bytes& destination)
{
    bytes message{static_cast<std::uint8_t>(recipe.version << 4 | 1), static_cast<std::uint8_t>(recipe.vrid),
                  static_cast<std::uint8_t>(recipe.priority), static_cast<std::uint8_t>(recipe.addresses.size())};
    if (recipe.version == 2) {
        message.push_back(recipe.password ? 1 : 0);
        message.push_back(static_cast<std::uint8_t>(recipe.interval / std::chrono::seconds(1)));
    } else {
        append_u16(message, static_cast<unsigned>(recipe.interval / std::chrono::milliseconds(10)));
    }
    append_u16(message, 0);
    for (const auto& text : recipe.addresses) {
        auto address = address_bytes(text);
        if (!address) {
            return address;
        }
        append(message, *address);
    }
    bytes summed;
    if (recipe.version == 3 && (source.size() == 16 || recipe.checksum_with_pseudo_header)) {
        summed = pseudo_header(source, destination, message.size());
    }
    if (recipe.version == 2) {
        // The authentication data counts (RFC 3768 5.3.8 sums the whole message); without a password it is zero.
        const std::string text = recipe.password.value_or("");
        bytes password(text.begin(), text.end());
        password.resize(password_size);
        append(message, password);
    }
    append(summed, message);
    put_u16(message, 6, internet_checksum(summed) ^ (recipe.wrong_checksum ? 0x5555U : 0U));
    return message;
}

bytes ipv4_header(const advert_recipe& recipe, const bytes& source, const bytes& destination, std::size_t payload)
{
    bytes header{0x45, 0xc0};
    append_u16(header, static_cast<unsigned>(20 + payload));
    append(header, {0, 0, 0, 0, recipe.ttl, protocol_vrrp, 0, 0});
    append(header, source);
    append(header, destination);
    put_u16(header, 10, internet_checksum(header));
    return header;
}

bytes ipv6_header(const advert_recipe& recipe, const bytes& source, const bytes& destination, std::size_t payload)
{
    bytes header{0x6c, 0, 0, 0};
    append_u16(header, static_cast<unsigned>(payload));
    append(header, {protocol_vrrp, recipe.ttl});
    append(header, source);
    append(header, destination);
    return header;
}

} // namespace

std::uint16_t internet_checksum(const std::vector<std::uint8_t>& summed)
{
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < summed.size(); ++i) {
        sum += i % 2 == 0 ? static_cast<std::uint32_t>(summed[i] << 8) : summed[i];
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

result<frame> forge_advert(const advert_recipe& recipe)
{
    const bool v6 = is_ipv6(recipe.source);
    const auto source = address_bytes(recipe.source);
    const std::string group_address = v6 ? "ff02::12" : "224.0.0.18";
    const auto destination = address_bytes(recipe.destination.empty() ? group_address : recipe.destination);
    if (!source || !destination) {
        return std::unexpected((source ? destination : source).error());
    }
    const auto message = vrrp_message(recipe, *source, *destination);
    if (!message) {
        return message;
    }
    const mac_address group{.bytes = v6 ? std::array<std::uint8_t, 6>{0x33, 0x33, 0, 0, 0, 0x12}
                                        : std::array<std::uint8_t, 6>{0x01, 0, 0x5e, 0, 0, 0x12}};
    const mac_address to = recipe.destination_mac.value_or(group);
    frame made(to.bytes.begin(), to.bytes.end());
    made.insert(made.end(), recipe.source_mac.bytes.begin(), recipe.source_mac.bytes.end());
    append_u16(made, v6 ? 0x86dd : 0x0800);
    append(made, v6 ? ipv6_header(recipe, *source, *destination, message->size())
                    : ipv4_header(recipe, *source, *destination, message->size()));
    append(made, *message);
    made.resize(std::max<std::size_t>(made.size(), 60));
    return made;
}

} // namespace xvrrp::lab
