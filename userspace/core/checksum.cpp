// SPDX-License-Identifier: BSD-2-Clause
//
// The Internet checksum, word by word: messages are short and userspace sums only what it sends or takes from a socket.
#include "core/checksum.hpp"

namespace xvrrp::core {

namespace {
constexpr std::uint16_t vrrp_protocol = 112;
}

void internet_checksum::add(std::span<const std::uint8_t> bytes)
{
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const std::uint32_t low = i + 1 < bytes.size() ? bytes[i + 1] : 0U;
        sum_ += (static_cast<std::uint32_t>(bytes[i]) << 8U) | low;
    }
}

void internet_checksum::add_pseudo_header(const ip_address& source, const ip_address& destination, std::uint16_t length)
{
    add(source.bytes());
    add(destination.bytes());
    add(vrrp_protocol);
    add(length);
}

std::uint16_t internet_checksum::value() const
{
    std::uint64_t folded = sum_;
    while (folded > 0xffffU) {
        folded = (folded & 0xffffU) + (folded >> 16U);
    }
    return static_cast<std::uint16_t>(~folded & 0xffffU);
}

} // namespace xvrrp::core
