// SPDX-License-Identifier: BSD-2-Clause
//
// rtnetlink through libnl-3: dumps, changes of addresses, and notifications. One object owns one request socket and one
// notification socket; the daemon's loop thread is its only caller.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "net/types.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::net {

class netlink {
public:
    /// Opens both sockets and joins the link and IPv4/IPv6 address groups.
    static result<netlink> open();
    netlink(netlink&&) noexcept;
    netlink& operator=(netlink&&) noexcept;
    ~netlink();

    [[nodiscard]] result<std::vector<link>> links();
    [[nodiscard]] result<std::vector<address>> addresses();

    /// Adds all of them: requests in as few sends as the socket allows, an acknowledgement asked of the last of each
    /// send alone. An address that is there already is no error. Marked with IFA_PROTO 112 where the kernel keeps it;
    /// IPv6 without duplicate address detection.
    result<void> add_addresses(std::span<const address_request> wanted);
    /// Removes all of them; one that isn't there is no error.
    result<void> remove_addresses(std::span<const address_request> unwanted);

    /// Readable when notifications wait.
    [[nodiscard]] int monitor_fd() const;
    /// Hands every waiting notification to `sink`, without blocking.
    result<void> drain(const std::function<void(const netlink_event&)>& sink);

private:
    struct state;
    explicit netlink(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::net
