// SPDX-License-Identifier: BSD-2-Clause
//
// Scripts: what is due is handed to the spawner, and what it reports is told to the instances that track the script
// (controller_tracking.cpp). Nothing here waits for a script.
#include <utility>

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
        if (each.what == track::script_news::kind::verdict) {
            tracked_.scripts = scripts_.verdicts();
            replan_trackers(each.script, now);
        }
    }
}

} // namespace xvrrp::runtime
