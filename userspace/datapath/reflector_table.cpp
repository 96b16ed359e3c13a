// SPDX-License-Identifier: BSD-2-Clause
//
// Peers come before the entry that demands them and go after it, so that nobody who may ask is refused meanwhile.
#include "datapath/reflector_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "datapath/maps.hpp"
#include "datapath/peer_map.hpp"

namespace xvrrp::datapath {

namespace {

xvrrp_reflector_key key_for_kernel(interface_index interface, const ip_address& address)
{
    xvrrp_reflector_key key{};
    key.ifindex = interface.value;
    key.family = static_cast<__u32>(address.family());
    address.to_abi(key.address);
    return key;
}

/// With the count of the entry that it replaces.
xvrrp_reflector value_for_kernel(int map, const xvrrp_reflector_key& key, const reflector& wanted, std::uint32_t number)
{
    xvrrp_reflector present{};
    const bool found = ::bpf_map_lookup_elem(map, &key, &present) == 0;
    return {.hang_limit_ns = static_cast<__u64>(wanted.hang_limit.count()),
            .discriminator = wanted.discriminator,
            .peers = number,
            .answered = found ? present.answered : 0};
}

} // namespace

result<void> reflector_table::set(const std::vector<reflector>& wanted)
{
    std::set<key> kept;
    result<void> outcome;
    for (const reflector& each : wanted) {
        if (!kept.emplace(each.interface, each.address).second) {
            continue;
        }
        if (auto published = publish(each); !published && outcome) {
            outcome =
                fail_within(fmt::format("cannot answer probes to {}", each.address.to_string()), published.error());
        }
    }
    std::vector<key> unwanted;
    for (const auto& [present, unused] : entries_) {
        if (!kept.contains(present)) {
            unwanted.push_back(present);
        }
    }
    std::ranges::for_each(unwanted, [&](const key& which) { remove(which); });
    return outcome;
}

result<void> reflector_table::publish(const reflector& wanted)
{
    const key where{wanted.interface, wanted.address};
    if (const auto present = entries_.find(where); present != entries_.end() && present->second.settings == wanted) {
        return {};
    }
    entry& owner = entries_[where];
    const std::set<ip_address> peers(wanted.peers.begin(), wanted.peers.end());
    if (!peers.empty() && owner.number == 0) {
        owner.number = free_number();
    }
    if (auto published = publish_peers(owner, peers); !published) {
        return published;
    }
    if (kernel_) {
        const xvrrp_reflector_key in_kernel = key_for_kernel(wanted.interface, wanted.address);
        const xvrrp_reflector value =
            value_for_kernel(kernel_->reflectors, in_kernel, wanted, peers.empty() ? 0 : owner.number);
        if (auto stored = maps::put(kernel_->reflectors, "sbfd_reflectors", in_kernel, value); !stored) {
            return stored;
        }
    }
    retire_peers(owner, peers);
    owner.settings = wanted;
    return {};
}

result<void> reflector_table::publish_peers(entry& owner, const std::set<ip_address>& peers)
{
    for (const ip_address& peer : peers) {
        if (owner.peers.contains(peer)) {
            continue;
        }
        if (kernel_) {
            if (auto stored = peer_map::add(kernel_->peers, owner.number, peer); !stored) {
                return stored;
            }
        }
        owner.peers.insert(peer);
    }
    return {};
}

void reflector_table::retire_peers(entry& owner, const std::set<ip_address>& kept)
{
    std::erase_if(owner.peers, [&](const ip_address& peer) {
        if (kept.contains(peer)) {
            return false;
        }
        if (kernel_) {
            peer_map::remove(kernel_->peers, owner.number, peer);
        }
        return true;
    });
}

void reflector_table::remove(const key& which)
{
    if (kernel_) {
        maps::erase(kernel_->reflectors, key_for_kernel(which.first, which.second));
    }
    retire_peers(entries_.at(which), {});
    entries_.erase(which);
}

std::uint32_t reflector_table::free_number() const
{
    std::set<std::uint32_t> used;
    for (const auto& [unused, each] : entries_) {
        used.insert(each.number);
    }
    std::uint32_t candidate = XVRRP_REFLECTOR_PEERS;
    while (used.contains(candidate)) {
        ++candidate;
    }
    return candidate;
}

} // namespace xvrrp::datapath
