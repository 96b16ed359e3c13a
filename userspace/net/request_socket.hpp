// SPDX-License-Identifier: BSD-2-Clause
//
// The socket for requests: dumps, and many requests in one send. Used by netlink and address_changes, on the loop's
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "net/route_socket.hpp"
#include "xvrrp/result.hpp"

struct nlmsghdr;

namespace xvrrp::net {

/// The kernel's refusal of one request.
struct refusal {
    std::uint32_t sequence = 0;
    int code = 0;       ///< errno
    std::string reason; ///< the kernel's own words (NLMSGERR_ATTR_MSG), often empty
};

class request_socket {
public:
    static result<request_socket> open();

    /// Hands the messages of one dump to `sink`. `restart` is called first, and again each time the kernel says that
    /// the dump was interrupted by a change (NLM_F_DUMP_INTR), before it is repeated.
    /// \param header the family's header (ifinfomsg, ifaddrmsg) and attributes
    result<void> dump(std::uint16_t type, std::span<const std::uint8_t> header, const std::function<void()>& restart,
                      const std::function<void(nlmsghdr*)>& sink);

    [[nodiscard]] std::uint32_t next_sequence();

    /// Sends `requests`, of which the last, numbered `last`, asks for an acknowledgement, and gives those that were
    /// refused. errno EMSGSIZE or ENOBUFS: too many at once, answers may be lost; some may have been carried out.
    std::expected<std::vector<refusal>, int> transact(std::span<const std::uint8_t> requests, std::uint32_t last);

private:
    explicit request_socket(route_socket socket);
    enum class dump_end : std::uint8_t { complete, interrupted };
    result<dump_end> dump_once(std::uint16_t type, std::span<const std::uint8_t> header,
                               const std::function<void(nlmsghdr*)>& sink);
    void discard_waiting();

    route_socket socket_;
};

} // namespace xvrrp::net
