// SPDX-License-Identifier: BSD-2-Clause
//
// Facts and configurations: every change of either is a new plan for the instances that it concerns, and applying a
// plan is the one way in which an instance is set up, faulted, brought back or changed by a reload.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "net/sysctl.hpp"
#include "plan/reload.hpp"
#include "runtime/controller.hpp"
#include "xvrrp/abi.h"

namespace xvrrp::runtime {

namespace {

template <class... Handlers> struct overloaded : Handlers... {
    using Handlers::operator()...;
};

constexpr std::array all_faults = {core::fault::interface_missing, core::fault::link_down,
                                   core::fault::no_address,        core::fault::tracked_interface,
                                   core::fault::not_attached,      core::fault::tracked_script,
                                   core::fault::awaiting_scripts,  core::fault::no_peer,
                                   core::fault::tracked_file,      core::fault::tracked_process};

/// Behind the kinds of core::notice_kind in an instance's repeat_gate.
constexpr std::size_t restored_notice = 7;

constexpr std::uint32_t bit(core::fault reason)
{
    return static_cast<std::uint32_t>(reason);
}

/// Neighbours must be told again: the interface has another MAC, or came back and may have lost its addresses.
bool must_announce_again(const plan::router_plan& before, const plan::router_plan& after)
{
    return std::ranges::any_of(after.addresses, [&](const plan::placed_address& now) {
        const auto was = std::ranges::find_if(before.addresses, [&](const plan::placed_address& each) {
            return each.request.ip == now.request.ip && each.request.interface == now.request.interface;
        });
        return was != before.addresses.end() && (was->mac != now.mac || (!was->device_running && now.device_running));
    });
}

} // namespace

void controller::drain_netlink()
{
    fact_changes changes;
    const time_point now = std::chrono::steady_clock::now();
    const result<void> drained =
        with_.netlink.drain([&](const net::netlink_event& event) { note_facts(event, changes, now); });
    if (!drained) {
        with_.log(log_level::error, "reading notifications of the kernel: " + drained.error().what);
        changes.overrun = true;
    }
    if (changes.overrun) {
        dump_facts_again(changes, now);
    }
    for (const net::link& each : damper_.due(now)) {
        believe(each, changes);
    }
    act_on(changes, now);
}

void controller::act_on(const fact_changes& changes, time_point now)
{
    if (changes.interfaces.empty() && changes.removed_addresses.empty()) {
        return;
    }
    space_announcements();
    for (const std::unique_ptr<instance>& each : instances_) {
        const bool concerned = std::ranges::any_of(
            changes.interfaces, [&](const std::string& name) { return plan::concerns(each->config, name); });
        if (concerned) {
            replan(*each, now);
        }
    }
    restore_lost_addresses(changes, now);
}

void controller::note_facts(const net::netlink_event& event, fact_changes& changes, time_point now)
{
    const auto name_of = [this](interface_index index) {
        const net::link* link = with_.facts.link(index);
        return link == nullptr ? std::string() : link->name;
    };
    const auto note_address = [&](const net::address& address, bool changed) {
        const bool ours = address.protocol == XVRRP_IFA_PROTO || with_.ours.contains({address.interface, address.ip});
        if (changed && !ours) {
            changes.interfaces.insert(name_of(address.interface));
        }
    };
    std::visit(overloaded{
                   [&](const net::link_changed& changed) {
                       believe(damper_.take(changed.now, with_.facts.link(changed.now.index), now), changes);
                   },
                   [&](const net::link_removed& removed) {
                       changes.interfaces.insert({name_of(removed.index), removed.name});
                       with_.facts.apply(event);
                       damper_.forget(removed.index);
                       attachments_.forget(removed.index);
                   },
                   [&](const net::address_added& added) { note_address(added.now, with_.facts.apply(event)); },
                   [&](const net::address_removed& removed) {
                       note_address(removed.was, with_.facts.apply(event));
                       changes.removed_addresses.emplace_back(removed.was.interface, removed.was.ip);
                   },
                   [&](const net::overrun&) { changes.overrun = true; },
               },
               event);
}

void controller::believe(const net::link& link, fact_changes& changes)
{
    const net::link* known = with_.facts.link(link.index);
    const std::string before = known == nullptr ? std::string() : known->name;
    if (with_.facts.apply(net::link_changed{link})) {
        changes.interfaces.insert({before, link.name});
    }
}

/// A link that is down, though interface_up_down_delays let nobody know of it yet, explains why nothing is heard: it is
/// a fault now, before the silence is taken for the other router's.
bool controller::reveal_lost_link(interface_index interface, time_point now)
{
    const std::optional<net::link> lost = damper_.reveal_loss(interface);
    if (!lost) {
        return false;
    }
    with_.log(log_level::info, lost->name + ": down, and adverts are missing: not waiting for its delay");
    fact_changes changes;
    believe(*lost, changes);
    act_on(changes, now);
    return true;
}

void controller::set_interface_rules(const configuration& wanted)
{
    damper_.configure(wanted.interface_delays);
    announce_gaps_ = {.garp = wanted.global.garp_interval, .gna = wanted.global.gna_interval};
    garp_groups_ = wanted.garp_groups;
    space_announcements();
}

/// Interfaces may come, go and be recreated: what is configured by name holds for those that there are.
void controller::space_announcements()
{
    std::vector<announce_group> groups;
    for (const garp_group& each : garp_groups_) {
        announce_group made{.spacing = {.garp = each.garp_interval, .gna = each.gna_interval}, .interfaces = {}};
        for (const std::string& name : each.interfaces) {
            if (const net::link* link = with_.facts.link(name)) {
                made.interfaces.push_back(link->index);
            }
        }
        groups.push_back(std::move(made));
    }
    with_.repeats.set_spacing(announce_gaps_, groups);
}

void controller::dump_facts_again(fact_changes& changes, time_point now)
{
    auto links = with_.netlink.links();
    const auto addresses = with_.netlink.addresses();
    if (!links || !addresses) {
        with_.log(log_level::error, "asking the kernel for links and addresses: " +
                                        (links ? addresses.error().what : links.error().what));
        return;
    }
    for (net::link& each : *links) {
        each = damper_.take(each, with_.facts.link(each.index), now);
    }
    exchanged_.clear();
    const plan::facts before = std::exchange(with_.facts, plan::facts(*links, *addresses));
    for (const auto& [index, link] : before.links()) {
        changes.interfaces.insert(link.name);
        if (with_.facts.link(index) == nullptr) {
            damper_.forget(index);
            attachments_.forget(index);
        }
    }
    for (const auto& [index, link] : with_.facts.links()) {
        changes.interfaces.insert(link.name);
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        for (const net::address_request& address : each->addresses.requests()) {
            changes.removed_addresses.emplace_back(address.interface, address.ip);
        }
    }
}

void controller::restore_lost_addresses(const fact_changes& changes, time_point now)
{
    std::set<instance*> robbed;
    for (const auto& [interface, ip] : changes.removed_addresses) {
        // Of an IPv6 address that is there again the kernel tells a moment later.
        const bool by_us = exchanged_.erase({interface, ip}) != 0;
        if (by_us || with_.facts.address(interface, ip) != nullptr || with_.facts.link(interface) == nullptr) {
            continue;
        }
        for (const std::unique_ptr<instance>& each : instances_) {
            if (!each->addresses.holds(interface, ip)) {
                continue;
            }
            if (each->addresses.give_up(interface, ip)) {
                with_.log(log_level::info,
                          fmt::format("({}) VIP {} was removed by somebody else; it has no_track, so it "
                                      "stays away until this router becomes MASTER again",
                                      each->config.name, ip.to_string()));
                continue;
            }
            ++each->counters.addresses_restored;
            robbed.insert(each.get());
            if (!each->notices.open(restored_notice, now)) {
                continue;
            }
            with_.log(log_level::warning, fmt::format("({}) VIP {} was removed by somebody else, restoring it",
                                                      each->config.name, ip.to_string()));
        }
    }
    for (instance* each : robbed) {
        handle(*each, core::address_lost{}, now);
    }
}

plan::router_plan controller::plan_of(const vrrp_instance& config) const
{
    return plan::plan_router(config, with_.facts, with_.ours, tracked_);
}

void controller::replan(instance& who, time_point now)
{
    plan::router_plan next = plan_of(who.config);
    if (next != who.planned || who.setup_error) {
        apply(who, std::move(next), now);
    }
}

void controller::apply(instance& who, plan::router_plan next, time_point now)
{
    const bool moved = who.planned.link && (!next.link || next.link->index != who.planned.link->index);
    const std::uint32_t faults = next.faults;
    note_failed(who, next);
    tell_faults(who, faults | who.reported_faults, now);
    if (moved || (!next.source && who.router.state() == core::state::initialize)) {
        close(who);
    }
    const plan::router_plan before = std::exchange(who.planned, std::move(next));
    change_held_addresses(who, who.addresses.configure(who.planned.addresses));

    const result<void> ready = set_up(who);
    if (!ready && who.setup_error != ready.error().what) {
        with_.log(log_level::error, fmt::format("({}) {}", who.config.name, ready.error().what));
    }
    who.setup_error = ready ? std::nullopt : std::optional(ready.error().what);
    reflectors_changed_ = true;

    if (who.planned.source && who.planned.source != before.source) {
        handle(who, core::primary_changed{*who.planned.source}, now);
    }
    if (who.planned.effective_priority != who.router.effective_priority()) {
        with_.log(log_level::info,
                  priority_line(who.config, who.router.effective_priority(), who.planned.effective_priority));
        handle(who, core::priority_changed{who.planned.effective_priority}, now);
        note_priority(who);
    }
    tell_faults(who, faults | (ready ? 0U : bit(core::fault::not_attached)), now);
    if (who.addresses.held() && must_announce_again(before, who.planned)) {
        handle(who, core::address_lost{}, now);
    }
}

void controller::tell_faults(instance& who, std::uint32_t faults, time_point now)
{
    const std::uint32_t before = std::exchange(who.reported_faults, faults);
    for (const core::fault each : all_faults) {
        if ((faults & ~before & bit(each)) != 0) {
            handle(who, core::fault_set{each}, now);
        }
    }
    for (const core::fault each : all_faults) {
        if ((before & ~faults & bit(each)) != 0) {
            handle(who, core::fault_cleared{each}, now);
        }
    }
}

result<void> controller::set_up(instance& who)
{
    const plan::router_plan& planned = who.planned;
    if (!planned.link || !planned.source) {
        return {};
    }
    if (result<void> attached = attachments_.need(planned.link->index, planned.link->name, who.config.xdp); !attached) {
        return attached;
    }
    std::map<interface_index, std::string> shared_subnets;
    if (who.config.promote_secondaries) {
        shared_subnets.emplace(planned.link->index, planned.link->name);
    }
    for (const plan::placed_address& each : planned.addresses) {
        if (result<void> attached = attachments_.need(each.request.interface, each.device, who.config.xdp); !attached) {
            return attached;
        }
        constexpr std::uint8_t host_mask = 32;
        if (each.request.ip.family() == address_family::ipv4 && each.request.prefix_length < host_mask) {
            shared_subnets.emplace(each.request.interface, each.device);
        }
    }
    promote_secondaries(who, shared_subnets);
    if (result<void> opened = who.sender.configure(who.config, planned); !opened) {
        return opened;
    }
    result<void> entered = who.heard_at.configure(with_.datapath, who.config, planned);
    if (who.heard_at.slot()) {
        const std::size_t slot = who.heard_at.slot()->value;
        if (slot >= by_slot_.size()) {
            by_slot_.resize(slot + 1, nullptr);
        }
        by_slot_[slot] = &who;
    }
    return entered;
}

/// Without it, removing the first address of a subnet removes the others with it, which may be VIPs. Where it can't be
/// set, what is lost is put back.
void controller::promote_secondaries(instance& who, const std::map<interface_index, std::string>& devices) const
{
    for (const auto& [index, device] : devices) {
        if (!who.promoted.insert(index).second) {
            continue;
        }
        const result<bool> changed = net::promote_secondaries(device);
        if (!changed) {
            with_.log(log_level::warning,
                      fmt::format("({}) {}: promote_secondaries can't be set ({}); a VIP that another address of its "
                                  "subnet takes along is put back",
                                  who.config.name, device, changed.error().what));
        } else if (*changed) {
            with_.log(log_level::info,
                      fmt::format("({}) {}: set promote_secondaries, so that no address takes another of its subnet "
                                  "along",
                                  who.config.name, device));
        }
    }
}

void controller::change_held_addresses(instance& who, const address_holder::change& change)
{
    const plan::own_addresses kept = held_by_others(who);
    std::vector<net::address_request> removed;
    std::ranges::copy_if(change.removed, std::back_inserter(removed), [&](const net::address_request& each) {
        return !kept.contains({each.interface, each.ip}) && with_.facts.link(each.interface) != nullptr;
    });
    for (const net::address_request& each : change.added) {
        const auto is_same = [&](const auto& other) {
            return other.interface == each.interface && other.ip == each.ip;
        };
        if (std::ranges::any_of(removed, is_same) && with_.facts.address(each.interface, each.ip) != nullptr) {
            exchanged_.emplace(each.interface, each.ip);
        }
    }
    if (!removed.empty()) {
        if (result<void> done = with_.netlink.remove_addresses(removed); !done) {
            with_.log(log_level::warning, fmt::format("({}) removing VIPs: {}", who.config.name, done.error().what));
        }
    }
    if (!change.added.empty()) {
        // Held already by the state machine's order: the new ones join them.
        handle(who, core::address_lost{}, std::chrono::steady_clock::now());
    }
}

void controller::reload(const configuration& wanted)
{
    if (shutting_down()) {
        return;
    }
    const time_point now = std::chrono::steady_clock::now();
    std::vector<instance*> running;
    std::vector<vrrp_instance> configured;
    for (const std::unique_ptr<instance>& each : instances_) {
        if (!each->removed) {
            running.push_back(each.get());
            configured.push_back(each->config);
        }
    }
    set_interface_rules(wanted);
    set_tracked(wanted, now);
    set_fifos(wanted.global);
    const plan::reload_plan difference = plan::plan_reload(configured, wanted.instances);
    // First what goes on, which may take over addresses of what goes away.
    for (std::size_t i = 0; i < wanted.instances.size(); ++i) {
        if (difference.continues[i]) {
            update(*running[*difference.continues[i]], wanted.instances[i], now);
        } else {
            add_instance(wanted.instances[i], now);
        }
    }
    for (const std::size_t gone : difference.removed) {
        running[gone]->removed = true;
        running[gone]->group.reset();
        handle(*running[gone], core::shutdown{}, now);
    }
    set_groups(wanted.sync_groups, now);
    if (wanted.global.fifo_states_on_reload) {
        write_states();
    }
    drop_finished();
    detach_unneeded();
    write_record(wanted);
}

void controller::update(instance& who, const vrrp_instance& config, time_point now)
{
    who.config = config;
    const before_step before = look_before(who, {});
    carry_out(who, who.router.reconfigure(plan::router_settings_of(config), now), before, now);
    apply(who, plan_of(config), now);
    settle(who);
}

void controller::detach_unneeded()
{
    std::set<interface_index> needed;
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->planned.link) {
            needed.insert(each->planned.link->index);
        }
        for (const plan::placed_address& address : each->planned.addresses) {
            needed.insert(address.request.interface);
        }
    }
    attachments_.keep_only(needed);
}

} // namespace xvrrp::runtime
