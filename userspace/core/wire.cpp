// SPDX-License-Identifier: BSD-2-Clause
//
// The byte layout of adverts. Decoding checks in the order in which the kernel program does: length of the fixed
// header, version, type, checksum, address count, exact length.
#include "core/wire.hpp"

#include <algorithm>

#include "core/checksum.hpp"

namespace xvrrp::core::wire {

namespace {

using byte_view = std::span<const std::uint8_t>;

constexpr std::size_t header_bytes = 8;
constexpr std::size_t checksum_offset = 6;
constexpr std::size_t auth_bytes = 8;
constexpr std::size_t most_addresses = 255;
constexpr std::uint8_t type_advertisement = 1;
constexpr std::uint8_t auth_none = 0;
constexpr std::uint8_t auth_simple_text = 1;

std::size_t address_bytes(address_family family)
{
    return family == address_family::ipv4 ? 4 : 16;
}

/// TX-03: rounded to the unit of the version, within what its field holds.
template <class Unit> std::uint16_t rounded(duration interval, std::int64_t most)
{
    const auto units = std::chrono::round<Unit>(interval).count();
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(units, 1, most));
}

std::uint8_t upper(std::uint16_t word)
{
    return static_cast<std::uint8_t>(word >> 8U);
}

std::uint8_t lower(std::uint16_t word)
{
    return static_cast<std::uint8_t>(word & 0xffU);
}

/// RFC 2338 5.3.10: the authentication data is there whatever the type; unused bytes are zero.
void append_auth_data(std::vector<std::uint8_t>& bytes, const std::optional<std::string>& password)
{
    const std::string text = password.value_or("").substr(0, auth_bytes);
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.resize(bytes.size() + auth_bytes - text.size());
}

void append_interval(std::vector<std::uint8_t>& bytes, const advertisement& message)
{
    if (message.version == vrrp_version::v2) {
        bytes.push_back(message.password ? auth_simple_text : auth_none);
        bytes.push_back(lower(rounded<std::chrono::seconds>(message.interval, 0xff)));
        return;
    }
    const std::uint16_t interval = rounded<std::chrono::duration<std::int64_t, std::centi>>(message.interval, 0x0fff);
    bytes.push_back(upper(interval));
    bytes.push_back(lower(interval));
}

std::uint16_t checksum_of(byte_view message, bool pseudo_header, const ip_address& source,
                          const ip_address& destination)
{
    internet_checksum sum;
    if (pseudo_header) {
        sum.add_pseudo_header(source, destination, static_cast<std::uint16_t>(message.size()));
    }
    sum.add(message);
    return sum.value();
}

/// RFC 9568 5.2.8 and RFC 3768 5.3.8; of version 3 over IPv4 both readings are right (RX-06).
bool checksum_is_right(byte_view message, vrrp_version version, const ip_address& source, const ip_address& destination)
{
    const bool needs_pseudo_header = source.family() == address_family::ipv6;
    if (!needs_pseudo_header && checksum_of(message, false, source, destination) == 0) {
        return true;
    }
    return version == vrrp_version::v3 && checksum_of(message, true, source, destination) == 0;
}

std::vector<ip_address> addresses_in(byte_view bytes, address_family family)
{
    std::vector<ip_address> addresses;
    const std::size_t size = address_bytes(family);
    addresses.reserve(bytes.size() / size);
    for (; bytes.size() >= size; bytes = bytes.subspan(size)) {
        std::uint8_t raw[16] = {};
        std::copy_n(bytes.begin(), size, raw);
        addresses.push_back(ip_address::from_abi(family, raw));
    }
    return addresses;
}

std::string password_in(byte_view auth_data)
{
    return {auth_data.begin(), std::find(auth_data.begin(), auth_data.end(), std::uint8_t{0})};
}

} // namespace

std::vector<std::uint8_t> encode(const advertisement& message, const ip_address& source, const ip_address& destination,
                                 checksum_form form)
{
    const std::size_t count = std::min(message.addresses.size(), most_addresses);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(header_bytes + count * address_bytes(source.family()) + auth_bytes);
    bytes.push_back(static_cast<std::uint8_t>((static_cast<unsigned>(message.version) << 4U) | type_advertisement));
    bytes.push_back(message.vrid.value);
    bytes.push_back(message.priority.value);
    bytes.push_back(static_cast<std::uint8_t>(count));
    append_interval(bytes, message);
    bytes.insert(bytes.end(), {0, 0}); // the checksum, once the rest is there
    for (const ip_address& address : std::span(message.addresses).first(count)) {
        bytes.insert(bytes.end(), address.bytes().begin(), address.bytes().end());
    }
    const bool v2 = message.version == vrrp_version::v2;
    if (v2) {
        append_auth_data(bytes, message.password);
    }
    const bool pseudo_header = !v2 && (source.family() == address_family::ipv6 || form == checksum_form::pseudo_header);
    const std::uint16_t checksum = checksum_of(bytes, pseudo_header, source, destination);
    bytes[checksum_offset] = upper(checksum);
    bytes[checksum_offset + 1] = lower(checksum);
    return bytes;
}

std::expected<header, decode_error> decode_header(byte_view bytes)
{
    if (bytes.size() < header_bytes) {
        return std::unexpected(decode_error::truncated);
    }
    const unsigned version = bytes[0] >> 4U;
    if (version != 2 && version != 3) {
        return std::unexpected(decode_error::version);
    }
    if ((bytes[0] & 0x0fU) != type_advertisement) {
        return std::unexpected(decode_error::type);
    }
    header fields{.version = static_cast<vrrp_version>(version),
                  .vrid = {bytes[1]},
                  .priority = {bytes[2]},
                  .address_count = bytes[3],
                  .auth_type = 0,
                  .interval = {}};
    if (fields.version == vrrp_version::v2) {
        fields.auth_type = bytes[4];
        fields.interval = std::chrono::seconds(bytes[5]);
    } else {
        // RX-11: the upper four bits are reserved and ignored.
        fields.interval = centiseconds(((bytes[4] & 0x0f) << 8) | bytes[5]);
    }
    return fields;
}

std::expected<advertisement, decode_error> decode(byte_view bytes, const ip_address& source,
                                                  const ip_address& destination)
{
    const std::expected<header, decode_error> fields = decode_header(bytes);
    if (!fields) {
        return std::unexpected(fields.error());
    }
    const address_family family = source.family();
    const bool v2 = fields->version == vrrp_version::v2;
    if (v2 && family == address_family::ipv6) {
        return std::unexpected(decode_error::version);
    }
    if (!checksum_is_right(bytes, fields->version, source, destination)) {
        return std::unexpected(decode_error::checksum);
    }
    if (fields->address_count == 0) {
        return std::unexpected(decode_error::no_addresses);
    }
    const std::size_t list_bytes = fields->address_count * address_bytes(family);
    if (bytes.size() != header_bytes + list_bytes + (v2 ? auth_bytes : 0)) {
        return std::unexpected(decode_error::length);
    }
    advertisement message{.version = fields->version,
                          .vrid = fields->vrid,
                          .priority = fields->priority,
                          .interval = fields->interval,
                          .addresses = addresses_in(bytes.subspan(header_bytes, list_bytes), family),
                          .password = std::nullopt};
    if (fields->auth_type == auth_simple_text) {
        message.password = password_in(bytes.last(auth_bytes));
    }
    return message;
}

} // namespace xvrrp::core::wire
