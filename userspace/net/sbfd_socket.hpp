// SPDX-License-Identifier: BSD-2-Clause
//
// A UDP socket for S-BFD on an interface that isn't heard by XDP: the port that our probes come from, where their
// replies arrive, or the reflector's port 7784 (RFC 7881 3). It answers nothing by itself. The prober's thread uses
// those for replies, the loop's thread those of reflectors.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::net {

struct sbfd_datagram {
    ip_address from;
    std::uint16_t from_port = 0;
    std::chrono::nanoseconds stamp{};      ///< the kernel's receive time, CLOCK_REALTIME since 1970
    std::span<const std::uint8_t> payload; ///< valid during the call alone
};

class sbfd_socket {
public:
    /// Bound to this address, port and interface; the address may be set on it later. Fails when the port is taken
    /// (EADDRINUSE), or the address is none of a host (EADDRNOTAVAIL, EINVAL).
    static result<sbfd_socket> open(interface_index interface, const ip_address& own, std::uint16_t port);

    [[nodiscard]] int fd() const { return socket_.get(); }
    /// Hands over what waits, at most `limit` datagrams, without blocking. Those with a hop limit other than 255 (RFC
    /// 5881 5) or longer than a control packet can be are passed over.
    void drain(const std::function<void(const sbfd_datagram&)>& sink, std::size_t limit);
    /// With hop limit 255, without blocking.
    result<void> send(std::span<const std::uint8_t> payload, const ip_address& to, std::uint16_t port);

private:
    sbfd_socket(descriptor socket, interface_index interface) : socket_(std::move(socket)), interface_(interface) {}

    descriptor socket_;
    interface_index interface_;
};

} // namespace xvrrp::net
