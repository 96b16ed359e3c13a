// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications about links and addresses. Used by netlink, on the loop's thread.
#pragma once

#include <functional>

#include "net/route_socket.hpp"
#include "net/types.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::net {

class monitor {
public:
    static result<monitor> open();

    [[nodiscard]] int fd() const { return socket_.fd(); }
    /// Hands over what waits. When notifications were lost, the rest of what waits is thrown away, because it may be
    /// older than the dump that `overrun` asks for, and `overrun` comes last.
    result<void> drain(const std::function<void(const netlink_event&)>& sink);

private:
    explicit monitor(route_socket socket);
    void discard_waiting();

    route_socket socket_;
};

} // namespace xvrrp::net
