// SPDX-License-Identifier: BSD-2-Clause
//
// A netlink socket of the ROUTE family: opening it, its receive buffer, and receiving one datagram with the errno as
// the kernel gave it. Shared by the request socket and the monitor.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <vector>

#include "xvrrp/result.hpp"

struct nl_sock;

namespace xvrrp::net {

enum class waiting : std::uint8_t { yes, no };

class route_socket {
public:
    /// Connected, with a receive buffer as large as we are allowed.
    static result<route_socket> open();

    [[nodiscard]] nl_sock* handle() const { return socket_.get(); }
    [[nodiscard]] int fd() const;

    /// One datagram that the kernel sent (what other processes send is skipped), or the errno: EAGAIN when nothing
    /// waits, ENOBUFS once when datagrams were lost. Valid until the next call.
    std::expected<std::span<std::uint8_t>, int> receive(waiting wait);

private:
    struct closer {
        void operator()(nl_sock* socket) const;
    };
    explicit route_socket(std::unique_ptr<nl_sock, closer> socket);

    std::unique_ptr<nl_sock, closer> socket_;
    std::vector<std::uint8_t> buffer_;
};

} // namespace xvrrp::net
