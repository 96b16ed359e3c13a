// SPDX-License-Identifier: BSD-2-Clause
//
// What decides how XDP can be attached to an interface: its driver, and whether it hides VLAN tags. Asked of the
// network namespace of the calling thread.
#pragma once

#include <string>
#include <string_view>

namespace xvrrp::datapath {

struct interface_facts {
    std::string driver;            ///< as ETHTOOL_GDRVINFO gives it: "veth", "virtio_net", "bonding"; empty: unknown
    bool strips_vlan_tags = false; ///< receive VLAN offload is on, so tags are beside the frame, not in it
    bool has_vlan_children = false;

    /// Tagged adverts would look untagged to XDP and count for the wrong interface.
    [[nodiscard]] bool hides_vlan_tags() const { return strips_vlan_tags && has_vlan_children; }
    /// Whether native XDP is worth asking for unless the user does. Not on a veth: what XDP sends out of it is lost
    /// unless the other end has an XDP program too. Not on a bond: native XDP sees its members, not the bond.
    [[nodiscard]] bool native_by_default() const;
    [[nodiscard]] bool is_bond() const { return driver == "bonding"; }
};

/// What can't be asked stays as it is in an empty interface_facts.
interface_facts read_interface_facts(const std::string& name);

/// Whether an interface has a VLAN on it, by the text of /proc/net/vlan/config ("NAME | ID | PARENT" lines).
bool is_vlan_parent(std::string_view vlan_config, std::string_view name);

} // namespace xvrrp::datapath
