// SPDX-License-Identifier: BSD-2-Clause
//
// One LAN: a switch (a bridge in a namespace of its own) and hosts, each a namespace with eth0 plugged into it. What
// happens to a host happens at the switch: it is cut off, or its cable is pulled. Any thread, one object from one
// thread at a time.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lab/cable.hpp"
#include "lab/namespace.hpp"

namespace xvrrp::lab {

inline constexpr std::string_view host_interface = "eth0";

/// A host of a segment. The addresses follow from its number N, 1 to 250, so that a greater number is a greater
/// address: IPv4 10.0.0.N/24, IPv6 fe80::N/64 and 2001:db8::N/64, MAC 02:00:00:00:00:N, all usable at once (no DAD).
class host {
public:
    host(net_namespace place, std::string role, unsigned number);

    [[nodiscard]] net_namespace& ns() { return ns_; }
    [[nodiscard]] const net_namespace& ns() const { return ns_; }
    [[nodiscard]] const std::string& role() const { return role_; }
    [[nodiscard]] unsigned number() const { return number_; }
    [[nodiscard]] std::string ipv4() const;
    [[nodiscard]] std::string link_local() const;
    [[nodiscard]] std::string ipv6() const;
    [[nodiscard]] mac_address mac() const;
    /// The interface of the switch that the host's cable ends in.
    [[nodiscard]] std::string port() const;
    /// The other end of its eth0: the port, unless its cable is spliced.
    [[nodiscard]] const std::string& plug() const { return plug_; }
    /// The interfaces of the switch that all its cables end in, that of eth0 first.
    [[nodiscard]] std::vector<std::string> ports() const;

private:
    friend class segment;

    net_namespace ns_;
    std::string role_;
    unsigned number_;
    std::string plug_;
    std::vector<std::string> further_ports_;
};

struct segment_options {
    /// An XDP program at the switch's end of each cable, without which native XDP_TX on a host is lost (xdp_pass.hpp).
    bool xdp_at_switch = false;
    /// Roles of hosts whose cable can hold frames back.
    std::vector<std::string> spliced{};
};

class segment {
public:
    /// Hosts get the numbers 1, 2, 3, … in the order of `roles`, which are to be unique.
    static result<segment> create(const std::vector<std::string>& roles, const segment_options& options = {});

    /// By role; the role has to exist. References stay valid as long as the segment.
    [[nodiscard]] host& operator[](std::string_view role);
    [[nodiscard]] std::deque<host>& hosts() { return hosts_; }
    [[nodiscard]] net_namespace& switch_namespace() { return switch_; }

    /// One more interface of the host, plugged into the switch and up; MAC 02:00:00:00:M:N, where M is 1 for the first.
    /// Before a capture starts, which then hears it too.
    result<void> add_interface(host& host, const std::string& interface);

    /// The switch forwards nothing from or to the host's eth0 any more; no carrier changes.
    result<void> cut(const host& host);
    result<void> restore(const host& host);
    /// False: the cable is pulled, and eth0 of the host has no carrier.
    result<void> carrier(const host& host, bool up);
    /// Of a host whose role is among `spliced`.
    [[nodiscard]] cable& cable_of(const host& host) { return cables_.at(host.number()); }

private:
    explicit segment(net_namespace bridge_place, segment_options options)
        : switch_(std::move(bridge_place)), options_(std::move(options))
    {
    }

    result<void> add_host(const std::string& role); ///< with the next number
    result<void> wire(host& added);
    result<void> splice_cable(host& added);
    result<void> attach_xdp_at_switch(const host& host);

    net_namespace switch_;
    segment_options options_;
    std::deque<host> hosts_;
    std::vector<file_descriptor> links_;
    std::map<unsigned, cable> cables_; ///< by the number of the host
};

} // namespace xvrrp::lab
