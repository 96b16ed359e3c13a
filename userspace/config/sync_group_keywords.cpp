// SPDX-License-Identifier: BSD-2-Clause
//
// The table of vrrp_sync_group.
#include <algorithm>
#include <array>

#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = sync_group_draft;

/// Names stand one in a line or several.
void read_members(target& group, const statement& what, reporter& report)
{
    if (!group.members.empty()) {
        report.error(what.keyword().where,
                     fmt::format("vrrp_sync_group {} has a group block already; this one is left out", group.name));
        return;
    }
    for (const statement& line : what.block) {
        for (const token& name : line.words) {
            const bool again =
                std::ranges::any_of(group.members, [&](const auto& each) { return each.value == name.text; });
            if (again) {
                report.warning(name.where, fmt::format("{} stands in this group already", name.text));
            } else {
                group.members.push_back({.value = name.text, .where = name.where});
            }
        }
    }
}

void read_interface(target& group, const statement& entry, reporter& report)
{
    read_tracked_interface(group.track_interfaces, entry, report);
}

void read_script_line(target& group, const statement& entry, reporter& report)
{
    read_tracked_object(group.track_scripts, tracked_scripts, entry, report);
}

void read_file_line(target& group, const statement& entry, reporter& report)
{
    read_tracked_object(group.track_files, tracked_files, entry, report);
}

void read_process_line(target& group, const statement& entry, reporter& report)
{
    read_tracked_object(group.track_processes, tracked_processes, entry, report);
}

template <void (*ReadEntry)(target&, const statement&, reporter&)>
void read_entries(target& group, const statement& what, reporter& report)
{
    for (const statement& entry : what.block) {
        if (is_entry(entry, report)) {
            ReadEntry(group, entry, report);
        }
    }
}

void read_tracking_weight(target& group, const statement& what, reporter&)
{
    group.tracking_weight = {.value = true, .where = what.keyword().where};
}

void read_global_tracking(target& group, const statement& what, reporter& report)
{
    report.warning(what.keyword().where,
                   "global_tracking is deprecated; write sync_group_tracking_weight if weights are to count");
    read_tracking_weight(group, what, report);
}

template <std::optional<notify_script> notify_scripts::* Member>
void read_notify(target& group, const statement& what, reporter& report)
{
    read_notify_script(group.notify.*Member, group.name, what, report);
}

/// keepalived's manual has it here too, but only instances are told of as deleted.
void leave_out_deleted(target&, const statement& what, reporter& report)
{
    report.warning(what.keyword().where,
                   fmt::format("notify_deleted works in a vrrp_instance alone; {}", line_left_out));
}

template <std::optional<notify_script> notify_scripts::* Member> constexpr keyword<target> notify(std::string_view name)
{
    return once_keyword<target>(name, read_notify<Member>, 1, 3);
}

constexpr auto later = [](std::string_view name) { return known_keyword<target>(name, keyword_effect::later); };

constexpr auto table = std::to_array<keyword<target>>({
    block_keyword<target>("group", read_members),
    block_keyword<target>("track_interface", read_entries<read_interface>),
    block_keyword<target>("track_script", read_entries<read_script_line>),
    block_keyword<target>("track_file", read_entries<read_file_line>),
    block_keyword<target>("track_process", read_entries<read_process_line>),
    value_keyword<target>("sync_group_tracking_weight", read_tracking_weight, 0, 0),
    value_keyword<target>("global_tracking", read_global_tracking, 0, 0),
    notify<&notify_scripts::master>("notify_master"),
    notify<&notify_scripts::backup>("notify_backup"),
    notify<&notify_scripts::fault>("notify_fault"),
    notify<&notify_scripts::stop>("notify_stop"),
    notify<&notify_scripts::any>("notify"),

    value_keyword<target>("notify_priority_changes", read_switch<target, &target::priority_changes>, 0, 1),
    value_keyword<target>("notify_deleted", leave_out_deleted, 0, 3),

    known_keyword<target>("smtp_alert", keyword_effect::accepted),

    later("track_bfd"),
});

} // namespace

void read_sync_group(file_draft& file, const statement& what, reporter& report)
{
    const token& name = what.words[1];
    if (name.text.empty() || name.text.size() > longest_name) {
        report.error(name.where, fmt::format("a vrrp_sync_group needs a name of 1 to {} bytes; the block is left out",
                                             longest_name));
        return;
    }
    if (std::ranges::find(file.sync_groups, name.text, &sync_group_draft::name) != file.sync_groups.end()) {
        report.error(name.where, fmt::format("vrrp_sync_group {} is there already; this one is left out", name.text));
        return;
    }
    sync_group_draft& group = file.sync_groups.emplace_back();
    group.name = name.text;
    group.where = name.where;
    read_block(std::span<const keyword<target>>(table), "a vrrp_sync_group block", what.block, group, report);
}

} // namespace xvrrp::config
