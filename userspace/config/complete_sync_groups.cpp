// SPDX-License-Identifier: BSD-2-Clause
//
// Sync groups: who is in which, and what tracking becomes in a group.
#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

class group_completion {
public:
    group_completion(const global_draft& global, std::vector<completed_instance>& instances, reporter& report)
        : global_(global), instances_(instances), report_(report)
    {
    }

    std::optional<sync_group> run(const sync_group_draft& draft)
    {
        sync_group group;
        group.name = draft.name;
        group.where = locate(draft.where);
        group.tracking_weight = draft.tracking_weight && draft.tracking_weight->value;
        group.notify = draft.notify;
        use_script_user(group.notify, global_);
        const std::vector<tracked_interface> shared = take(draft.track_interfaces, draft.name, group);
        for (const auto& name : draft.members) {
            if (completed_instance* member = find(draft, name)) {
                join(*member, draft, shared, group);
            }
        }
        if (group.members.empty()) {
            report_.error(
                draft.where,
                fmt::format("vrrp_sync_group {} has no vrrp_instance that can run; it is left out", draft.name));
            return std::nullopt;
        }
        remark_on(draft, group);
        return group;
    }

private:
    completed_instance* find(const sync_group_draft& draft, const located<std::string>& name)
    {
        const auto found = std::ranges::find_if(
            instances_, [&](const completed_instance& each) { return each.instance.name == name.value; });
        if (found == instances_.end()) {
            report_.error(name.where, fmt::format("there is no vrrp_instance {} that could run; it isn't in "
                                                  "vrrp_sync_group {}",
                                                  name.value, draft.name));
            return nullptr;
        }
        if (found->group != nullptr) {
            report_.error(name.where, fmt::format("vrrp_instance {} is in vrrp_sync_group {} already; it isn't in {}",
                                                  name.value, found->group->name, draft.name));
            return nullptr;
        }
        return &*found;
    }

    std::vector<tracked_interface> take(const std::vector<located<tracked_interface>>& lines, const std::string& name,
                                        const sync_group& group)
    {
        std::vector<tracked_interface> tracked;
        for (const auto& each : lines) {
            tracked.push_back(each.value);
            drop_weight(tracked.back(), each.where, name, group);
        }
        return tracked;
    }

    void join(completed_instance& member, const sync_group_draft& draft, const std::vector<tracked_interface>& shared,
              sync_group& group)
    {
        member.group = &draft;
        member.instance.sync_group = draft.name;
        if (draft.priority_changes && !member.draft->priority_changes) {
            member.instance.notify_priority_changes = draft.priority_changes->value;
        }
        group.members.push_back(member.instance.name);
        std::vector<located<tracked_interface>> own;
        for (const auto& each : member.draft->track_interfaces) {
            if (std::ranges::find(shared, each.value.name, &tracked_interface::name) == shared.end()) {
                own.push_back(each);
                continue;
            }
            report_.warning(each.where, fmt::format("vrrp_sync_group {} tracks {} already; the group's line counts",
                                                    draft.name, each.value.name));
        }
        member.instance.track_interfaces = shared;
        std::ranges::move(take(own, member.instance.name, group), std::back_inserter(member.instance.track_interfaces));
    }

    void drop_weight(tracked_interface& tracked, place where, const std::string& name, const sync_group& group)
    {
        if (!tracked.weight || group.tracking_weight) {
            return;
        }
        report_.warning(where, fmt::format("({}) the weight of {} doesn't count in a sync group without "
                                           "sync_group_tracking_weight: being down is a fault",
                                           name, tracked.name));
        tracked.weight.reset();
        tracked.reverse = false;
    }

    void remark_on(const sync_group_draft& draft, const sync_group& group)
    {
        if (group.members.size() == 1) {
            report_.warning(draft.where, fmt::format("vrrp_sync_group {} has only one member; that is as if there "
                                                     "were no group",
                                                     draft.name));
        }
        const auto owners = std::ranges::count_if(instances_, [&](const completed_instance& each) {
            return each.group == &draft && each.instance.priority == owner_priority;
        });
        if (owners != 0 && owners != std::ssize(group.members)) {
            report_.warning(draft.where,
                            fmt::format("some members of vrrp_sync_group {} own their addresses (priority 255) and "
                                        "others don't: they can't move together",
                                        draft.name));
        }
    }

    const global_draft& global_;
    std::vector<completed_instance>& instances_;
    reporter& report_;
};

} // namespace

std::vector<sync_group> complete_sync_groups(const file_draft& file, std::vector<completed_instance>& instances,
                                             reporter& report)
{
    std::vector<sync_group> groups;
    group_completion completion(file.global, instances, report);
    for (const sync_group_draft& draft : file.sync_groups) {
        if (auto group = completion.run(draft)) {
            groups.push_back(std::move(*group));
        }
    }
    return groups;
}

void use_script_user(script_account& account, const global_draft& global)
{
    if (account.user.empty()) {
        account = value_or(global.script_user, script_account{});
    }
}

void use_script_user(notify_scripts& scripts, const global_draft& global)
{
    for (const notify_keyword& each : notify_keywords) {
        std::optional<notify_script>& script = scripts.*each.script;
        if (script) {
            use_script_user(script->account, global);
        }
    }
}

} // namespace xvrrp::config
