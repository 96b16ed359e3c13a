// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/script_set.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::track {

void script_set::configure(std::span<const vrrp_script> wanted, spawner_link& spawner, time_point now)
{
    std::vector<script_check> before = std::exchange(checks_, {});
    for (const vrrp_script& each : wanted) {
        const auto same = std::ranges::find_if(
            before, [&each](const script_check& check) { return check.settings().name == each.name; });
        if (same != before.end() && same->reconfigure(each, now)) {
            checks_.push_back(std::move(*same));
            before.erase(same);
        } else {
            checks_.emplace_back(each, now);
        }
    }
    for (const script_check& gone : before) {
        if (gone.running()) {
            spawner.stop(*gone.running());
        }
    }
    verdicts_.clear();
    for (const script_check& each : checks_) {
        verdicts_.emplace(each.settings().name, each.verdict());
    }
}

std::optional<time_point> script_set::next_deadline() const
{
    const auto next = std::ranges::min_element(checks_, {}, &script_check::next_start);
    return next == checks_.end() ? std::nullopt : std::optional(next->next_start());
}

std::vector<script_news> script_set::start_due(spawner_link& spawner, time_point now)
{
    std::vector<script_news> news;
    for (script_check& each : checks_) {
        if (each.next_start() > now) {
            continue;
        }
        const vrrp_script& script = each.settings();
        switch (each.start(now)) {
        case start_decision::run:
            each.started(spawner.run({.id = {},
                                      .command = script.command,
                                      .uid = script.account.uid,
                                      .gid = script.account.gid,
                                      .timeout = script.timeout}));
            break;
        case start_decision::still_running:
            news.push_back({.script = script.name, .what = script_news::kind::skipped_running, .result = {}});
            break;
        case start_decision::still_ending:
            news.push_back({.script = script.name, .what = script_news::kind::skipped_ending, .result = {}});
            break;
        }
    }
    return news;
}

std::vector<script_news> script_set::take(const spawner_link::news& news, time_point now)
{
    const auto check = std::ranges::find(checks_, std::optional(news.id), &script_check::running);
    if (check == checks_.end()) {
        return {};
    }
    const std::string& name = check->settings().name;
    const script_check::outcome made = check->take(news.result, news.over, now);
    std::vector<script_news> all;
    if (made.now_returning) {
        all.push_back({.script = name, .what = script_news::kind::now_returning, .result = news.result});
    }
    if (made.changed) {
        verdicts_[name] = check->verdict();
        all.push_back({.script = name, .what = script_news::kind::verdict, .result = news.result});
    }
    return all;
}

} // namespace xvrrp::track
