// SPDX-License-Identifier: BSD-2-Clause
//
// Sync groups (see sync_group.hpp).
#include "core/sync_group.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::core {
namespace {

constexpr std::uint32_t bit(fault reason)
{
    return static_cast<std::uint32_t>(reason);
}

constexpr std::uint32_t of_the_group = bit(fault::sync_group) | bit(fault::awaiting_sync_group);

bool is_stopped(const group_member& member)
{
    return stops(member.faults & ~of_the_group);
}

bool waits(const group_member& member)
{
    return (member.faults & ~of_the_group) != 0 && !is_stopped(member);
}

bool is_active(const group_member& member)
{
    return member.state == state::active;
}

void tell(std::vector<group_order>& orders, std::size_t index, const group_member& member, fault reason, bool holds)
{
    const bool held = (member.faults & bit(reason)) != 0;
    if (holds && !held) {
        orders.push_back({.member = index, .what = fault_set{reason}});
    } else if (held && !holds) {
        orders.push_back({.member = index, .what = fault_cleared{reason}});
    }
}

/// What one can't do, none does.
std::vector<group_order> share_faults(std::span<const group_member> members)
{
    const auto stopped = std::ranges::count_if(members, is_stopped);
    const auto waiting = std::ranges::count_if(members, waits);
    std::vector<group_order> orders;
    for (std::size_t i = 0; i < members.size(); ++i) {
        tell(orders, i, members[i], fault::sync_group, stopped > (is_stopped(members[i]) ? 1 : 0));
        tell(orders, i, members[i], fault::awaiting_sync_group, waiting > (waits(members[i]) ? 1 : 0));
    }
    return orders;
}

std::vector<group_order> tell_all(std::span<const group_member> members, bool active, const event& what)
{
    std::vector<group_order> orders;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (is_active(members[i]) == active) {
            orders.push_back({.member = i, .what = what});
        }
    }
    return orders;
}

} // namespace

std::vector<group_order> sync_group::step(std::span<const group_member> members)
{
    if (auto orders = share_faults(members); !orders.empty()) {
        return orders;
    }
    const auto active = std::ranges::count_if(members, is_active);
    if (active == std::ssize(members)) {
        active_ = !members.empty();
        return {};
    }
    const bool was_active = std::exchange(active_, false);
    const bool all_can = std::ranges::none_of(
        members, [](const group_member& each) { return each.state == state::initialize || stops(each.faults); });
    if (active > 0 && (was_active || !all_can)) {
        return tell_all(members, true, group_left_active{});
    }
    const bool all_want = std::ranges::all_of(members, &group_member::wants_active);
    if (active > 0 || all_want) {
        active_ = true;
        return tell_all(members, false, group_takes_over{});
    }
    return {};
}

group_state sync_group::state_of(std::span<const group_member> members)
{
    if (std::ranges::any_of(members, is_stopped)) {
        return group_state::fault;
    }
    if (std::ranges::all_of(members, is_active)) {
        return group_state::active;
    }
    const bool starting =
        std::ranges::any_of(members, [](const group_member& each) { return each.state == state::initialize; });
    return starting ? group_state::initialize : group_state::backup;
}

} // namespace xvrrp::core
