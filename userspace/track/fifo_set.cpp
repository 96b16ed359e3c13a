// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/fifo_set.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::track {
namespace {

/// Where it stands in its file is no difference.
bool same_script(const std::optional<notify_script>& one, const std::optional<notify_script>& other)
{
    return one.has_value() == other.has_value() &&
           (!one || (one->command == other->command && one->account == other->account));
}

} // namespace

std::vector<fifo_news> fifo_set::configure(const global_settings& wanted, spawner_link& spawner)
{
    std::vector<fifo> before = std::exchange(fifos_, {});
    for (const fifo_keyword& each : fifo_keywords) {
        const std::optional<notify_fifo>& config = wanted.*each.fifo;
        if (!config) {
            continue;
        }
        const auto same = std::ranges::find_if(before, [&config](const fifo& old) {
            return old.pipe && old.config.path == config->path && old.config.owner == config->owner &&
                   same_script(old.config.script, config->script);
        });
        fifo next{.config = *config, .pipe = nullptr, .script = std::nullopt};
        if (same != before.end()) {
            next = std::move(*same);
            next.config = *config;
            before.erase(same);
        }
        fifos_.push_back(std::move(next));
    }
    for (const fifo& gone : before) {
        if (gone.script) {
            spawner.stop(*gone.script);
        }
    }
    before.clear(); // a pipe whose owner or script changed is gone before it is made anew
    std::vector<fifo_news> news;
    for (fifo& each : fifos_) {
        if (std::optional<fifo_news> failed = open_pipe(each)) {
            news.push_back(std::move(*failed));
        }
        start_script(each, spawner);
    }
    std::erase_if(fifos_, [](const fifo& each) { return !each.pipe; });
    return news;
}

std::optional<fifo_news> fifo_set::open_pipe(fifo& which)
{
    if (which.pipe) {
        return std::nullopt;
    }
    auto opened = event_pipe::open(which.config.path, which.config.owner);
    if (!opened) {
        return fifo_news{.what = fifo_news::kind::unusable,
                         .path = which.config.path,
                         .text = opened.error().what,
                         .lost = 0,
                         .result = {}};
    }
    which.pipe = std::make_unique<event_pipe>(std::move(*opened));
    return std::nullopt;
}

void fifo_set::start_script(fifo& which, spawner_link& spawner)
{
    const std::optional<notify_script>& script = which.config.script;
    if (!script || which.script || !which.pipe || spawner.fd() < 0 || spawner.gone()) {
        return;
    }
    run_request what{.id = {},
                     .command = script->command,
                     .uid = script->account.uid,
                     .gid = script->account.gid,
                     .timeout = duration::zero()};
    what.command.push_back(which.config.path);
    which.script = spawner.run(std::move(what));
}

void fifo_set::add(std::string line)
{
    if (!fifos_.empty()) {
        line += '\n';
        lines_.push_back(std::move(line));
    }
}

std::vector<fifo_news> fifo_set::write()
{
    std::vector<fifo_news> news;
    for (const std::string& line : std::exchange(lines_, {})) {
        for (fifo& each : fifos_) {
            if (std::optional<fifo_news> noticed = write(each, line)) {
                news.push_back(std::move(*noticed));
            }
        }
    }
    return news;
}

std::optional<fifo_news> fifo_set::write(fifo& which, const std::string& line)
{
    if (!which.pipe) {
        return std::nullopt;
    }
    fifo_news news{.what = fifo_news::kind::full, .path = which.config.path, .text = {}, .lost = 0, .result = {}};
    if (!which.pipe->write(line)) {
        const bool first = !std::exchange(which.full, true);
        which.lost_before_full = first ? which.lost : which.lost_before_full;
        ++which.lost;
        return first ? std::optional(std::move(news)) : std::nullopt;
    }
    ++which.lines;
    if (!std::exchange(which.full, false)) {
        return std::nullopt;
    }
    news.what = fifo_news::kind::taking_again;
    news.lost = which.lost - which.lost_before_full;
    return news;
}

std::optional<fifo_news> fifo_set::take(const spawner_link::news& news)
{
    const auto found = std::ranges::find(fifos_, std::optional(news.id), &fifo::script);
    if (!news.over || found == fifos_.end()) {
        return std::nullopt;
    }
    found->script.reset();
    if (!found->pipe) {
        fifos_.erase(found);
        return std::nullopt;
    }
    return fifo_news{.what = fifo_news::kind::script_ended,
                     .path = found->config.path,
                     .text = found->config.script->command.front(),
                     .lost = 0,
                     .result = news.result};
}

bool fifo_set::open() const
{
    return std::ranges::any_of(fifos_, [](const fifo& each) { return each.pipe != nullptr; });
}

void fifo_set::close()
{
    for (fifo& each : fifos_) {
        each.pipe.reset();
    }
    std::erase_if(fifos_, [](const fifo& each) { return !each.script; });
}

void fifo_set::abandon()
{
    fifos_.clear();
    lines_.clear();
}

std::vector<fifo_set::state> fifo_set::states() const
{
    std::vector<state> all;
    all.reserve(fifos_.size());
    for (const fifo& each : fifos_) {
        all.push_back({.path = each.config.path,
                       .script = each.config.script ? each.config.script->command : std::vector<std::string>{},
                       .script_runs = each.script.has_value(),
                       .lines = each.lines,
                       .lost = each.lost});
    }
    return all;
}

} // namespace xvrrp::track
