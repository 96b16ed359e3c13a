// SPDX-License-Identifier: BSD-2-Clause
//
// Scripts: what is due is handed to the spawner, and what it reports becomes a new plan for the instances that track
// the script. Nothing here waits for a script.
#include <algorithm>
#include <set>

#include "runtime/controller.hpp"

namespace xvrrp::runtime {

void controller::watch_spawner()
{
    if (spawner_.fd() < 0) {
        return;
    }
    if (result<void> watched = loop_.watch(spawner_.fd(), [this] { spawner_reports_ = true; }); !watched) {
        with_.log(log_level::error, "listening for results of scripts: " + watched.error().what);
    }
}

/// What has come is read before anything is started: a daemon that was late doesn't take a run for one that goes on.
void controller::run_scripts(time_point now)
{
    if (std::exchange(spawner_reports_, false) || spawner_.has_unsent()) {
        for (const track::spawner_link::news& each : spawner_.receive()) {
            tell(scripts_.take(each, now), now);
            note_run(each);
        }
        if (spawner_.gone()) {
            loop_.forget(spawner_.fd());
        }
    }
    if (!shutting_down()) {
        tell(scripts_.start_due(spawner_, now), now);
    }
    run_notify_scripts(now);
}

void controller::tell(const std::vector<track::script_news>& news, time_point now)
{
    for (const track::script_news& each : news) {
        with_.log(log_level::info, script_line(each));
        if (each.what != track::script_news::kind::verdict || shutting_down()) {
            continue;
        }
        for (const std::unique_ptr<instance>& who : instances_) {
            const bool tracks = std::ranges::find(who->config.track_scripts, each.script, &tracked_script::name) !=
                                who->config.track_scripts.end();
            if (tracks && !who->removed) {
                replan(*who, now);
            }
        }
    }
}

void controller::note_scripts(const instance& who, const plan::router_plan& next) const
{
    const std::vector<std::string>& before = who.planned.failed_scripts;
    for (const std::string& each : next.failed_scripts) {
        if (std::ranges::find(before, each) == before.end()) {
            with_.log(log_level::info, script_fault_line(who.config, each));
        }
    }
}

std::vector<std::string> controller::trackers_of(const std::string& script) const
{
    std::vector<std::string> names;
    for (const std::unique_ptr<instance>& each : instances_) {
        const auto& tracked = each->config.track_scripts;
        if (std::ranges::find(tracked, script, &tracked_script::name) != tracked.end()) {
            names.push_back(each->config.name);
        }
    }
    return names;
}

} // namespace xvrrp::runtime
