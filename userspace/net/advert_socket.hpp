// SPDX-License-Identifier: BSD-2-Clause
//
// Sends a virtual router's adverts: a raw socket of protocol 112 with TTL 255 (TX-01), or unicast_ttl, and TOS 0xC0. It
// also holds the group membership (TX-05: IGMPv3, MLDv2), and, by existing with a filter that rejects everything, keeps
// the kernel from answering adverts with ICMP protocol unreachable. Receives nothing. Called on the loop's thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::net {

struct advert_socket_settings {
    interface_index interface;
    ip_address source;              ///< of the interface, or mcast_src_ip/unicast_src_ip
    ip_address group;               ///< multicast: joined and sent to; not joined when `peers` isn't empty
    std::vector<ip_address> peers;  ///< unicast: each gets every advert
    std::uint8_t unicast_ttl = 255; ///< TTL or hop limit of what goes to peers, at least 1
    friend bool operator==(const advert_socket_settings&, const advert_socket_settings&) = default;
};

class advert_socket {
public:
    /// `source` needn't be an address of the host; the group, the peers and it are of one family. Fails when the
    /// interface is gone (ENODEV) or the process may not open raw sockets (EPERM).
    static result<advert_socket> open(const advert_socket_settings& settings);
    advert_socket(advert_socket&&) noexcept;
    advert_socket& operator=(advert_socket&&) noexcept;
    ~advert_socket(); ///< leaves the group

    /// One VRRP message to one destination; the checksum of IPv6 and of version 3 depends on it, so the caller encodes
    /// for each. Never blocks: what the socket has no room for is an error (EAGAIN), as is an interface that is down;
    /// what a queueing discipline drops is not noticed.
    result<void> send(std::span<const std::uint8_t> message, const ip_address& destination);

private:
    advert_socket(descriptor socket, interface_index interface);
    descriptor socket_;
    interface_index interface_;
};

} // namespace xvrrp::net
