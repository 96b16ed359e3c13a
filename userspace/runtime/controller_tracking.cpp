// SPDX-License-Identifier: BSD-2-Clause
//
// What is tracked beside interfaces: what is known of it becomes a new plan for the instances that track it.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "runtime/controller.hpp"
#include "runtime/script_status.hpp"

namespace xvrrp::runtime {

namespace {

/// Whether an instance's list has an object of that name.
template <class Tracked> bool names(const std::vector<Tracked>& list, const std::string& object)
{
    return std::ranges::find(list, object, &Tracked::name) != list.end();
}

/// Part of the JSON interface: a name never changes its meaning.
std::string state_word(const track::process_state& state)
{
    if (!state.good) {
        return "waiting";
    }
    return *state.good ? "running" : "failed";
}

double seconds_since(std::optional<time_point> when, time_point now)
{
    return when ? std::chrono::duration<double>(now - *when).count() : 0;
}

} // namespace

void controller::set_tracked(const configuration& wanted, time_point now)
{
    scripts_.configure(wanted.scripts, spawner_, now);
    tracked_.scripts = scripts_.verdicts();
    const bool watched_before = watcher_.fd() >= 0;
    if (result<void> set = watcher_.configure(wanted, !std::exchange(started_, true) && !settings_.after_crash); !set) {
        with_.log(log_level::error, "watching what is tracked: " + set.error().what);
    }
    files_ = wanted.files;
    processes_ = wanted.processes;
    note_watched();
    if (watched_before || watcher_.fd() < 0) {
        return;
    }
    if (result<void> watched = loop_.watch(watcher_.fd(), [this] { watch_news_ = true; }); !watched) {
        with_.log(log_level::error, "listening for what is tracked: " + watched.error().what);
    }
}

/// What the plans are made of.
void controller::note_watched()
{
    tracked_.files = watcher_.numbers();
    tracked_.processes.clear();
    for (const auto& [name, state] : watcher_.processes()) {
        if (state.good) {
            tracked_.processes.emplace(name, *state.good);
        }
    }
}

void controller::take_watch_news(time_point now)
{
    if (!std::exchange(watch_news_, false)) {
        return;
    }
    const track::watcher::changes changes = watcher_.take();
    for (const std::string& each : changes.remarks) {
        with_.log(log_level::warning, each);
    }
    note_watched();
    for (const auto& [name, number] : changes.numbers) {
        with_.log(log_level::info, fmt::format("Track file {} now has {}", name, number));
        replan_trackers(name, now);
    }
    for (const auto& [name, state] : changes.verdicts) {
        with_.log(log_level::info, process_line(name, state));
        replan_trackers(name, now);
    }
}

/// Whatever kind of object has that name: a plan that stays the same changes nothing.
void controller::replan_trackers(const std::string& object, time_point now)
{
    if (shutting_down()) {
        return;
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        const vrrp_instance& config = each->config;
        const bool tracks = names(config.track_scripts, object) || names(config.track_files, object) ||
                            names(config.track_processes, object);
        if (tracks && !each->removed) {
            replan(*each, now);
        }
    }
}

void controller::note_failed(const instance& who, const plan::router_plan& next) const
{
    const auto note = [&](const std::vector<std::string>& before, const std::vector<std::string>& now, auto line_for) {
        for (const std::string& each : now) {
            if (std::ranges::find(before, each) == before.end()) {
                with_.log(log_level::info, line_for(who.config, each));
            }
        }
    };
    note(who.planned.failed_scripts, next.failed_scripts, script_fault_line);
    note(who.planned.failed_files, next.failed_files, file_fault_line);
    note(who.planned.failed_processes, next.failed_processes, process_fault_line);
}

template <class Tracked>
std::vector<std::string> controller::trackers_of(const std::string& object,
                                                 std::vector<Tracked> vrrp_instance::* list) const
{
    std::vector<std::string> all;
    for (const std::unique_ptr<instance>& each : instances_) {
        if (names(each->config.*list, object)) {
            all.push_back(each->config.name);
        }
    }
    return all;
}

std::vector<control::script_status> controller::script_status(time_point now) const
{
    std::vector<control::script_status> all;
    for (const track::script_check& each : scripts_.checks()) {
        all.push_back(to_status(each, trackers_of(each.settings().name, &vrrp_instance::track_scripts), now));
    }
    return all;
}

std::vector<control::file_status> controller::file_status(time_point now) const
{
    std::vector<control::file_status> all;
    for (const track_file& each : files_) {
        control::file_status& status = all.emplace_back();
        status.name = each.name;
        status.path = each.path;
        const auto known = tracked_.files.find(each.name);
        status.number = known == tracked_.files.end() ? std::nullopt : std::optional<std::int64_t>(known->second);
        status.seconds_since_change = seconds_since(watcher_.file_changed_at(each.name), now);
        status.tracked_by = trackers_of(each.name, &vrrp_instance::track_files);
    }
    return all;
}

std::vector<control::process_status> controller::process_status(time_point now) const
{
    std::vector<control::process_status> all;
    for (const track_process& each : processes_) {
        control::process_status& status = all.emplace_back();
        status.name = each.name;
        status.process = each.process;
        for (const std::string& word : each.parameters) {
            status.process += " " + word;
        }
        const auto known = watcher_.processes().find(each.name);
        const track::process_state state = known == watcher_.processes().end() ? track::process_state{} : known->second;
        status.state = state_word(state);
        status.running = state.running;
        status.quorum = each.quorum;
        status.quorum_max = each.quorum_max;
        status.seconds_since_change = seconds_since(watcher_.process_changed_at(each.name), now);
        status.tracked_by = trackers_of(each.name, &vrrp_instance::track_processes);
    }
    return all;
}

} // namespace xvrrp::runtime
