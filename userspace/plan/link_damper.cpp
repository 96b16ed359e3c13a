// SPDX-License-Identifier: BSD-2-Clause
#include "plan/link_damper.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::plan {

void link_damper::configure(std::vector<interface_delay> delays)
{
    delays_ = std::move(delays);
}

duration link_damper::delay_of(const net::link& changed) const
{
    const auto found = std::ranges::find(delays_, changed.name, &interface_delay::interface);
    if (found == delays_.end()) {
        return duration::zero();
    }
    return changed.running ? found->up : found->down;
}

time_point link_damper::due_time(const change& waiting) const
{
    return waiting.since + delay_of(waiting.reported);
}

net::link link_damper::take(const net::link& reported, const net::link* believed, time_point now)
{
    if (believed == nullptr || believed->running == reported.running) {
        forget(reported.index);
        return reported;
    }
    const auto [at, began] = waiting_.try_emplace(reported.index, change{.reported = reported, .since = now});
    at->second.reported = reported;
    if (due_time(at->second) <= now) {
        waiting_.erase(at);
        return reported;
    }
    net::link as_before = reported;
    as_before.running = believed->running;
    return as_before;
}

std::vector<net::link> link_damper::due(time_point now)
{
    std::vector<net::link> lasting;
    std::erase_if(waiting_, [&](const auto& each) {
        const bool is_due = due_time(each.second) <= now;
        if (is_due) {
            lasting.push_back(each.second.reported);
        }
        return is_due;
    });
    return lasting;
}

std::optional<time_point> link_damper::next_deadline() const
{
    std::optional<time_point> first;
    for (const auto& [index, waiting] : waiting_) {
        const time_point when = due_time(waiting);
        if (!first || when < *first) {
            first = when;
        }
    }
    return first;
}

bool link_damper::hides_loss(interface_index index) const
{
    const auto found = waiting_.find(index);
    return found != waiting_.end() && !found->second.reported.running;
}

std::optional<net::link> link_damper::reveal_loss(interface_index index)
{
    if (!hides_loss(index)) {
        return std::nullopt;
    }
    return waiting_.extract(index).mapped().reported;
}

} // namespace xvrrp::plan
