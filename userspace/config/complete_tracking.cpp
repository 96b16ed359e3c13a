// SPDX-License-Identifier: BSD-2-Clause
//
// Scripts, files and processes, and which instance tracks which.
#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using draft_lines = std::vector<located<tracked_object_draft>>;

/// Where lines that track objects of a kind stand, and where they go.
template <class Tracked> struct tracked_lists {
    std::vector<Tracked> vrrp_instance::* made;
    draft_lines instance_draft::* own;
    draft_lines sync_group_draft::* shared;
};

/// Of one kind of objects.
template <class Object, class Tracked> class tracking_completion {
public:
    tracking_completion(const tracked_kind& kind, tracked_lists<Tracked> lists, reporter& report)
        : kind_(kind), lists_(lists), report_(report)
    {
    }

    void add(Object made, place where) { objects_.push_back({.made = std::move(made), .where = where}); }

    void track(completed_instance& who)
    {
        if (who.group != nullptr) {
            track_all(who, who.group->*lists_.shared);
        }
        track_all(who, who.draft->*lists_.own);
        warn_of_nopreempt(who);
    }

    /// What is tracked, in its order.
    std::vector<Object> take()
    {
        std::vector<Object> made;
        for (candidate& each : objects_) {
            if (!each.named) {
                report_.warning(each.where, fmt::format("{} {} is in no {}; it {}", kind_.block, each.made.name,
                                                        kind_.keyword, kind_.idle));
            } else if (each.used) {
                made.push_back(std::move(each.made));
            }
        }
        return made;
    }

private:
    struct candidate {
        Object made;
        place where;
        bool named = false; ///< in a line
        bool used = false;
    };

    void track_all(completed_instance& who, const draft_lines& lines)
    {
        for (const auto& each : lines) {
            const auto found = std::ranges::find_if(
                objects_, [&each](const candidate& one) { return one.made.name == each.value.name; });
            if (found == objects_.end()) {
                report_.error(each.where, fmt::format("there is no {} {} that {}; it isn't tracked", kind_.block,
                                                      each.value.name, kind_.able));
                continue;
            }
            found->named = true;
            found->used = track(who, found->made, each) || found->used;
        }
    }

    /// False: it isn't tracked.
    bool track(completed_instance& who, const Object& object, const located<tracked_object_draft>& line)
    {
        vrrp_instance& instance = who.instance;
        std::vector<Tracked>& list = instance.*lists_.made;
        const weight_draft weight =
            line.value.weight.value_or(weight_draft{.weight = object.weight, .reverse = object.reverse});
        if (weight.weight && instance.priority == owner_priority) {
            report_.warning(line.where, fmt::format("the weight of {} has no effect with priority 255; it isn't "
                                                    "tracked here",
                                                    object.name));
            return false;
        }
        if (weight.weight && who.group != nullptr && !who.group->tracking_weight) {
            report_.warning(line.where, fmt::format("({}) {} {} has a weight, which doesn't count in a sync group "
                                                    "without sync_group_tracking_weight; it isn't tracked here",
                                                    instance.name, kind_.noun, object.name));
            return false;
        }
        if (std::ranges::find(list, object.name, &Tracked::name) != list.end()) {
            report_.warning(line.where, fmt::format("vrrp_sync_group {} tracks {} already; the group's line counts",
                                                    instance.sync_group, object.name));
            return true;
        }
        list.push_back({.name = object.name, .weight = weight.weight, .reverse = weight.reverse});
        return true;
    }

    /// The others obey nopreempt: a lower priority moves nothing.
    void warn_of_nopreempt(const completed_instance& who)
    {
        const vrrp_instance& instance = who.instance;
        if (instance.preempt || instance.leave_if_degraded) {
            return;
        }
        const std::vector<Tracked>& list = instance.*lists_.made;
        const auto weighted = std::ranges::find_if(list, [](const Tracked& each) { return each.weight.has_value(); });
        if (weighted != list.end()) {
            report_.warning(who.draft->preempt->where,
                            fmt::format("with nopreempt on all routers the addresses stay where they are when {} {} "
                                        "{}: its weight only lowers the priority; write leave_if_degraded beside "
                                        "nopreempt on all of them, or track it without a weight",
                                        kind_.noun, weighted->name, kind_.trouble));
        }
    }

    const tracked_kind& kind_;
    tracked_lists<Tracked> lists_;
    reporter& report_;
    std::vector<candidate> objects_;
};

