// SPDX-License-Identifier: BSD-2-Clause
//
// Scripts, and which instance tracks which.
#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

class script_completion {
public:
    script_completion(const file_draft& file, reporter& report) : report_(report)
    {
        for (const script_draft& draft : file.scripts) {
            add(draft, file.global);
        }
    }

    void track(completed_instance& who)
    {
        if (who.group != nullptr) {
            track_all(who, who.group->track_scripts);
        }
        track_all(who, who.draft->track_scripts);
        warn_of_nopreempt(who);
    }

    void track_all(completed_instance& who, const std::vector<located<tracked_script_draft>>& lines)
    {
        for (const auto& each : lines) {
            const auto script = std::ranges::find(scripts_, each.value.name, &vrrp_script::name);
            if (script == scripts_.end()) {
                report_.error(each.where, fmt::format("there is no vrrp_script {} that could run; it isn't tracked",
                                                      each.value.name));
                continue;
            }
            named_.insert(script->name);
            if (track(who, *script, each)) {
                used_.insert(script->name);
            }
        }
    }

    std::vector<vrrp_script> take(const file_draft& file)
    {
        for (const script_draft& draft : file.scripts) {
            const bool known = std::ranges::find(scripts_, draft.name, &vrrp_script::name) != scripts_.end();
            if (known && !named_.contains(draft.name)) {
                report_.warning(draft.where,
                                fmt::format("vrrp_script {} is in no track_script; it isn't run", draft.name));
            }
        }
        std::erase_if(scripts_, [this](const vrrp_script& each) { return !used_.contains(each.name); });
        return std::move(scripts_);
    }

private:
    void add(const script_draft& draft, const global_draft& global)
    {
        if (!draft.command) {
            report_.error(draft.where,
                          fmt::format("there is no 'script COMMAND' in it; vrrp_script {} is left out", draft.name));
            return;
        }
        vrrp_script script;
        script.name = draft.name;
        script.where = locate(draft.where);
        script.command = draft.command->value;
        script.account = value_or(draft.account, value_or(global.script_user, script_account{}));
        script.interval = value_or(draft.interval, script.interval);
        script.timeout = value_or(draft.timeout, script.interval);
        const weight_draft weight = value_or(draft.weight, weight_draft{});
        script.weight = weight.weight;
        script.reverse = weight.reverse;
        script.rise = value_or(draft.rise, script.rise);
        script.fall = value_or(draft.fall, script.fall);
        script.init_fail = value_or(draft.init_fail, script.init_fail);
        scripts_.push_back(std::move(script));
    }

    /// False: it isn't tracked.
    bool track(completed_instance& who, const vrrp_script& script, const located<tracked_script_draft>& line)
    {
        vrrp_instance& instance = who.instance;
        const weight_draft weight =
            line.value.weight.value_or(weight_draft{.weight = script.weight, .reverse = script.reverse});
        if (weight.weight && instance.priority == owner_priority) {
            report_.warning(line.where, fmt::format("the weight of {} has no effect with priority 255; it isn't "
                                                    "tracked here",
                                                    script.name));
            return false;
        }
        if (weight.weight && who.group != nullptr && !who.group->tracking_weight) {
            report_.warning(line.where, fmt::format("({}) script {} has a weight, which doesn't count in a sync group "
                                                    "without sync_group_tracking_weight; it isn't tracked here",
                                                    instance.name, script.name));
            return false;
        }
        if (std::ranges::find(instance.track_scripts, script.name, &tracked_script::name) !=
            instance.track_scripts.end()) {
            report_.warning(line.where, fmt::format("vrrp_sync_group {} tracks {} already; the group's line counts",
                                                    instance.sync_group, script.name));
            return true;
        }
        instance.track_scripts.push_back({.name = script.name, .weight = weight.weight, .reverse = weight.reverse});
        return true;
    }

    /// The others obey nopreempt: a lower priority moves nothing.
    void warn_of_nopreempt(const completed_instance& who)
    {
        const vrrp_instance& instance = who.instance;
        if (instance.preempt || instance.leave_if_degraded) {
            return;
        }
        const auto weighted = std::ranges::find_if(instance.track_scripts,
                                                   [](const tracked_script& each) { return each.weight.has_value(); });
        if (weighted != instance.track_scripts.end()) {
            report_.warning(who.draft->preempt->where,
                            fmt::format("with nopreempt on all routers the addresses stay where they are when script "
                                        "{} fails: its weight only lowers the priority; write leave_if_degraded "
                                        "beside nopreempt on all of them, or track it without a weight",
                                        weighted->name));
        }
    }

    reporter& report_;
    std::vector<vrrp_script> scripts_;
    std::set<std::string> named_; ///< in a track_script
    std::set<std::string> used_;
};

} // namespace

std::vector<vrrp_script> complete_scripts(const file_draft& file, std::vector<completed_instance>& instances,
                                          reporter& report)
{
    script_completion completion(file, report);
    for (completed_instance& each : instances) {
        completion.track(each);
    }
    return completion.take(file);
}

} // namespace xvrrp::config
