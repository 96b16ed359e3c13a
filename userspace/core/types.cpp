// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses as text. inet_pton and inet_ntop are plain functions of their arguments.
#include "xvrrp/types.hpp"

#include <arpa/inet.h>

namespace xvrrp {

std::optional<ip_address> ip_address::parse(std::string_view text)
{
    const std::string terminated(text);
    std::array<std::uint8_t, 4> v4_bytes{};
    if (::inet_pton(AF_INET, terminated.c_str(), v4_bytes.data()) == 1) {
        return v4(v4_bytes);
    }
    std::array<std::uint8_t, 16> v6_bytes{};
    if (::inet_pton(AF_INET6, terminated.c_str(), v6_bytes.data()) == 1) {
        return v6(v6_bytes);
    }
    return std::nullopt;
}

std::string ip_address::to_string() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family_ == address_family::ipv4 ? AF_INET : AF_INET6, bytes_.data(), text.data(),
                static_cast<socklen_t>(text.size()));
    return text.data();
}

std::string to_string(const mac_address& mac)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : mac.bytes) {
        if (!text.empty()) {
            text += ':';
        }
        text += digits[byte >> 4U];
        text += digits[byte & 0x0fU];
    }
    return text;
}

} // namespace xvrrp
