// SPDX-License-Identifier: BSD-2-Clause
#include "net/socket_options.hpp"

#include <netinet/in.h>

#include <cstring>

namespace xvrrp::net {

socket_address socket_address_of(const ip_address& address, interface_index interface, std::uint16_t port)
{
    socket_address made;
    if (address.family() == address_family::ipv4) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address.bytes().data(), sizeof v4.sin_addr);
        std::memcpy(&made.storage, &v4, sizeof v4);
        made.length = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof v6.sin6_addr);
        v6.sin6_scope_id = interface.value;
        std::memcpy(&made.storage, &v6, sizeof v6);
        made.length = sizeof v6;
    }
    return made;
}

endpoint endpoint_of(const sockaddr_storage& sender)
{
    if (sender.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &sender, sizeof v4);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return {.address = ip_address::v4(bytes), .port = ntohs(v4.sin_port)};
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &sender, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return {.address = ip_address::v6(bytes), .port = ntohs(v6.sin6_port)};
}

} // namespace xvrrp::net
