// SPDX-License-Identifier: BSD-2-Clause
//
// Serves on in the place of a dead daemon, under the rule of a router that leaves: says priority 0 for each router that
// was Active, keeps its VIPs as long as nobody else is heard, and removes them when a successor is. Owned by the
// supervisor, on its one thread.
//
// Adverts are heard by packet sockets, whatever the daemon heard them by: XDP passes valid ones on. What came between
// the death and the opening of a socket is in XDP's records; an interface that the daemon heard by a socket has none,
// so a successor that is quicker is noticed by its second advert.
#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "daemon/logging.hpp"
#include "datapath/slot_table.hpp"
#include "datapath/socket_source.hpp"
#include "datapath/software_path.hpp"
#include "net/advert_socket.hpp"
#include "net/netlink.hpp"
#include "runtime/publication.hpp"

namespace xvrrp::daemon {

/// VIPs that a daemon of ours holds.
using held_addresses = std::set<std::pair<interface_index, ip_address>>;

class vip_guard {
public:
    /// `log` lives longer.
    vip_guard(std::filesystem::path bpf_directory, logger& log);

    /// A daemon died at `died`, with these routers' VIPs in place: at once says priority 0 where it is due. Those
    /// guarded already stay guarded. Gives for how many it was said.
    std::size_t take_over(std::vector<runtime::published_router> routers, time_point died);

    /// Readable when adverts wait.
    [[nodiscard]] std::vector<int> fds() const;
    /// Reads the adverts that wait, and removes the VIPs of those that were succeeded; but for `held`, which a new
    /// daemon has claimed meanwhile.
    void look(const held_addresses& held);
    /// Nothing is left to guard.
    [[nodiscard]] bool done() const { return guarded_.empty(); }
    /// How long the slowest of the successors may take, from priority 0 on.
    [[nodiscard]] duration successor_within() const;
    /// Removes what is left.
    void give_up();
    /// A new daemon looks after the VIPs from here on.
    void hand_over();

private:
    struct guarded {
        runtime::published_router router;
        std::optional<net::advert_socket> voice; ///< kept: without it the kernel answers adverts with ICMP errors
        std::optional<slot_index> slot;
        bool succeeded = false;
    };

    guarded& entry_of(const datapath::slot_settings& place);
    void listen_on(interface_index interface);
    bool resign(guarded& one);
    void enter(guarded& one);
    void hear(const xvrrp_event& heard);
    void remove_succeeded(const held_addresses& held);
    void remove(std::span<const net::address_request> unwanted);

    std::filesystem::path bpf_directory_;
    logger& log_;
    std::list<guarded> guarded_;
    std::map<interface_index, datapath::socket_source> ears_;
    std::optional<datapath::slot_table> slots_; ///< what the checks of adverts ask for; made when there is time
    datapath::software_path checks_;
};

} // namespace xvrrp::daemon
