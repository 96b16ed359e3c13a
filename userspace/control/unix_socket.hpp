// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses of unix sockets, for the control socket, the service manager's and syslogd's.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string_view>

#include "xvrrp/result.hpp"

namespace xvrrp::control {

struct unix_socket_address {
    sockaddr_un storage{};
    socklen_t length = 0;

    /// As bind, connect and sendto take it.
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// A path, or "@name" in the abstract namespace (unix(7)); an error if it is empty or longer than 107 bytes.
[[nodiscard]] result<unix_socket_address> unix_address(std::string_view name);

} // namespace xvrrp::control
