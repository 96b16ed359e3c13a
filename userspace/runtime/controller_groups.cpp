// SPDX-License-Identifier: BSD-2-Clause
//
// Sync groups: what a turn of the loop did to one member is carried over to the others before it ends.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "runtime/controller.hpp"

namespace xvrrp::runtime {

namespace {

using track::instance_event;

std::vector<core::group_member> look_at(const running_group& group)
{
    std::vector<core::group_member> members;
    members.reserve(group.members.size());
    for (const instance* each : group.members) {
        members.push_back({.state = each->router.state(),
                           .faults = each->router.faults(),
                           .wants_active = each->router.wants_active()});
    }
    return members;
}

std::optional<instance_event> event_of(core::group_state state)
{
    switch (state) {
    case core::group_state::active:
        return instance_event::master;
    case core::group_state::backup:
        return instance_event::backup;
    case core::group_state::fault:
        return instance_event::fault;
    case core::group_state::initialize:
        break;
    }
    return std::nullopt;
}

std::string_view state_word(core::group_state state)
{
    switch (state) {
    case core::group_state::active:
        return "MASTER";
    case core::group_state::backup:
        return "BACKUP";
    case core::group_state::fault:
        return "FAULT";
    case core::group_state::initialize:
        break;
    }
    return "INIT";
}

} // namespace

/// A group that goes on remembers what its scripts were told; what its members do now is looked at anew.
void controller::set_groups(const std::vector<sync_group>& wanted, time_point now)
{
    for (const std::unique_ptr<instance>& each : instances_) {
        each->group.reset();
    }
    std::vector<running_group> next;
    for (const sync_group& config : wanted) {
        running_group made{.config = config, .members = {}};
        for (const std::string& name : config.members) {
            const auto found = std::ranges::find_if(instances_, [&name](const std::unique_ptr<instance>& each) {
                return !each->removed && each->config.name == name;
            });
            if (found != instances_.end()) {
                (*found)->group = next.size();
                made.members.push_back(found->get());
            }
        }
        const auto before = std::ranges::find_if(
            groups_, [&config](const running_group& each) { return each.config.name == config.name; });
        if (before != groups_.end()) {
            made.told = before->told;
        }
        next.push_back(std::move(made));
    }
    groups_ = std::move(next);
    for (const std::unique_ptr<instance>& each : instances_) {
        for (const core::fault shared : {core::fault::sync_group, core::fault::awaiting_sync_group}) {
            if (!each->group && (each->router.faults() & static_cast<std::uint32_t>(shared)) != 0) {
                handle(*each, core::fault_cleared{shared}, now);
            }
        }
    }
    keep_in_step();
}

/// The rules end after few rounds: one for faults, one for the move, one that finds nothing more.
void controller::keep_in_step()
{
    constexpr int most_rounds = 8;
    for (running_group& group : groups_) {
        if (!group.changed) {
            continue;
        }
        for (int round = 0; round < most_rounds; ++round) {
            const auto orders = group.rules.step(look_at(group));
            if (orders.empty()) {
                break;
            }
            for (const core::group_order& each : orders) {
                handle(*group.members.at(each.member), each.what, std::chrono::steady_clock::now());
            }
        }
        group.changed = false;
        note_group(group);
    }
}

void controller::note_group(running_group& group)
{
    const core::group_state state = core::sync_group::state_of(look_at(group));
    const std::optional<instance_event> now = event_of(state);
    if (!now || now == group.told) {
        return;
    }
    group.told = now;
    with_.log(log_level::info,
              fmt::format("VRRP_Group({}) Syncing instances to {} state", group.config.name, state_word(state)));
    queue_notify(group, *now);
}

void controller::queue_notify(const running_group& group, instance_event what)
{
    fifos_.add(track::fifo_line(group.config, what));
    add_notify("group " + group.config.name, what, track::runs_for(group.config, what));
}

/// The other members announce their addresses too, as keepalived has it.
void controller::tell_contested(const instance& who, time_point now)
{
    if (!who.group) {
        return;
    }
    for (instance* const each : groups_.at(*who.group).members) {
        if (each != &who) {
            handle(*each, core::group_contested{}, now);
        }
    }
}

/// Each member leaves by itself from now on.
void controller::stop_groups()
{
    for (const running_group& each : groups_) {
        queue_notify(each, instance_event::stop);
    }
    groups_.clear();
    for (const std::unique_ptr<instance>& each : instances_) {
        each->group.reset();
    }
}

std::vector<control::group_status> controller::group_status() const
{
    std::vector<control::group_status> all;
    all.reserve(groups_.size());
    for (const running_group& each : groups_) {
        all.push_back({.name = each.config.name,
                       .state = std::string(state_word(core::sync_group::state_of(look_at(each)))),
                       .members = each.config.members});
    }
    return all;
}

} // namespace xvrrp::runtime
