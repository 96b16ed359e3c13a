// SPDX-License-Identifier: BSD-2-Clause
//
// notify_*: what `xvrrpctl status` would show of an instance is what its scripts are told, whenever that has changed.
// Nothing is started before all routers had their turn: see controller::turn.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/controller.hpp"

namespace xvrrp::runtime {

namespace {

using track::instance_event;

/// How long the scripts of the last events have, once nothing is held any more.
constexpr std::chrono::seconds stop_patience{30};
/// A service manager that stops us signals every process that it finds, until it finds no new one: a script that was
/// started at once would be among them.
constexpr std::chrono::milliseconds until_all_are_signalled{100};
/// After it what the spawner's socket didn't take is tried again.
constexpr std::chrono::milliseconds resend_after{10};

} // namespace

/// None: there is no word for it.
std::optional<instance_event> controller::told_state(const instance& who) const
{
    switch (who.router.state()) {
    case core::state::active:
        return instance_event::master;
    case core::state::backup:
        return instance_event::backup;
    case core::state::leaving:
        return std::nullopt;
    case core::state::initialize:
        break;
    }
    if (who.removed && shutting_down()) {
        return instance_event::stop;
    }
    if (who.removed) {
        return who.config.notify.tells_deleted ? instance_event::deleted : instance_event::removed;
    }
    return state_name(who.router.state(), who.router.faults()) == "FAULT" ? std::optional(instance_event::fault)
                                                                          : std::nullopt;
}

/// A script knows an instance by its name: where another one has it now, that one goes on in its place.
bool controller::is_replaced(const instance& who) const
{
    return who.removed && !shutting_down() &&
           std::ranges::any_of(instances_, [&who](const std::unique_ptr<instance>& each) {
               return each.get() != &who && !each->removed && each->config.name == who.config.name;
           });
}

void controller::note_state(instance& who)
{
    const std::optional<instance_event> now = told_state(who);
    if (!now || now == who.told || is_replaced(who)) {
        return;
    }
    const bool known = *now == instance_event::removed && who.told == instance_event::fault;
    who.told = now;
    if (!known) {
        queue_notify(who, *now);
    }
}

void controller::queue_notify(const instance& who, instance_event what)
{
    const priority ours = who.router.effective_priority();
    fifos_.add(track::fifo_line(who.config, what, ours));
    add_notify(who.config.name, what, track::runs_for(who.config, what, ours));
}

void controller::add_notify(const std::string& name, instance_event what, std::vector<track::run_request> runs)
{
    if (spawner_.fd() < 0 || spawner_.gone()) {
        return;
    }
    if (const auto dropped = notifier_.add(name, what, std::move(runs))) {
        with_.log(log_level::warning, notify_line(*dropped));
    }
}

void controller::note_run(const track::spawner_link::news& news)
{
    if (const auto script = fifos_.take(news)) {
        tell({*script});
    }
    const auto ended = news.over ? notifier_.take(news.id, news.result) : std::nullopt;
    if (!ended) {
        return;
    }
    const bool failed = ended->result != track::run_result{};
    if (failed) {
        with_.log(log_level::warning, notify_line(*ended));
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->config.name == ended->instance) {
            ++each->counters.notify_runs;
            each->counters.notify_failures += failed ? 1 : 0;
        }
    }
}

void controller::run_notify_scripts(time_point now)
{
    for (const track::notify_news& each : notifier_.find_slow(now)) {
        with_.log(log_level::warning, notify_line(each));
    }
    if (shutting_down() && instances_.empty() && !notifier_.idle()) {
        await_last_scripts(now);
    }
    if (now >= notify_from_) {
        notifier_.start([this](track::run_request what) { return spawner_.run(std::move(what)); }, now);
    }
    write_fifos(now);
}

void controller::note_stop(bool asked_again, time_point now)
{
    if (asked_again) {
        notify_until_ = fifos_until_ = now;
    } else {
        notify_from_ = now + until_all_are_signalled;
    }
}

void controller::await_last_scripts(time_point now)
{
    if (spawner_.gone()) {
        notifier_.abandon();
    } else if (!notify_until_) {
        notify_until_ = now + stop_patience;
    } else if (*notify_until_ <= now) {
        with_.log(log_level::warning, "notify scripts haven't ended; they are told to, and those that wait aren't run");
        notifier_.abandon();
    }
}

/// Whoever stops tracks nothing any more: those deadlines would stay in the past.
std::optional<time_point> controller::next_script_deadline(time_point now) const
{
    std::optional<time_point> next = shutting_down() ? std::nullopt : scripts_.next_deadline();
    std::optional<time_point> notify = notifier_.next_deadline();
    if (notify) {
        notify = std::max(*notify, notify_from_);
    }
    for (const std::optional<time_point>& each :
         {notify, notify_until_, next_fifo_deadline(),
          spawner_.has_unsent() ? std::optional<time_point>(now + resend_after) : std::nullopt}) {
        if (each && (!next || *each < *next)) {
            next = each;
        }
    }
    return next;
}

} // namespace xvrrp::runtime
