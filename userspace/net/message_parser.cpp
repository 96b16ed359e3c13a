// SPDX-License-Identifier: BSD-2-Clause
//
// rtnetlink messages as structs (rtnetlink(7), linux/if_link.h, linux/if_addr.h).
#include "net/message_parser.hpp"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <algorithm>
#include <array>

namespace xvrrp::net {

namespace {

/// net/if.h and linux/if.h can't be included together, and only the latter has it.
constexpr unsigned iff_lower_up = 1U << 16U;

template <std::size_t Count> using attributes = std::array<nlattr*, Count>;

std::string text_of(const nlattr* attribute)
{
    const auto* start = static_cast<const char*>(nla_data(attribute));
    const std::string_view all(start, static_cast<std::size_t>(nla_len(attribute)));
    return std::string(all.substr(0, all.find('\0')));
}

bool holds(const nlattr* attribute, std::size_t bytes)
{
    return attribute != nullptr && static_cast<std::size_t>(nla_len(attribute)) >= bytes;
}

std::optional<interface_index> interface_of(nlattr* attribute)
{
    if (!holds(attribute, sizeof(std::uint32_t)) || nla_get_u32(attribute) == 0) {
        return std::nullopt;
    }
    return interface_index{nla_get_u32(attribute)};
}

std::string kind_of(nlattr* info)
{
    attributes<IFLA_INFO_MAX + 1> nested{};
    if (info == nullptr || nla_parse_nested(nested.data(), IFLA_INFO_MAX, info, nullptr) < 0) {
        return {};
    }
    return nested[IFLA_INFO_KIND] == nullptr ? std::string{} : text_of(nested[IFLA_INFO_KIND]);
}

/// IFLA_LINK of a veth is its peer, which isn't beneath it; with IFLA_LINK_NETNSID it is a number of another namespace.
std::optional<interface_index> lower_of(const attributes<IFLA_MAX + 1>& given, const std::string& kind)
{
    if (given[IFLA_LINK_NETNSID] != nullptr || kind == "veth") {
        return std::nullopt;
    }
    return interface_of(given[IFLA_LINK]);
}

std::optional<ip_address> ip_of(int family, const nlattr* attribute)
{
    const std::size_t bytes = family == AF_INET ? 4 : 16;
    if (!holds(attribute, bytes)) {
        return std::nullopt;
    }
    const auto* start = static_cast<const std::uint8_t*>(nla_data(attribute));
    if (family == AF_INET) {
        std::array<std::uint8_t, 4> v4{};
        std::copy_n(start, v4.size(), v4.begin());
        return ip_address::v4(v4);
    }
    std::array<std::uint8_t, 16> v6{};
    std::copy_n(start, v6.size(), v6.begin());
    return ip_address::v6(v6);
}

} // namespace

std::optional<link> parse_link(nlmsghdr* message)
{
    attributes<IFLA_MAX + 1> given{};
    if (nlmsg_parse(message, sizeof(ifinfomsg), given.data(), IFLA_MAX, nullptr) < 0) {
        return std::nullopt;
    }
    const auto* header = static_cast<const ifinfomsg*>(nlmsg_data(message));
    if (header->ifi_family != AF_UNSPEC || header->ifi_index <= 0 || given[IFLA_IFNAME] == nullptr) {
        return std::nullopt;
    }
    link parsed;
    parsed.index = interface_index{static_cast<std::uint32_t>(header->ifi_index)};
    parsed.name = text_of(given[IFLA_IFNAME]);
    parsed.kind = kind_of(given[IFLA_LINKINFO]);
    if (holds(given[IFLA_ADDRESS], parsed.mac.bytes.size())) {
        const auto* mac = static_cast<const std::uint8_t*>(nla_data(given[IFLA_ADDRESS]));
        std::copy_n(mac, parsed.mac.bytes.size(), parsed.mac.bytes.begin());
    }
    if (holds(given[IFLA_MTU], sizeof(std::uint32_t))) {
        parsed.mtu = nla_get_u32(given[IFLA_MTU]);
    }
    parsed.up = (header->ifi_flags & IFF_UP) != 0;
    parsed.running = parsed.up && (header->ifi_flags & iff_lower_up) != 0;
    parsed.lower = lower_of(given, parsed.kind);
    parsed.master = interface_of(given[IFLA_MASTER]);
    return parsed;
}

std::optional<address> parse_address(nlmsghdr* message)
{
    attributes<IFA_MAX + 1> given{};
    if (nlmsg_parse(message, sizeof(ifaddrmsg), given.data(), IFA_MAX, nullptr) < 0) {
        return std::nullopt;
    }
    const auto* header = static_cast<const ifaddrmsg*>(nlmsg_data(message));
    if (header->ifa_family != AF_INET && header->ifa_family != AF_INET6) {
        return std::nullopt;
    }
    // On a point-to-point link IFA_ADDRESS is the other end; IPv6 leaves IFA_LOCAL out elsewhere, IPv4 repeats it.
    const nlattr* own = given[IFA_LOCAL] != nullptr ? given[IFA_LOCAL] : given[IFA_ADDRESS];
    const std::optional<ip_address> ip = ip_of(header->ifa_family, own);
    if (!ip) {
        return std::nullopt;
    }
    const std::uint32_t flags =
        holds(given[IFA_FLAGS], sizeof(std::uint32_t)) ? nla_get_u32(given[IFA_FLAGS]) : header->ifa_flags;
    address parsed;
    parsed.interface = interface_index{header->ifa_index};
    parsed.ip = *ip;
    parsed.prefix_length = header->ifa_prefixlen;
    if (const auto other_end = ip_of(header->ifa_family, given[IFA_ADDRESS]); other_end != ip) {
        parsed.peer = other_end;
    }
    if (holds(given[IFA_PROTO], sizeof(std::uint8_t))) {
        parsed.protocol = nla_get_u8(given[IFA_PROTO]);
    }
    // In IPv6 the same bit means a temporary address.
    parsed.secondary = header->ifa_family == AF_INET && (flags & IFA_F_SECONDARY) != 0;
    parsed.usable = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    return parsed;
}

void for_each_message(std::span<std::uint8_t> datagram, const std::function<bool(nlmsghdr*)>& sink)
{
    auto* message = reinterpret_cast<nlmsghdr*>(datagram.data());
    int remaining = static_cast<int>(datagram.size());
    while (nlmsg_ok(message, remaining) != 0) {
        if (!sink(message)) {
            return;
        }
        message = nlmsg_next(message, &remaining);
    }
}

} // namespace xvrrp::net
