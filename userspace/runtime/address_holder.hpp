// SPDX-License-Identifier: BSD-2-Clause
//
// One virtual router's addresses: which requests put them in place, which frames announce them, whether they are held.
// Everything that a takeover needs is made ready when the plan changes. Belongs to the loop's thread.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "net/netlink.hpp"
#include "plan/router_plan.hpp"
#include "runtime/announce_queue.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class address_holder {
public:
    /// What a plan changed about addresses that are held now; the caller adds and removes them.
    struct change {
        std::vector<net::address_request> added;   ///< also those with other options, whose old form is in `removed`
        std::vector<net::address_request> removed; ///< to go first
    };
    change configure(const std::vector<plan::placed_address>& placed);

    /// Puts all of them in place, but for those that were given up; those that are there already are left alone.
    result<void> claim(net::netlink& kernel);
    /// Takes them away, but for those in `kept` (another router's by now).
    result<void> release(net::netlink& kernel, const plan::own_addresses& kept);

    /// About an address that somebody else removed. False: it is to be put back. True: it isn't tracked, and stays away
    /// until all have been released.
    bool give_up(interface_index interface, const ip_address& ip);

    /// Addresses of an earlier run lie on the interface: they go with the next release.
    void adopt() { left_behind_ = true; }
    /// In place by our doing, or left in place by an earlier run.
    [[nodiscard]] bool in_place() const { return held_ || left_behind_; }
    [[nodiscard]] bool held() const { return held_; }
    [[nodiscard]] bool holds(interface_index interface, const ip_address& ip) const;
    [[nodiscard]] const announcement_list& announcements() const { return announcements_; }
    /// Those that are ours to add and remove: not the host's own.
    [[nodiscard]] std::span<const net::address_request> requests() const { return requests_; }
    /// Changes whenever the requests may have.
    [[nodiscard]] unsigned revision() const { return revision_; }

private:
    std::vector<net::address_request> requests_;
    std::set<plan::own_addresses::value_type> untracked_;
    std::set<plan::own_addresses::value_type> given_up_; ///< of untracked_
    announcement_list announcements_;
    bool held_ = false;
    bool left_behind_ = false;
    unsigned revision_ = 0;
};

} // namespace xvrrp::runtime
