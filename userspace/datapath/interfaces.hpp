// SPDX-License-Identifier: BSD-2-Clause
//
// The attached interfaces, each by an XDP link with its tc filter or by a packet socket, and the choice between these.
// Owned by the datapath, called on its thread; asks about interfaces in that thread's network namespace.
#pragma once

#include <map>
#include <optional>

#include "datapath/attach.hpp"
#include "datapath/datapath.hpp"
#include "datapath/interface_facts.hpp"
#include "datapath/pins.hpp"
#include "datapath/skeleton.hpp"
#include "datapath/socket_source.hpp"

namespace xvrrp::datapath {

/// What XDP needs; borrowed, outlives the table.
struct xdp_means {
    const bpf_objects* objects;
    const pin_directory* pins;
};

class interface_table {
public:
    struct entry {
        xdp_mode wanted = xdp_mode::automatic;
        attachment outcome;
        std::optional<xdp_link> link;        ///< either this
        std::optional<socket_source> socket; ///< or this
        [[nodiscard]] bool alive() const { return link ? link->alive() : socket && socket->alive(); }
    };

    /// `xdp`: nothing where there is no BPF. `leftovers`: where links of an earlier run may be pinned, nullptr if
    /// nowhere.
    interface_table(std::optional<xdp_means> xdp, const pin_directory* leftovers) : xdp_(xdp), leftovers_(leftovers) {}

    result<attachment> attach(interface_index interface, const std::string& name, xdp_mode wanted);
    void detach(interface_index interface);
    void drop_leftovers();

    [[nodiscard]] const entry* find(interface_index interface) const;
    [[nodiscard]] std::map<std::uint32_t, entry>& all() { return entries_; }
    [[nodiscard]] const std::map<std::uint32_t, entry>& all() const { return entries_; }

private:
    result<entry> attach_anew(interface_index interface, const std::string& name, xdp_mode wanted) const;
    [[nodiscard]] result<entry> attach_first(interface_index interface, const std::string& name, xdp_mode wanted,
                                             const interface_facts& facts) const;
    [[nodiscard]] entry with_xdp(interface_index interface, const std::string& name, xdp_link link,
                                 std::string remark) const;
    [[nodiscard]] static result<entry> with_socket(interface_index interface, const std::string& name,
                                                   const std::string& reason);

    std::optional<xdp_means> xdp_;
    const pin_directory* leftovers_;
    std::map<std::uint32_t, entry> entries_; ///< by interface index
};

/// What is lost where a packet socket takes the place of XDP, for the end of a sentence.
inline constexpr std::string_view lost_with_a_socket =
    "using a packet socket: no_accept, VIP counters and the silencing of a router that is leaving or was succeeded "
    "don't work there";

} // namespace xvrrp::datapath
