// SPDX-License-Identifier: BSD-2-Clause
//
// Two namespaces joined by a veth pair, what the second one receives as bytes, and the events of a netlink monitor.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "lab/file_descriptor.hpp"
#include "lab/namespace.hpp"
#include "net/netlink.hpp"
#include "support/must.hpp"

namespace xvrrp::test {

using frame = std::vector<std::uint8_t>;

/// Every frame that arrives at one interface, from its making on.
class capture {
public:
    capture(const lab::net_namespace& place, const std::string& interface);
    /// The first frame that `wanted` is true of, empty if none came within the deadline; the rest is thrown away.
    [[nodiscard]] frame next(const std::function<bool(const frame&)>& wanted);
    /// All that waits already.
    [[nodiscard]] std::vector<frame> waiting();

private:
    lab::file_descriptor socket_;
};

/// "eth0" in `router` (02:00:00:00:00:01, 10.0.0.1/24, fe80::1, 2001:db8::1) and "eth0" in `peer` (02, 10.0.0.2, …).
class net_pair : public testing::Test {
protected:
    net_pair();

    lab::net_namespace router = must(lab::net_namespace::create("router"));
    lab::net_namespace peer = must(lab::net_namespace::create("peer"));
    interface_index eth0;
    mac_address mac;
};

/// A netlink object of the namespace `place`.
net::netlink open_netlink(const lab::net_namespace& place);

[[nodiscard]] ip_address ip(const char* text);

/// The request for ADDRESS/PREFIX_LENGTH on an interface.
[[nodiscard]] net::address_request request(interface_index interface, const ip_address& address,
                                           std::uint8_t prefix_length);

/// Whether any line of a command's output contains all of these.
[[nodiscard]] bool has_line(const std::string& output, const std::vector<std::string>& parts);

} // namespace xvrrp::test
