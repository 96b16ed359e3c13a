// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/address_holder.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "net/sysctl.hpp"

namespace xvrrp::runtime {

namespace {

/// What the kernel knows an address by: the same one with another prefix is another.
using identity = std::tuple<interface_index, ip_address, std::uint8_t>;

identity identity_of(const net::address_request& request)
{
    return {request.interface, request.ip, request.prefix_length};
}

/// Those in `from` that aren't in `other`.
std::vector<net::address_request> missing_in(std::span<const net::address_request> from,
                                             std::span<const net::address_request> other)
{
    std::set<identity> there;
    for (const net::address_request& each : other) {
        there.insert(identity_of(each));
    }
    std::vector<net::address_request> missing;
    std::ranges::copy_if(from, std::back_inserter(missing),
                         [&](const net::address_request& each) { return !there.contains(identity_of(each)); });
    return missing;
}

announcement_list announcements_of(const std::vector<plan::placed_address>& placed)
{
    auto list = std::make_shared<std::vector<net::announcement>>();
    std::map<interface_index, bool> forwards;
    for (const plan::placed_address& each : placed) {
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
    for (const plan::placed_address& each : placed) {
        if (!each.host_owned) {
            wanted.push_back(each.request);
        }
    }
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
    return kernel.add_addresses(requests_);
}

result<void> address_holder::release(net::netlink& kernel, const plan::own_addresses& kept)
{
    held_ = false;
    left_behind_ = false;
    std::vector<net::address_request> unwanted;
    std::ranges::copy_if(requests_, std::back_inserter(unwanted),
                         [&](const net::address_request& each) { return !kept.contains({each.interface, each.ip}); });
    return kernel.remove_addresses(unwanted);
}

bool address_holder::holds(interface_index interface, const ip_address& ip) const
{
    return held_ && std::ranges::any_of(requests_, [&](const net::address_request& each) {
               return each.interface == interface && each.ip == ip;
           });
}

} // namespace xvrrp::runtime
