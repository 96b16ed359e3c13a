// SPDX-License-Identifier: BSD-2-Clause
//
// AF_PACKET sockets (see packet_socket.hpp).
#include "lab/packet_socket.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

namespace xvrrp::lab {
namespace {

constexpr int receive_buffer_bytes = 32 * 1024 * 1024;

std::uint16_t protocol_of(packet_use use)
{
    switch (use) {
    case packet_use::send:
        return 0;
    case packet_use::receive_all:
        return htons(ETH_P_ALL);
    case packet_use::receive_ipv4:
        return htons(ETH_P_IP);
    case packet_use::receive_ipv6:
        return htons(ETH_P_IPV6);
    }
    return 0;
}

bool set_up(int socket, packet_use use, int index)
{
    const int on = 1;
    if (use == packet_use::send) {
        return setsockopt(socket, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) == 0;
    }
    packet_mreq promiscuous{};
    promiscuous.mr_ifindex = index;
    promiscuous.mr_type = PACKET_MR_PROMISC;
    return setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0 &&
           setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer_bytes, sizeof receive_buffer_bytes) == 0 &&
           setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) == 0 &&
           (use != packet_use::receive_all ||
            setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous) == 0);
}

/// `index` 0: every interface.
result<file_descriptor> open_socket(const std::string& name, int index, packet_use use)
{
    const bool whole_frames = use == packet_use::send || use == packet_use::receive_all;
    // Protocol 0 until it is bound, so that nothing of another interface gets in.
    file_descriptor socket(::socket(AF_PACKET, (whole_frames ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = protocol_of(use);
    address.sll_ifindex = index;
    if (!socket || !set_up(socket.get(), use, index) ||
        bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return fail_errno(name + ": packet socket", errno);
    }
    return socket;
}

} // namespace

result<file_descriptor> open_packet_socket(const net_namespace& place, const std::string& interface, packet_use use)
{
    const auto index = place.index_of(interface);
    if (!index) {
        return std::unexpected(index.error());
    }
    return place.run([&] { return open_socket(interface, static_cast<int>(index->value), use); });
}

result<file_descriptor> open_packet_socket_here(packet_use use)
{
    return open_socket("all interfaces", 0, use);
}

} // namespace xvrrp::lab
