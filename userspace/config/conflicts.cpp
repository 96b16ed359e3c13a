// SPDX-License-Identifier: BSD-2-Clause
//
// What two instances can't share.
#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

/// The virtual router that an advert belongs to is known by the interface that it came in on, its family and its VRID;
/// so unicast and multicast, or two groups, don't make two virtual routers of one.
using router_key = std::tuple<std::string, address_family, vrid>;
using address_key = std::pair<ip_address, std::string>;

place place_of(const instance_draft& draft, const ip_address& address)
{
    for (const auto* list : {&draft.addresses, &draft.excluded}) {
        const auto found =
            std::ranges::find_if(*list, [&](const auto& entry) { return entry.address.address == address; });
        if (found != list->end()) {
            return found->where;
        }
    }
    return draft.where;
}

class conflict_check {
public:
    explicit conflict_check(reporter& report) : report_(report) {}

    /// True if the instance may stay, with the addresses that it keeps.
    bool admit(completed_instance& candidate)
    {
        vrrp_instance& instance = candidate.instance;
        const auto [first, is_new] =
            routers_.emplace(router_key{instance.interface, instance.family, instance.vrid}, instance.name);
        if (!is_new) {
            report_.error(
                candidate.draft->vrid->where,
                fmt::format(
                    "vrrp_instance {} has virtual_router_id {} on {} already; vrrp_instance {} is left out: give "
                    "it another virtual_router_id",
                    first->second, instance.vrid.value, instance.interface, instance.name));
            return false;
        }
        const bool had_addresses = !instance.virtual_addresses.empty();
        drop_taken(candidate, instance.virtual_addresses);
        drop_taken(candidate, instance.excluded_addresses);
        if (had_addresses && instance.virtual_addresses.empty()) {
            report_.error(
                candidate.draft->where,
                fmt::format("no address is left in virtual_ipaddress; vrrp_instance {} is left out", instance.name));
            return false;
        }
        return true;
    }

private:
    void drop_taken(const completed_instance& candidate, std::vector<virtual_address>& addresses)
    {
        std::erase_if(addresses, [&](const virtual_address& address) {
            const std::string& name = candidate.instance.name;
            const auto [owner, is_new] = addresses_.emplace(address_key{address.address, address.device}, name);
            if (is_new) {
                return false;
            }
            report_.error(place_of(*candidate.draft, address.address),
                          fmt::format("vrrp_instance {} has {} on {} already; it is left out here", owner->second,
                                      address.address.to_string(), address.device));
            return true;
        });
    }

    reporter& report_;
    std::map<router_key, std::string> routers_;
    std::map<address_key, std::string> addresses_;
};

} // namespace

void leave_out_conflicts(std::vector<completed_instance>& instances, reporter& report)
{
    conflict_check check(report);
    std::erase_if(instances, [&check](completed_instance& each) { return !check.admit(each); });
}

} // namespace xvrrp::config
