// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/reflectors.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/sbfd.hpp"
#include "plan/detection.hpp"

namespace xvrrp::runtime {

std::vector<datapath::reflector> merge_reflectors(std::span<const reflecting_router> routers)
{
    std::map<std::pair<interface_index, ip_address>, datapath::reflector> merged;
    for (const reflecting_router& each : routers) {
        if (!each.config->fast_detect.enabled) {
            continue;
        }
        const datapath::reflector its{.interface = each.plan->link->index,
                                      .address = *each.plan->source,
                                      .discriminator = core::sbfd::discriminator_of(*each.plan->source),
                                      .hang_limit = plan::hang_limit_of(*each.config),
                                      .peers = each.plan->peers};
        const auto [at, first] = merged.try_emplace({its.interface, its.address}, its);
        if (first) {
            continue;
        }
        datapath::reflector& so_far = at->second;
        so_far.hang_limit = std::min(so_far.hang_limit, its.hang_limit);
        if (so_far.peers.empty() || its.peers.empty()) {
            so_far.peers.clear();
        } else {
            so_far.peers.insert(so_far.peers.end(), its.peers.begin(), its.peers.end());
        }
    }
    std::vector<datapath::reflector> all;
    all.reserve(merged.size());
    for (auto& [key, each] : merged) {
        std::ranges::sort(each.peers);
        const auto twice = std::ranges::unique(each.peers);
        each.peers.erase(twice.begin(), twice.end());
        all.push_back(std::move(each));
    }
    return all;
}

duration hang_limit_at(std::span<const datapath::reflector> all, interface_index interface, const ip_address& source)
{
    const auto found = std::ranges::find_if(
        all, [&](const datapath::reflector& each) { return each.interface == interface && each.address == source; });
    return found == all.end() ? duration::max() : found->hang_limit;
}

void reflectors::set(const std::vector<datapath::reflector>& wanted,
                     const std::function<bool(interface_index)>& heard_by_socket)
{
    std::vector<datapath::reflector> in_kernel;
    std::vector<datapath::reflector> in_userspace;
    for (const datapath::reflector& each : wanted) {
        (heard_by_socket(each.interface) ? in_userspace : in_kernel).push_back(each);
    }
    if (in_kernel != in_kernel_) {
        if (const result<void> done = kernel_.set_reflectors(in_kernel); !done) {
            log_(log_level::warning, "S-BFD reflectors: " + done.error().what);
        }
        in_kernel_ = std::move(in_kernel);
    }
    in_userspace_.set(in_userspace);
}

void reflectors::announce_leaving()
{
    kernel_.announce_leaving();
    in_userspace_.announce_leaving();
}

} // namespace xvrrp::runtime
