// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/notifier.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace xvrrp::track {
namespace {

const std::optional<notify_script>* script_for(const notify_scripts& scripts, instance_event what)
{
    switch (what) {
    case instance_event::master:
        return &scripts.master;
    case instance_event::backup:
        return &scripts.backup;
    case instance_event::fault:
        return &scripts.fault;
    case instance_event::stop:
        return &scripts.stop;
    case instance_event::deleted:
        return &scripts.deleted;
    case instance_event::rx_lower_pri:
        return &scripts.rx_lower_pri;
    case instance_event::removed:
    case instance_event::master_priority:
    case instance_event::backup_priority:
        break;
    }
    return nullptr;
}

/// None: the generic script isn't run.
std::optional<std::string_view> state_word(instance_event what)
{
    switch (what) {
    case instance_event::master:
        return "MASTER";
    case instance_event::backup:
        return "BACKUP";
    case instance_event::fault:
    case instance_event::removed:
        return "FAULT";
    case instance_event::stop:
        return "STOP";
    case instance_event::deleted:
        return "DELETED";
    case instance_event::rx_lower_pri:
    case instance_event::master_priority:
    case instance_event::backup_priority:
        break;
    }
    return std::nullopt;
}

std::string_view fifo_word(instance_event what)
{
    switch (what) {
    case instance_event::rx_lower_pri:
        return "MASTER_RX_LOWER_PRI";
    case instance_event::master_priority:
        return "MASTER_PRIORITY";
    case instance_event::backup_priority:
        return "BACKUP_PRIORITY";
    default:
        return state_word(what).value_or("");
    }
}

std::string fifo_line(std::string_view kind, std::string_view name, instance_event what, unsigned priority)
{
    std::string line(kind);
    line += " \"";
    line += name;
    line += "\" ";
    line += fifo_word(what);
    return line + " " + std::to_string(priority);
}

run_request request_for(const notify_script& script)
{
    return {.id = {},
            .command = script.command,
            .uid = script.account.uid,
            .gid = script.account.gid,
            .timeout = duration::zero()};
}

std::vector<run_request> runs_for(const notify_scripts& scripts, instance_event what,
                                  const std::array<std::string, 2>& who, unsigned priority)
{
    std::vector<run_request> runs;
    const std::optional<notify_script>* const own = script_for(scripts, what);
    if (own != nullptr && *own) {
        runs.push_back(request_for(**own));
    }
    const std::optional<std::string_view> state = state_word(what);
    if (state && scripts.any) {
        run_request& generic = runs.emplace_back(request_for(*scripts.any));
        generic.command.insert(generic.command.end(), {who[0], who[1], std::string(*state), std::to_string(priority)});
    }
    return runs;
}

} // namespace

std::vector<run_request> runs_for(const vrrp_instance& instance, instance_event what, priority ours)
{
    return runs_for(instance.notify, what, {"INSTANCE", instance.name}, ours.value);
}

std::vector<run_request> runs_for(const sync_group& group, instance_event what)
{
    return runs_for(group.notify, what, {"GROUP", group.name}, 0);
}

std::string fifo_line(const vrrp_instance& instance, instance_event what, priority ours)
{
    return fifo_line("INSTANCE", instance.name, what, ours.value);
}

std::string fifo_line(const sync_group& group, instance_event what)
{
    return fifo_line("GROUP", group.name, what, 0);
}

std::optional<notify_news> notifier::add(const std::string& instance, instance_event what,
                                         std::vector<run_request> runs)
{
    if (runs.empty()) {
        return std::nullopt;
    }
    line& here = lines_[instance];
    const bool waits_already = std::ranges::find(here.waiting, what, &event::what) != here.waiting.end();
    if (what == instance_event::rx_lower_pri && waits_already) {
        return std::nullopt;
    }
    here.waiting.push_back({.what = what, .runs = std::move(runs)});
    if (!std::exchange(here.busy, true)) {
        ready_.push_back(instance);
    }
    if (here.waiting.size() <= most_waiting) {
        return std::nullopt;
    }
    here.waiting.pop_front();
    if (std::exchange(here.dropped_told, true)) {
        return std::nullopt;
    }
    return notify_news{.what = notify_news::kind::dropped, .instance = instance, .script = here.script, .result = {}};
}

void notifier::start(const runner& run, time_point now)
{
    for (std::string& instance : std::exchange(ready_, {})) {
        line& here = lines_.find(instance)->second;
        if (here.rest.empty()) {
            std::vector<run_request>& runs = here.waiting.front().runs;
            here.rest.assign(std::make_move_iterator(runs.begin()), std::make_move_iterator(runs.end()));
            here.waiting.pop_front();
        }
        here.script = here.rest.front().command.front();
        here.started = now;
        here.slow_told = false;
        const run_id id = run(std::move(here.rest.front()));
        here.rest.pop_front();
        running_.emplace(id, std::move(instance));
    }
}

std::optional<notify_news> notifier::take(run_id id, const run_result& result)
{
    const auto run = running_.extract(id);
    if (run.empty()) {
        return std::nullopt;
    }
    const std::string& instance = run.mapped();
    const auto found = lines_.find(instance);
    line& here = found->second;
    notify_news news{.what = notify_news::kind::ended,
                     .instance = instance,
                     .script = std::exchange(here.script, {}),
                     .result = result};
    if (here.others_wait()) {
        ready_.push_back(instance);
    } else {
        lines_.erase(found);
    }
    return news;
}

std::vector<notify_news> notifier::find_slow(time_point now)
{
    std::vector<notify_news> found;
    for (auto& [instance, each] : lines_) {
        if (each.may_become_slow() && each.started + slow_after <= now) {
            each.slow_told = true;
            found.push_back(
                {.what = notify_news::kind::slow, .instance = instance, .script = each.script, .result = {}});
        }
    }
    return found;
}

std::optional<time_point> notifier::next_deadline() const
{
    if (!ready_.empty()) {
        return time_point{};
    }
    std::optional<time_point> next;
    for (const auto& [instance, each] : lines_) {
        if (each.may_become_slow() && (!next || each.started + slow_after < *next)) {
            next = each.started + slow_after;
        }
    }
    return next;
}

void notifier::abandon()
{
    lines_.clear();
    running_.clear();
    ready_.clear();
}

notifier::load notifier::load_of(std::string_view instance) const
{
    const auto found = lines_.find(instance);
    return found == lines_.end() ? load{}
                                 : load{.running = found->second.script, .waiting = found->second.waiting.size()};
}

} // namespace xvrrp::track
