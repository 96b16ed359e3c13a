// SPDX-License-Identifier: BSD-2-Clause
//
// What the sockets of protocol 112 and of S-BFD have in common: addresses as the kernel wants them, and options set one
// after the other. Calls are system calls of the caller's thread.
#pragma once

#include <sys/socket.h>

#include <cerrno>

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::net {

/// RFC 9568 5.1.1.3 and 5.1.2.3 for adverts, RFC 5881 5 for BFD.
inline constexpr int full_hop_limit = 255;
inline constexpr int internetwork_control = 0xc0; // CS6, RFC 4594 3.2
/// What CS6 is called in 802.1Q; the socket's TOS alone doesn't set it.
inline constexpr int control_priority = 6;

struct socket_address {
    sockaddr_storage storage{};
    socklen_t length = 0;
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// The interface is the scope of what is link-local (RFC 4007), and ignored with everything else. `port`: of UDP, 0 for
/// a raw socket.
[[nodiscard]] socket_address socket_address_of(const ip_address& address, interface_index interface,
                                               std::uint16_t port = 0);
/// Of a datagram's sender, with its port.
struct endpoint {
    ip_address address;
    std::uint16_t port = 0;
};
[[nodiscard]] endpoint endpoint_of(const sockaddr_storage& sender);

/// Sets options one after the other and remembers the first that was refused.
class socket_options {
public:
    explicit socket_options(int fd) : fd_(fd) {}

    template <class Value> void set(int level, int name, const Value& value, const char* text)
    {
        if (failed_ == nullptr && ::setsockopt(fd_, level, name, &value, sizeof value) != 0) {
            code_ = errno;
            failed_ = text;
        }
    }
    [[nodiscard]] result<void> outcome() const
    {
        return failed_ == nullptr ? result<void>{} : fail_errno(failed_, code_);
    }

private:
    int fd_;
    const char* failed_ = nullptr;
    int code_ = 0;
};

} // namespace xvrrp::net
