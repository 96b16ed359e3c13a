// SPDX-License-Identifier: BSD-2-Clause
#include "plan/router_plan.hpp"

#include <algorithm>
#include <iterator>

#include "xvrrp/abi.h"

namespace xvrrp::plan {

namespace {

bool is_virtual_address_of(const vrrp_instance& instance, const ip_address& ip)
{
    const auto same = [&](const virtual_address& each) { return each.address == ip; };
    return std::ranges::any_of(instance.virtual_addresses, same) ||
           std::ranges::any_of(instance.excluded_addresses, same);
}

bool is_ours(const net::address& address, const own_addresses& ours)
{
    return address.protocol == XVRRP_IFA_PROTO || ours.contains({address.interface, address.ip});
}

/// RFC 9568 7.2: the primary IPv4 address, or the link-local IPv6 address, of the interface. A virtual address is none,
/// unless this router owns it and the interface has no other.
std::optional<ip_address> source_address(const vrrp_instance& instance, const net::link& link, const facts& known,
                                         const own_addresses& ours)
{
    if (instance.source) {
        const net::address* there = known.address(link.index, *instance.source);
        const bool missing = instance.track_source && (there == nullptr || !there->usable);
        return missing ? std::nullopt : instance.source;
    }
    std::optional<ip_address> owned;
    for (const net::address& each : known.addresses(link.index)) {
        const bool fits = each.ip.family() == instance.family && each.usable &&
                          (instance.family == address_family::ipv4 || each.ip.is_link_local());
        if (!fits || is_ours(each, ours)) {
            continue;
        }
        if (!is_virtual_address_of(instance, each.ip)) {
            return each.ip;
        }
        if (instance.priority == owner_priority && !owned) {
            owned = each.ip;
        }
    }
    return owned;
}

std::vector<ip_address> other_hosts(const std::vector<ip_address>& peers, const facts& known)
{
    const auto is_local = [&](const ip_address& peer) {
        return std::ranges::any_of(known.links(),
                                   [&](const auto& link) { return known.address(link.first, peer) != nullptr; });
    };
    std::vector<ip_address> others;
    std::ranges::remove_copy_if(peers, std::back_inserter(others), is_local);
    return others;
}

void place(const std::vector<virtual_address>& wanted, const facts& known, const own_addresses& ours, router_plan& plan)
{
    for (const virtual_address& each : wanted) {
        const net::link* device = known.link(each.device);
        if (device == nullptr) {
            plan.missing_devices.push_back(each.device);
            continue;
        }
        const net::address* there = known.address(device->index, each.address);
        plan.addresses.push_back({
            .request = {.interface = device->index,
                        .ip = each.address,
                        .prefix_length = each.prefix_length,
                        .broadcast = each.broadcast,
                        .label = each.label,
                        .scope = each.scope,
                        .peer = each.peer,
                        .flags = each.flags,
                        .preferred_lifetime = each.preferred_lifetime},
            .device = each.device,
            .mac = device->mac,
            .device_running = device->running,
            .host_owned = there != nullptr && !is_ours(*there, ours),
            .tracked = each.tracked,
        });
    }
}

bool is_up(const facts& known, const std::string& name)
{
    const net::link* link = known.link(name);
    return link != nullptr && link->running;
}

/// `known`: what is known of the objects that the lines name, of a kind; one that isn't in it counts as `unknown`.
template <class Tracked, class Known, class Unknown>
core::tracking_effect effect_of_all(const std::vector<Tracked>& lines, const Known& known, const Unknown& unknown,
                                    std::vector<std::string>& failed)
{
    core::tracking_effect sum;
    for (const Tracked& each : lines) {
        const auto found = known.find(each.name);
        const core::tracking_effect effect =
            found == known.end() ? core::effect_of(each, unknown) : core::effect_of(each, found->second);
        if (effect.fault) {
            failed.push_back(each.name);
        }
        sum += effect;
    }
    return sum;
}

/// Of scripts, files and processes; the faults are entered in the plan.
core::tracking_effect effect_of_objects(const vrrp_instance& instance, const tracked_objects& tracked,
                                        router_plan& plan)
{
    core::tracking_effect sum;
    const auto add = [&](const core::tracking_effect& effect, core::fault reason) {
        if (effect.fault) {
            plan.faults |= static_cast<std::uint32_t>(reason);
        }
        if (effect.waits) {
            plan.faults |= static_cast<std::uint32_t>(core::fault::awaiting_scripts);
        }
        sum += effect;
    };
    add(effect_of_all(instance.track_scripts, tracked.scripts, core::script_verdict::pending, plan.failed_scripts),
        core::fault::tracked_script);
    add(effect_of_all(instance.track_files, tracked.files, std::nullopt, plan.failed_files), core::fault::tracked_file);
    add(effect_of_all(instance.track_processes, tracked.processes, std::nullopt, plan.failed_processes),
        core::fault::tracked_process);
    return sum;
}

} // namespace

router_plan plan_router(const vrrp_instance& instance, const facts& known, const own_addresses& ours,
                        const tracked_objects& tracked)
{
    router_plan plan;
    const auto set = [&plan](core::fault reason) { plan.faults |= static_cast<std::uint32_t>(reason); };
    plan.peers = other_hosts(instance.unicast_peers, known);
    if (plan.peers.empty() && instance.fault_without_peer) {
        set(core::fault::no_peer);
    } else if (plan.peers.empty()) {
        // There is nobody else to speak to, but none at all would be multicast.
        plan.peers = instance.unicast_peers;
    }

    if (const net::link* link = known.link(instance.interface); link == nullptr) {
        set(core::fault::interface_missing);
    } else {
        plan.link = *link;
        plan.source = source_address(instance, *link, known, ours);
        if (!link->running && instance.track_primary) {
            set(core::fault::link_down);
        }
        if (!plan.source) {
            set(core::fault::no_address);
        }
    }

    core::tracking_effect tracking;
    for (const tracked_interface& each : instance.track_interfaces) {
        tracking += core::effect_of(each, is_up(known, each.name));
    }
    if (tracking.fault) {
        set(core::fault::tracked_interface);
    }
    tracking += effect_of_objects(instance, tracked, plan);
    plan.effective_priority = core::effective_priority(instance.priority, tracking.delta);

    place(instance.virtual_addresses, known, ours, plan);
    place(instance.excluded_addresses, known, ours, plan);
    return plan;
}

core::router_settings router_settings_of(const vrrp_instance& instance)
{
    return {
        .version = instance.version,
        .base_priority = instance.priority,
        .advertisement_interval = instance.advert_interval,
        .preempt_mode = instance.preempt,
        .preempt_delay = instance.preempt_delay,
        .leave_if_degraded = instance.leave_if_degraded,
        .down_timer_adverts = instance.down_timer_adverts,
        .lower_prio_no_advert = instance.lower_prio_no_advert,
        .owner_ignore_adverts = instance.owner_ignore_adverts,
        .timer_expired_backup = instance.timer_expired_backup,
        .in_sync_group = !instance.sync_group.empty(),
        .announcements = {.master_delay = instance.garp.master_delay,
                          .master_repeat = instance.garp.master_repeat,
                          .refresh = instance.garp.refresh,
                          .refresh_repeat = instance.garp.refresh_repeat,
                          .lower_prio_repeat = instance.garp.lower_prio_repeat,
                          .lower_prio_delay = instance.garp.lower_prio_delay},
    };
}

bool concerns(const vrrp_instance& instance, std::string_view interface_name)
{
    const auto on_it = [&](const virtual_address& each) { return each.device == interface_name; };
    return instance.interface == interface_name || std::ranges::any_of(instance.virtual_addresses, on_it) ||
           std::ranges::any_of(instance.excluded_addresses, on_it) ||
           std::ranges::find(instance.track_interfaces, interface_name, &tracked_interface::name) !=
               instance.track_interfaces.end();
}

} // namespace xvrrp::plan
