// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/address_holder.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "net/sysctl.hpp"

namespace xvrrp::runtime {

namespace {

/// Those in `from` that aren't in `other`. One with another option is another: it is removed and added again.
std::vector<net::address_request> missing_in(std::span<const net::address_request> from,
                                             std::span<const net::address_request> other)
{
    std::map<std::pair<interface_index, ip_address>, const net::address_request*> there;
    for (const net::address_request& each : other) {
        there.emplace(std::pair{each.interface, each.ip}, &each);
    }
    std::vector<net::address_request> missing;
    std::ranges::copy_if(from, std::back_inserter(missing), [&](const net::address_request& each) {
        const auto same = there.find({each.interface, each.ip});
        return same == there.end() || *same->second != each;
    });
    return missing;
}

announcement_list announcements_of(const std::vector<plan::placed_address>& placed)
{
    auto list = std::make_shared<std::vector<net::announcement>>();
    std::map<interface_index, bool> forwards;
    for (const plan::placed_address& each : placed) {
        if (each.request.ip.is_multicast()) {
            continue; // no neighbour resolves it
        }
        net::announcement what{.interface = each.request.interface, .mac = each.mac, .address = each.request.ip};
        if (what.address.family() == address_family::ipv6) {
            const auto [known, asked] = forwards.try_emplace(what.interface, false);
            if (asked) {
                known->second = net::forwards_ipv6(each.device).value_or(false);
            }
            what.router = known->second;
        }
        list->push_back(what);
    }
    return list;
}

} // namespace

address_holder::change address_holder::configure(const std::vector<plan::placed_address>& placed)
{
    std::vector<net::address_request> wanted;
    untracked_.clear();
    for (const plan::placed_address& each : placed) {
        if (each.host_owned) {
            continue;
        }
        wanted.push_back(each.request);
        if (!each.tracked) {
            untracked_.emplace(each.request.interface, each.request.ip);
        }
    }
    std::erase_if(given_up_, [this](const auto& each) { return !untracked_.contains(each); });
    change difference;
    if (in_place()) {
        difference = {.added = missing_in(wanted, requests_), .removed = missing_in(requests_, wanted)};
        if (!held_) {
            difference.added.clear();
        }
    }
    ++revision_;
    requests_ = std::move(wanted);
    announcements_ = announcements_of(placed);
    return difference;
}

result<void> address_holder::claim(net::netlink& kernel)
{
    held_ = true;
    left_behind_ = false;
    if (given_up_.empty()) {
        return kernel.add_addresses(requests_);
    }
    std::vector<net::address_request> wanted;
    std::ranges::copy_if(requests_, std::back_inserter(wanted), [this](const net::address_request& each) {
        return !given_up_.contains({each.interface, each.ip});
    });
    return kernel.add_addresses(wanted);
}

result<void> address_holder::release(net::netlink& kernel, const plan::own_addresses& kept)
{
    held_ = false;
    left_behind_ = false;
    given_up_.clear();
    std::vector<net::address_request> unwanted;
    std::ranges::copy_if(requests_, std::back_inserter(unwanted),
                         [&](const net::address_request& each) { return !kept.contains({each.interface, each.ip}); });
    return kernel.remove_addresses(unwanted);
}

bool address_holder::give_up(interface_index interface, const ip_address& ip)
{
    if (!untracked_.contains({interface, ip})) {
        return false;
    }
    given_up_.emplace(interface, ip);
    return true;
}

bool address_holder::holds(interface_index interface, const ip_address& ip) const
{
    return held_ && !given_up_.contains({interface, ip}) &&
           std::ranges::any_of(requests_, [&](const net::address_request& each) {
               return each.interface == interface && each.ip == ip;
           });
}

} // namespace xvrrp::runtime
