// SPDX-License-Identifier: BSD-2-Clause
//
// FIFOs: the lines of a turn are written at its end, when every router had its turn.
#include <fmt/core.h>

#include <chrono>

#include "runtime/controller.hpp"

namespace xvrrp::runtime {

namespace {

using track::instance_event;

/// How long a FIFO's script has for the last lines before it is told to end.
constexpr std::chrono::seconds script_patience{1};

} // namespace

void controller::set_fifos(const global_settings& wanted)
{
    tell(fifos_.configure(wanted, spawner_));
    const bool no_spawner = spawner_.fd() < 0 || spawner_.gone();
    for (const track::fifo_set::state& each : fifos_.states()) {
        if (no_spawner && !each.script.empty()) {
            with_.log(log_level::warning,
                      fmt::format("{}: nobody is there to run scripts; {} isn't run", each.path, each.script.front()));
        }
    }
}

/// fifo_write_vrrp_states_on_reload.
void controller::write_states()
{
    for (const running_group& each : groups_) {
        if (each.told) {
            fifos_.add(track::fifo_line(each.config, *each.told));
        }
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->told && !each->removed) {
            fifos_.add(track::fifo_line(each->config, *each->told, each->router.effective_priority()));
        }
    }
}

void controller::note_priority(const instance& who)
{
    const core::state state = who.router.state();
    if (!who.config.notify_priority_changes || (state != core::state::active && state != core::state::backup)) {
        return;
    }
    queue_notify(who, state == core::state::active ? instance_event::master_priority : instance_event::backup_priority);
}

void controller::tell(const std::vector<track::fifo_news>& news) const
{
    for (const track::fifo_news& each : news) {
        const bool good = each.what == track::fifo_news::kind::taking_again;
        with_.log(good ? log_level::info : log_level::warning, fifo_news_line(each));
    }
}

void controller::write_fifos(time_point now)
{
    tell(fifos_.write());
    if (shutting_down() && instances_.empty() && notifier_.idle() && !fifos_.idle()) {
        end_fifos(now);
    }
}

void controller::end_fifos(time_point now)
{
    fifos_.close();
    if (!fifos_until_) {
        fifos_until_ = now + script_patience;
    }
    if (*fifos_until_ <= now || spawner_.gone()) {
        fifos_.abandon();
    }
}

std::optional<time_point> controller::next_fifo_deadline() const
{
    if (fifos_.has_lines() || (shutting_down() && instances_.empty() && notifier_.idle() && fifos_.open())) {
        return time_point{};
    }
    return fifos_until_;
}

std::vector<control::fifo_status> controller::fifo_status() const
{
    std::vector<control::fifo_status> all;
    for (const track::fifo_set::state& each : fifos_.states()) {
        control::fifo_status& status = all.emplace_back();
        status.path = each.path;
        for (const std::string& word : each.script) {
            status.script += (status.script.empty() ? "" : " ") + word;
        }
        status.script_running = each.script_runs;
        status.lines = each.lines;
        status.lost = each.lost;
    }
    return all;
}

} // namespace xvrrp::runtime
