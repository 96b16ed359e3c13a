// SPDX-License-Identifier: BSD-2-Clause
//
// udp(7), ip(7), ipv6(7).
#include "net/sbfd_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstring>
#include <ctime>

#include "net/interface_text.hpp"
#include "net/socket_options.hpp"

namespace xvrrp::net {

namespace {

/// A BFD control packet with authentication (RFC 5880 4.1 to 4.4); what is longer isn't one.
constexpr std::size_t payload_bytes = 64;

/// IP_FREEBIND: the address of a unicast router may be set on the interface later.
void set_ipv4(socket_options& socket)
{
    constexpr int on = 1;
    socket.set(IPPROTO_IP, IP_FREEBIND, on, "IP_FREEBIND");
    socket.set(IPPROTO_IP, IP_RECVTTL, on, "IP_RECVTTL");
    socket.set(IPPROTO_IP, IP_TTL, full_hop_limit, "IP_TTL");
    socket.set(IPPROTO_IP, IP_TOS, internetwork_control, "IP_TOS");
}

void set_ipv6(socket_options& socket)
{
    constexpr int on = 1;
    socket.set(IPPROTO_IPV6, IPV6_FREEBIND, on, "IPV6_FREEBIND");
    socket.set(IPPROTO_IPV6, IPV6_V6ONLY, on, "IPV6_V6ONLY");
    socket.set(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, on, "IPV6_RECVHOPLIMIT");
    socket.set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, full_hop_limit, "IPV6_UNICAST_HOPS");
    socket.set(IPPROTO_IPV6, IPV6_TCLASS, internetwork_control, "IPV6_TCLASS");
}

result<void> configure(int fd, interface_index interface, address_family family)
{
    constexpr int on = 1;
    socket_options socket(fd);
    socket.set(SOL_SOCKET, SO_BINDTOIFINDEX, static_cast<int>(interface.value), "SO_BINDTOIFINDEX");
    socket.set(SOL_SOCKET, SO_TIMESTAMPNS, on, "SO_TIMESTAMPNS");
    if (family == address_family::ipv4) {
        set_ipv4(socket);
    } else {
        set_ipv6(socket);
    }
    socket.set(SOL_SOCKET, SO_PRIORITY, control_priority, "SO_PRIORITY"); // after IP_TOS, which changes it
    return socket.outcome();
}

/// What the kernel says beside a datagram.
struct ancillary {
    int hop_limit = 0;
    std::chrono::nanoseconds stamp{};
};

ancillary read_ancillary(msghdr& message)
{
    ancillary found;
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
            found.stamp = std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec);
        }
        if ((each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TTL) ||
            (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_HOPLIMIT)) {
            std::memcpy(&found.hop_limit, CMSG_DATA(each), sizeof found.hop_limit);
        }
    }
    return found;
}

} // namespace

result<sbfd_socket> sbfd_socket::open(interface_index interface, const ip_address& own, std::uint16_t port)
{
    const std::string context = "S-BFD socket on " + interface_text(interface);
    const int family = own.family() == address_family::ipv4 ? AF_INET : AF_INET6;
    descriptor socket(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
        return fail_errno(context, errno);
    }
    if (const auto done = configure(socket.get(), interface, own.family()); !done) {
        return fail_within(context, done.error());
    }
    const socket_address address = socket_address_of(own, interface, port);
    if (::bind(socket.get(), address.get(), address.length) != 0) {
        return fail_errno(context + ": " + own.to_string() + " port " + std::to_string(port), errno);
    }
    return sbfd_socket(std::move(socket), interface);
}

void sbfd_socket::drain(const std::function<void(const sbfd_datagram&)>& sink, std::size_t limit)
{
    for (std::size_t taken = 0; taken < limit; ++taken) {
        std::array<std::uint8_t, payload_bytes> payload{};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(int))> control{};
        sockaddr_storage sender{};
        iovec place{.iov_base = payload.data(), .iov_len = payload.size()};
        msghdr message{.msg_name = &sender,
                       .msg_namelen = sizeof sender,
                       .msg_iov = &place,
                       .msg_iovlen = 1,
                       .msg_control = control.data(),
                       .msg_controllen = control.size(),
                       .msg_flags = 0};
        const ssize_t size = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT);
        if (size < 0) {
            // ICMP errors are reported once each (EINTR, ECONNREFUSED); an empty queue ends it.
            if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EBADF) {
                return;
            }
            continue;
        }
        const ancillary said = read_ancillary(message);
        if (said.hop_limit != full_hop_limit || (message.msg_flags & MSG_TRUNC) != 0) {
            continue;
        }
        const endpoint from = endpoint_of(sender);
        sink({.from = from.address,
              .from_port = from.port,
              .stamp = said.stamp,
              .payload = std::span<const std::uint8_t>(payload).first(static_cast<std::size_t>(size))});
    }
}

result<void> sbfd_socket::send(std::span<const std::uint8_t> payload, const ip_address& to, std::uint16_t port)
{
    const socket_address address = socket_address_of(to, interface_, port);
    if (::sendto(socket_.get(), payload.data(), payload.size(), MSG_DONTWAIT, address.get(), address.length) < 0) {
        const int code = errno;
        return fail_errno("cannot answer " + to.to_string() + " on " + interface_text(interface_), code);
    }
    return {};
}

} // namespace xvrrp::net