std::optional<vrrp_script> complete(const script_draft& draft, const global_draft& global, reporter& report)
{
    if (!draft.command) {
        report.error(draft.where,
                     fmt::format("there is no 'script COMMAND' in it; vrrp_script {} is left out", draft.name));
        return std::nullopt;
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
    return script;
}

std::optional<track_file> complete(const track_file_draft& draft, reporter& report)
{
    if (!draft.path) {
        report.error(draft.where, fmt::format("there is no 'file PATH' in it; track_file {} is left out", draft.name));
        return std::nullopt;
    }
    const weight_draft weight = value_or(draft.weight, weight_draft{.weight = 1});
    return track_file{.name = draft.name,
                      .where = locate(draft.where),
                      .path = draft.path->value,
                      .weight = weight.weight,
                      .reverse = weight.reverse,
                      .start = draft.start ? std::optional(draft.start->value) : std::nullopt};
}

/// In the kernel a process has no longer name.
constexpr std::size_t longest_process_name = 15;

void warn_of_name(const track_process_draft& draft, const std::string& process, reporter& report)
{
    if (process.find('/') != std::string::npos) {
        report.warning(draft.command->where, "a process's name has no '/' in it; write full_command to compare its "
                                             "command line");
    } else if (process.size() > longest_process_name) {
        report.warning(draft.command->where,
                       fmt::format("the kernel keeps {} bytes of a process's name: '{}' is looked for; write "
                                   "full_command to compare its command line",
                                   longest_process_name, process.substr(0, longest_process_name)));
    }
}

std::optional<track_process> complete(const track_process_draft& draft, reporter& report)
{
    if (!draft.command) {
        report.error(draft.where,
                     fmt::format("there is no 'process NAME' in it; vrrp_track_process {} is left out", draft.name));
        return std::nullopt;
    }
    track_process made;
    made.name = draft.name;
    made.where = locate(draft.where);
    made.process = draft.command->value.front();
    made.parameters.assign(draft.command->value.begin() + 1, draft.command->value.end());
    if (draft.match || !made.parameters.empty()) {
        made.match = value_or(draft.match, process_match::exact);
    } else if (value_or(draft.full_command, false)) {
        made.match = process_match::command;
    } else {
        warn_of_name(draft, made.process, report);
    }
    const weight_draft weight = value_or(draft.weight, weight_draft{});
    made.weight = weight.weight;
    made.reverse = weight.reverse;
    made.quorum_max = draft.quorum_max ? std::optional(draft.quorum_max->value) : std::nullopt;
    made.quorum = value_or(draft.quorum, made.quorum_max == 0U ? 0U : 1U);
    made.fork_delay = value_or(draft.fork_delay, duration::zero());
    made.terminate_delay = value_or(draft.terminate_delay, duration::zero());
    if (made.quorum_max && *made.quorum_max < made.quorum) {
        report.error(draft.quorum_max->where,
                     fmt::format("quorum_max {} is below quorum {}; vrrp_track_process {} is left out",
                                 *made.quorum_max, made.quorum, draft.name));
        return std::nullopt;
    }
    return made;
}

} // namespace

void complete_tracking(const file_draft& file, std::vector<completed_instance>& instances, configuration& config,
                       reporter& report)
{
    tracking_completion<vrrp_script, tracked_script> scripts(tracked_scripts,
                                                             {.made = &vrrp_instance::track_scripts,
                                                              .own = &instance_draft::track_scripts,
                                                              .shared = &sync_group_draft::track_scripts},
                                                             report);
    for (const script_draft& draft : file.scripts) {
        if (auto script = complete(draft, file.global, report)) {
            scripts.add(std::move(*script), draft.where);
        }
    }
    tracking_completion<track_file, tracked_file> files(tracked_files,
                                                        {.made = &vrrp_instance::track_files,
                                                         .own = &instance_draft::track_files,
                                                         .shared = &sync_group_draft::track_files},
                                                        report);
    for (const track_file_draft& draft : file.files) {
        if (auto made = complete(draft, report)) {
            files.add(std::move(*made), draft.where);
        }
    }
    tracking_completion<track_process, tracked_process> processes(tracked_processes,
                                                                  {.made = &vrrp_instance::track_processes,
                                                                   .own = &instance_draft::track_processes,
                                                                   .shared = &sync_group_draft::track_processes},
                                                                  report);
    for (const track_process_draft& draft : file.processes) {
        if (auto made = complete(draft, report)) {
            processes.add(std::move(*made), draft.where);
        }
    }
    for (completed_instance& each : instances) {
        scripts.track(each);
        files.track(each);
        processes.track(each);
    }
    config.scripts = scripts.take();
    config.files = files.take();
    config.processes = processes.take();
}

} // namespace xvrrp::config
