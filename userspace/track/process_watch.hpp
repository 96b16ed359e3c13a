// SPDX-License-Identifier: BSD-2-Clause
//
// Keeps count of tracked processes: by the kernel's events, or, where these can't be had, by a look at /proc once a
// second. Belongs to the watching thread: reading a process's command line can take its time.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "track/process_events.hpp"
#include "track/process_rules.hpp"
#include "track/watch_messages.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::track {

class process_watch {
public:
    static constexpr std::chrono::seconds look_interval{1};

    /// Tells what is known of all, known before or not.
    [[nodiscard]] watch_news configure(const std::vector<track_process>& wanted, time_point now);
    /// Readable when something happened; -1: the kernel tells nothing.
    [[nodiscard]] int fd() const { return events_ ? events_->fd() : -1; }
    [[nodiscard]] std::optional<time_point> next_look() const;
    /// What has happened since.
    [[nodiscard]] watch_news look(time_point now);

private:
    void ask_for_events(watch_news& news);
    void look_at_all();
    void look_at(pid_t pid);
    void take_events(time_point now);
    void take(const process_event& what);
    void count(count_cause cause, time_point now);
    void count_found(time_point now);
    watch_news tell();

    std::optional<process_events> events_;
    process_table table_;
    std::vector<process_quorum> quorums_; ///< of the table's list
    std::vector<process_state> told_;     ///< the same
    bool asked_ = false;
    std::optional<time_point> look_again_; ///< at all processes
};

} // namespace xvrrp::track
