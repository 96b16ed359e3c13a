// SPDX-License-Identifier: BSD-2-Clause
//
// Which instance is due next, for any number of them. Belongs to the loop's thread.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "runtime/instance.hpp"

namespace xvrrp::runtime {

class deadline_queue {
public:
    /// The instance's deadline is this from now on.
    void set(instance& who, std::optional<time_point> when)
    {
        if (who.queued == when) {
            return;
        }
        remove(who);
        if (when) {
            queue_.emplace(*when, &who);
        }
        who.queued = when;
    }
    void remove(instance& who)
    {
        if (who.queued) {
            queue_.erase({*who.queued, &who});
            who.queued.reset();
        }
    }
    [[nodiscard]] std::optional<time_point> earliest() const
    {
        return queue_.empty() ? std::nullopt : std::optional(queue_.begin()->first);
    }
    /// Those due at `now`, the earliest first.
    [[nodiscard]] std::vector<instance*> due(time_point now) const
    {
        std::vector<instance*> list;
        for (const auto& [when, who] : queue_) {
            if (when > now) {
                break;
            }
            list.push_back(who);
        }
        return list;
    }

private:
    std::set<std::pair<time_point, instance*>> queue_;
};

} // namespace xvrrp::runtime
