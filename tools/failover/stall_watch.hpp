// SPDX-License-Identifier: BSD-2-Clause
//
// Watchers of the machine: one thread on each processor, ahead of all ordinary ones, that sleeps for half a millisecond
// again and again and notes when it woke late. Then nothing ran there: a virtual machine's processor was taken away.
#pragma once

#include <memory>
#include <vector>

#include "xvrrp/types.hpp"

namespace xvrrp::failover {

/// A watcher should have run at `from` and ran at `to`.
struct stall {
    time_point from;
    time_point to;
    [[nodiscard]] duration length() const { return to - from; }
};

class stall_watch {
public:
    stall_watch();
    stall_watch(const stall_watch&) = delete;
    stall_watch& operator=(const stall_watch&) = delete;
    stall_watch(stall_watch&&) = delete;
    stall_watch& operator=(stall_watch&&) = delete;
    ~stall_watch();

    /// Those of 0.2 ms and more since the start that ended after `since`.
    [[nodiscard]] std::vector<stall> stalls_since(time_point since) const;
    /// False: the system refused SCHED_FIFO, so that busy processors look like stalls.
    [[nodiscard]] bool ahead_of_others() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// The longest of those that overlap a time; zero if none does.
[[nodiscard]] duration longest_within(const std::vector<stall>& stalls, time_point from, time_point to);

} // namespace xvrrp::failover
