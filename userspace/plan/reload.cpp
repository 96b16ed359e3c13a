// SPDX-License-Identifier: BSD-2-Clause
#include "plan/reload.hpp"

#include <map>
#include <string>
#include <tuple>

namespace xvrrp::plan {

namespace {

using identity = std::tuple<std::string, vrid, address_family>;

identity identity_of(const vrrp_instance& instance)
{
    return {instance.interface, instance.vrid, instance.family};
}

} // namespace

reload_plan plan_reload(std::span<const vrrp_instance> running, std::span<const vrrp_instance> wanted)
{
    std::map<identity, std::size_t> left;
    for (std::size_t i = 0; i < running.size(); ++i) {
        left.emplace(identity_of(running[i]), i);
    }
    reload_plan plan;
    for (const vrrp_instance& each : wanted) {
        const auto same = left.find(identity_of(each));
        if (same == left.end()) {
            plan.continues.emplace_back(std::nullopt);
            continue;
        }
        plan.continues.emplace_back(same->second);
        left.erase(same);
    }
    for (std::size_t i = 0; i < running.size(); ++i) {
        const auto gone = left.find(identity_of(running[i]));
        if (gone != left.end() && gone->second == i) {
            plan.removed.push_back(i);
        }
    }
    return plan;
}

} // namespace xvrrp::plan
