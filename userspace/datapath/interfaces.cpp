// SPDX-License-Identifier: BSD-2-Clause
//
// From the best way to hear an interface to the one that always works. A pinned link of an earlier run comes first: an
// exchanged program goes unnoticed, while attaching native XDP afresh can take a NIC's link down for seconds.
#include "datapath/interfaces.hpp"

#include <fmt/format.h>

#include <cstring>

#include "datapath/drop_map.hpp"
#include "datapath/egress.hpp"

namespace xvrrp::datapath {

namespace {

/// The flavours to try, best first.
std::vector<xdp_flavour> candidates(xdp_mode wanted, const interface_facts& facts)
{
    const bool native =
        wanted == xdp_mode::native ? !facts.is_bond() : wanted == xdp_mode::automatic && facts.native_by_default();
    return native ? std::vector{xdp_flavour::native, xdp_flavour::generic} : std::vector{xdp_flavour::generic};
}

/// Which pinned link may stay. Of an automatic choice either flavour will do; who asked for one gets it tried again.
std::span<const xdp_flavour> adoptable(xdp_mode wanted, std::span<const xdp_flavour> all)
{
    return wanted == xdp_mode::automatic ? all : all.first(1);
}

std::string add_remark(std::string remark, std::string_view more)
{
    if (!remark.empty() && !more.empty()) {
        remark += "; ";
    }
    return remark += more;
}

/// What a user should know about XDP on such an interface, however it was asked for.
std::string remark_on(xdp_mode wanted, const std::string& name, const interface_facts& facts)
{
    std::string remark;
    if (wanted == xdp_mode::native && facts.is_bond()) {
        remark = fmt::format("{}: native XDP would see the members of a bond, not the bond, using generic XDP", name);
    }
    if (facts.hides_vlan_tags()) {
        remark = add_remark(std::move(remark),
                            fmt::format("{}: adverts on its VLANs look untagged to XDP, turn tag stripping off with "
                                        "`ethtool -K {} rxvlan off`",
                                        name, name));
    }
    return remark;
}

} // namespace

result<attachment> interface_table::attach(interface_index interface, const std::string& name, xdp_mode wanted)
{
    if (const entry* present = find(interface); present != nullptr && present->wanted == wanted && present->alive()) {
        return present->outcome;
    }
    detach(interface);
    auto attached = attach_anew(interface, name, wanted);
    if (!attached) {
        return fail_within(name, attached.error());
    }
    attached->wanted = wanted;
    return entries_.emplace(interface.value, std::move(*attached)).first->second.outcome;
}

result<interface_table::entry> interface_table::attach_anew(interface_index interface, const std::string& name,
                                                            xdp_mode wanted) const
{
    std::string reason;
    if (wanted == xdp_mode::socket) {
        reason = "xdp_mode socket";
    } else if (xdp_) {
        const interface_facts facts = read_interface_facts(name);
        if (wanted != xdp_mode::automatic || !facts.hides_vlan_tags()) {
            return attach_first(interface, name, wanted, facts);
        }
        reason =
            fmt::format("it has VLANs on it and strips their tags, which XDP can't see (`ethtool -K {} rxvlan off` "
                        "and a restart would let it use XDP)",
                        name);
    }
    if (leftovers_ != nullptr && drop_pinned_link(interface, *leftovers_)) {
        detach_egress(interface);
    }
    return with_socket(interface, name, reason);
}

result<interface_table::entry> interface_table::attach_first(interface_index interface, const std::string& name,
                                                             xdp_mode wanted, const interface_facts& facts) const
{
    const int program = xdp_->objects->xdp_program();
    const std::vector<xdp_flavour> flavours = candidates(wanted, facts);
    std::string remark = remark_on(wanted, name, facts);
    if (auto adopted = adopt_xdp(program, interface, adoptable(wanted, flavours), *xdp_->pins)) {
        return with_xdp(interface, name, std::move(*adopted), remark);
    }
    std::string refusal;
    for (const xdp_flavour flavour : flavours) {
        auto link = attach_xdp(program, interface, flavour, *xdp_->pins);
        if (link) {
            return with_xdp(interface, name, std::move(*link), remark);
        }
        if (link.error().code == EBUSY) {
            refusal = "another XDP program is attached to it or to an interface above it";
            break;
        }
        const bool native = flavour == xdp_flavour::native;
        refusal = fmt::format("{} XDP refused ({})", native ? "native" : "generic", std::strerror(link.error().code));
        if (native) {
            remark = add_remark(fmt::format("{}: {}, using generic XDP", name, refusal), remark);
        }
    }
    return with_socket(interface, name, refusal);
}

interface_table::entry interface_table::with_xdp(interface_index interface, const std::string& name, xdp_link link,
                                                 std::string remark) const
{
    if (auto counted = drop_map::add(xdp_->objects->maps().drops, interface); !counted) {
        remark = add_remark(std::move(remark),
                            fmt::format("{}: refused adverts aren't counted ({})", name, counted.error().what));
    }
    if (auto counted = attach_egress(xdp_->objects->egress_program(), interface); !counted) {
        remark =
            add_remark(std::move(remark), fmt::format("{}: packets sent from VIPs aren't counted, and a router that is "
                                                      "leaving isn't silenced ({})",
                                                      name, counted.error().what));
    }
    entry attached;
    attached.outcome = {.mode = link.flavour() == xdp_flavour::native ? attach_mode::native : attach_mode::generic,
                        .adopted = link.adopted(),
                        .remark = std::move(remark)};
    attached.link = std::move(link);
    return attached;
}

result<interface_table::entry> interface_table::with_socket(interface_index interface, const std::string& name,
                                                            const std::string& reason)
{
    auto socket = socket_source::open(interface);
    if (!socket) {
        return std::unexpected(socket.error());
    }
    entry attached;
    attached.outcome = {.mode = attach_mode::socket,
                        .adopted = false,
                        .remark = reason.empty() ? "" : fmt::format("{}: {}, {}", name, reason, lost_with_a_socket)};
    attached.socket = std::move(*socket);
    return attached;
}

void interface_table::detach(interface_index interface)
{
    const auto found = entries_.find(interface.value);
    if (found == entries_.end()) {
        return;
    }
    if (found->second.link) {
        detach_egress(interface);
        found->second.link->detach(*xdp_->pins);
        drop_map::remove(xdp_->objects->maps().drops, interface);
    }
    entries_.erase(found);
}

void interface_table::drop_leftovers()
{
    if (leftovers_ == nullptr) {
        return;
    }
    for (const interface_index interface : leftovers_->pinned_links()) {
        const entry* used = find(interface);
        if (used == nullptr || !used->link) {
            drop_pinned_link(interface, *leftovers_);
            detach_egress(interface);
        }
    }
}

const interface_table::entry* interface_table::find(interface_index interface) const
{
    const auto found = entries_.find(interface.value);
    return found == entries_.end() ? nullptr : &found->second;
}

} // namespace xvrrp::datapath
