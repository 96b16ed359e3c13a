// SPDX-License-Identifier: BSD-2-Clause
//
// Gratuitous ARP (S-X2: request, sender = target = VIP) and unsolicited Neighbor Advertisements (RFC 9568 8.2.2), as
// raw frames through one AF_PACKET socket that is opened at start. Called on the loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::net {

struct announcement {
    interface_index interface;
    mac_address mac; ///< the interface's
    ip_address address;
    bool router = true; ///< the R flag of an NA: the host forwards IPv6
};

/// The frame for one announcement: 42 bytes of ARP (a request with sender = target = VIP), or 86 of NA (to ff02::1,
/// from the VIP, Override set, Solicited clear).
[[nodiscard]] std::vector<std::uint8_t> announcement_frame(const announcement& what);

class announcer {
public:
    static result<announcer> open();
    announcer(announcer&&) noexcept;
    announcer& operator=(announcer&&) noexcept;
    ~announcer();

    /// One frame each, batched with sendmmsg, never blocking. Gives how many were sent; an interface that is down or
    /// gone is skipped and reported as the error after the rest has been sent. A frame for which a queue has no room
    /// (ENOBUFS, EAGAIN) is such an error too; the schedule repeats it.
    result<std::size_t> send(std::span<const announcement> what);

private:
    struct state;
    explicit announcer(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_; ///< the socket, and the buffers of one batch
};

} // namespace xvrrp::net
