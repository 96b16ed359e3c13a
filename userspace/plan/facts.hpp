// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel last said of links and addresses: the second input of every plan. Filled from a dump and kept current
// by notifications. Pure data; the daemon's copy belongs to the loop's thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "net/types.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::plan {

class facts {
public:
    facts() = default;
    facts(std::span<const net::link> links, std::span<const net::address> addresses);

    /// Takes in one notification; true if it said anything new. An overrun changes nothing: dump again.
    bool apply(const net::netlink_event& event);

    [[nodiscard]] const net::link* link(std::string_view name) const;
    [[nodiscard]] const net::link* link(interface_index index) const;
    /// In the kernel's order: the primary address first.
    [[nodiscard]] std::span<const net::address> addresses(interface_index interface) const;
    [[nodiscard]] const net::address* address(interface_index interface, const ip_address& ip) const;
    [[nodiscard]] const std::map<interface_index, net::link>& links() const { return links_; }

private:
    bool add(const net::address& now);
    bool remove(const net::address& was);

    std::map<interface_index, net::link> links_;
    std::map<interface_index, std::vector<net::address>> addresses_;
};

} // namespace xvrrp::plan
