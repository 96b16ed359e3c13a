// SPDX-License-Identifier: BSD-2-Clause
//
// A netlink socket of the ROUTE family.
#include "net/route_socket.hpp"

#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <string>

namespace xvrrp::net {

namespace {

/// A thousand addresses that change make a thousand datagrams of about 1 KiB of kernel memory each; this holds several
/// thousand. Memory is taken as datagrams wait, not beforehand.
constexpr int receive_buffer_bytes = 8 * 1024 * 1024;

/// The kernel makes dumps in pieces of up to 32 KiB.
constexpr std::size_t datagram_bytes = 64UL * 1024;

/// The kernel answers a request while it is sent; an answer that hasn't come by then isn't coming.
constexpr timeval answer_timeout{.tv_sec = 5, .tv_usec = 0};

void enlarge_receive_buffer(int fd)
{
    const int bytes = receive_buffer_bytes;
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
        // Without CAP_NET_ADMIN the system's limit (net.core.rmem_max) applies; a loss is noticed and made up for.
        ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
}

} // namespace

void route_socket::closer::operator()(nl_sock* socket) const
{
    nl_socket_free(socket);
}

route_socket::route_socket(std::unique_ptr<nl_sock, closer> socket)
    : socket_(std::move(socket)), buffer_(datagram_bytes)
{
}

result<route_socket> route_socket::open()
{
    std::unique_ptr<nl_sock, closer> socket(nl_socket_alloc());
    if (!socket) {
        return fail_errno("netlink socket", ENOMEM);
    }
    if (const int status = nl_connect(socket.get(), NETLINK_ROUTE); status < 0) {
        return fail(std::string("netlink socket: ") + nl_geterror(status));
    }
    const int fd = nl_socket_get_fd(socket.get());
    enlarge_receive_buffer(fd);
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &answer_timeout, sizeof answer_timeout) != 0) {
        return fail_errno("netlink socket: receive timeout", errno);
    }
    return route_socket(std::move(socket));
}

int route_socket::fd() const
{
    return nl_socket_get_fd(socket_.get());
}

std::expected<std::span<std::uint8_t>, int> route_socket::receive(waiting wait)
{
    const int flags = MSG_TRUNC | (wait == waiting::no ? MSG_DONTWAIT : 0);
    while (true) {
        sockaddr_nl sender{};
        socklen_t sender_length = sizeof sender;
        const ssize_t length = ::recvfrom(fd(), buffer_.data(), buffer_.size(), flags,
                                          reinterpret_cast<sockaddr*>(&sender), &sender_length);
        if (length < 0) {
            if (errno == EINTR) {
                continue;
            }
            return std::unexpected(errno);
        }
        if (static_cast<std::size_t>(length) > buffer_.size()) {
            return std::unexpected(EMSGSIZE);
        }
        constexpr std::uint32_t kernel = 0;
        if (sender.nl_pid == kernel) {
            return std::span(buffer_).first(static_cast<std::size_t>(length));
        }
    }
}

} // namespace xvrrp::net
