// SPDX-License-Identifier: BSD-2-Clause
//
// Adds and removes many addresses with few system calls. Used by netlink, on the loop's thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "net/address_message.hpp"
#include "net/request_socket.hpp"
#include "net/types.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::net {

class address_changes {
public:
    address_changes();

    /// Carries out all changes that can be; the error names the addresses that were refused.
    result<void> apply(request_socket& socket, address_change change, std::span<const address_request> addresses);

private:
    struct failure {
        const address_request* address;
        int code;
        std::string reason;
    };
    std::expected<std::vector<failure>, int> apply_all(request_socket& socket, address_change change,
                                                       std::span<const address_request> addresses, bool mark);
    std::expected<std::vector<failure>, int> apply_some(request_socket& socket, address_change change,
                                                        std::span<const address_request> addresses, bool mark);
    std::expected<std::vector<failure>, int> again_unmarked(request_socket& socket, std::vector<failure> failures);
    static result<void> report(address_change change, const std::vector<failure>& failures);

    std::vector<std::uint8_t> buffer_; ///< allocated at start, so that a takeover doesn't
    std::size_t at_once_;              ///< requests in one send
    bool mark_ = true;                 ///< false once the kernel has refused IFA_PROTO
};

} // namespace xvrrp::net
