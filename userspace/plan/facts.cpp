// SPDX-License-Identifier: BSD-2-Clause
#include "plan/facts.hpp"

#include <algorithm>

namespace xvrrp::plan {

namespace {

template <class... Handlers> struct overloaded : Handlers... {
    using Handlers::operator()...;
};

/// What the kernel tells two addresses of an interface apart by.
bool is_same(const net::address& one, const net::address& other)
{
    return one.ip == other.ip && one.prefix_length == other.prefix_length && one.peer == other.peer;
}

} // namespace

facts::facts(std::span<const net::link> links, std::span<const net::address> addresses)
{
    for (const net::link& each : links) {
        links_.emplace(each.index, each);
    }
    for (const net::address& each : addresses) {
        addresses_[each.interface].push_back(each);
    }
}

bool facts::apply(const net::netlink_event& event)
{
    return std::visit(overloaded{
                          [this](const net::link_changed& changed) {
                              const auto [at, added] = links_.try_emplace(changed.now.index, changed.now);
                              if (!added && at->second == changed.now) {
                                  return false;
                              }
                              at->second = changed.now;
                              return true;
                          },
                          [this](const net::link_removed& removed) {
                              addresses_.erase(removed.index);
                              return links_.erase(removed.index) > 0;
                          },
                          [this](const net::address_added& added) { return add(added.now); },
                          [this](const net::address_removed& removed) { return remove(removed.was); },
                          [](const net::overrun&) { return false; },
                      },
                      event);
}

bool facts::add(const net::address& now)
{
    std::vector<net::address>& there = addresses_[now.interface];
    const auto known = std::ranges::find_if(there, [&](const net::address& each) { return is_same(each, now); });
    if (known == there.end()) {
        there.push_back(now);
        return true;
    }
    if (*known == now) {
        return false;
    }
    *known = now;
    return true;
}

bool facts::remove(const net::address& was)
{
    const auto there = addresses_.find(was.interface);
    if (there == addresses_.end()) {
        return false;
    }
    return std::erase_if(there->second, [&](const net::address& each) { return is_same(each, was); }) > 0;
}

const net::link* facts::link(std::string_view name) const
{
    const auto found = std::ranges::find_if(links_, [&](const auto& each) { return each.second.name == name; });
    return found == links_.end() ? nullptr : &found->second;
}

const net::link* facts::link(interface_index index) const
{
    const auto found = links_.find(index);
    return found == links_.end() ? nullptr : &found->second;
}

std::span<const net::address> facts::addresses(interface_index interface) const
{
    const auto found = addresses_.find(interface);
    return found == addresses_.end() ? std::span<const net::address>{} : found->second;
}

const net::address* facts::address(interface_index interface, const ip_address& ip) const
{
    const std::span<const net::address> there = addresses(interface);
    const auto found = std::ranges::find(there, ip, &net::address::ip);
    return found == there.end() ? nullptr : &*found;
}

} // namespace xvrrp::plan
