// SPDX-License-Identifier: BSD-2-Clause
//
// Raw sockets of protocol 112 (raw(7), ip(7), ipv6(7)).
#include "net/advert_socket.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "net/interface_text.hpp"
#include "net/socket_options.hpp"

namespace xvrrp::net {

namespace {

constexpr int vrrp_protocol = 112; // RFC 9568 5.1.1.4

/// Takes everything that arrives out of the kernel's hands, which keeps it from answering with ICMP protocol
/// unreachable or ICMPv6 unrecognized next header, and keeps none of it.
void receive_nothing(socket_options& socket)
{
    std::array<sock_filter, 1> reject{{{.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = 0}}};
    socket.set(SOL_SOCKET, SO_ATTACH_FILTER, sock_fprog{.len = reject.size(), .filter = reject.data()},
               "SO_ATTACH_FILTER");
    constexpr int smallest = 0;
    socket.set(SOL_SOCKET, SO_RCVBUF, smallest, "SO_RCVBUF");
}

/// IP_TRANSPARENT: adverts may come from an address that isn't the host's (mcast_src_ip); IP_FREEBIND would let it be
/// bound, but not be sent from. The interface is named by number everywhere, so neither routes nor addresses matter.
void set_ipv4(socket_options& socket, int interface, int unicast_ttl)
{
    constexpr int on = 1;
    constexpr int off = 0;
    socket.set(IPPROTO_IP, IP_TRANSPARENT, on, "IP_TRANSPARENT");
    socket.set(IPPROTO_IP, IP_TTL, unicast_ttl, "IP_TTL");
    socket.set(IPPROTO_IP, IP_MULTICAST_TTL, full_hop_limit, "IP_MULTICAST_TTL");
    socket.set(IPPROTO_IP, IP_MULTICAST_LOOP, off, "IP_MULTICAST_LOOP");
    socket.set(IPPROTO_IP, IP_TOS, internetwork_control, "IP_TOS");
    // As keepalived's: Don't Fragment is for those who look for the MTU of a path.
    constexpr int fragmented_if_need_be = IP_PMTUDISC_DONT;
    socket.set(IPPROTO_IP, IP_MTU_DISCOVER, fragmented_if_need_be, "IP_MTU_DISCOVER");
    ip_mreqn through{};
    through.imr_ifindex = interface;
    socket.set(IPPROTO_IP, IP_MULTICAST_IF, through, "IP_MULTICAST_IF");
}

void set_ipv6(socket_options& socket, int interface, int unicast_ttl)
{
    constexpr int on = 1;
    constexpr int off = 0;
    socket.set(IPPROTO_IPV6, IPV6_TRANSPARENT, on, "IPV6_TRANSPARENT");
    socket.set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, unicast_ttl, "IPV6_UNICAST_HOPS");
    socket.set(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, full_hop_limit, "IPV6_MULTICAST_HOPS");
    socket.set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, off, "IPV6_MULTICAST_LOOP");
    socket.set(IPPROTO_IPV6, IPV6_TCLASS, internetwork_control, "IPV6_TCLASS");
    socket.set(IPPROTO_IPV6, IPV6_MULTICAST_IF, interface, "IPV6_MULTICAST_IF");
}

/// TX-05: the kernel reports it in IGMPv3 and MLDv2, and leaves when the socket is closed.
void join(socket_options& socket, const ip_address& group, int interface)
{
    if (group.family() == address_family::ipv4) {
        ip_mreqn membership{};
        std::memcpy(&membership.imr_multiaddr, group.bytes().data(), sizeof membership.imr_multiaddr);
        membership.imr_ifindex = interface;
        socket.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, "IP_ADD_MEMBERSHIP");
    } else {
        ipv6_mreq membership{};
        std::memcpy(&membership.ipv6mr_multiaddr, group.bytes().data(), sizeof membership.ipv6mr_multiaddr);
        membership.ipv6mr_interface = static_cast<unsigned>(interface);
        socket.set(IPPROTO_IPV6, IPV6_JOIN_GROUP, membership, "IPV6_JOIN_GROUP");
    }
}

result<void> configure(int fd, const advert_socket_settings& settings)
{
    const int interface = static_cast<int>(settings.interface.value);
    socket_options socket(fd);
    receive_nothing(socket);
    socket.set(SOL_SOCKET, SO_BINDTOIFINDEX, interface, "SO_BINDTOIFINDEX");
    if (settings.source.family() == address_family::ipv4) {
        set_ipv4(socket, interface, settings.unicast_ttl);
    } else {
        set_ipv6(socket, interface, settings.unicast_ttl);
    }
    socket.set(SOL_SOCKET, SO_PRIORITY, control_priority, "SO_PRIORITY"); // after IP_TOS, which changes it
    if (settings.peers.empty()) {
        join(socket, settings.group, interface);
    }
    return socket.outcome();
}

} // namespace

advert_socket::advert_socket(descriptor socket, interface_index interface)
    : socket_(std::move(socket)), interface_(interface)
{
}
advert_socket::advert_socket(advert_socket&&) noexcept = default;
advert_socket& advert_socket::operator=(advert_socket&&) noexcept = default;
advert_socket::~advert_socket() = default;

result<advert_socket> advert_socket::open(const advert_socket_settings& settings)
{
    const std::string context = "socket for adverts on " + interface_text(settings.interface);
    const int family = settings.source.family() == address_family::ipv4 ? AF_INET : AF_INET6;
    descriptor socket(::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, vrrp_protocol));
    if (!socket) {
        return fail_errno(context, errno);
    }
    if (const auto done = configure(socket.get(), settings); !done) {
        return fail_within(context, done.error());
    }
    const socket_address source = socket_address_of(settings.source, settings.interface);
    if (::bind(socket.get(), source.get(), source.length) != 0) {
        return fail_errno(context + ": cannot send from " + settings.source.to_string(), errno);
    }
    return advert_socket(std::move(socket), settings.interface);
}

result<void> advert_socket::send(std::span<const std::uint8_t> message, const ip_address& destination)
{
    const socket_address to = socket_address_of(destination, interface_);
    ssize_t sent = -1;
    do {
        sent = ::sendto(socket_.get(), message.data(), message.size(), MSG_DONTWAIT, to.get(), to.length);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        const int code = errno;
        return fail_errno("cannot send advert to " + destination.to_string() + " on " + interface_text(interface_),
                          code);
    }
    return {};
}

} // namespace xvrrp::net
