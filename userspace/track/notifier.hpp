// SPDX-License-Identifier: BSD-2-Clause
//
// notify_*: the scripts of each instance are run one after another, in the order of what happened to it, each when the
// one before has ended; those of different instances side by side. Pure; belongs to the loop's thread.
//
// A run that was under way when the spawner died is asked for again of the next one (spawner_link.hpp), so a script can
// be run twice for one event. It is what a script has to bear anyway: a daemon that is started again tells the states
// of all its instances.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/spawner_messages.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::track {

/// What is told of an instance.
enum class instance_event : std::uint8_t {
    master,
    backup,
    fault,
    stop,            ///< with the daemon
    removed,         ///< by a reload; without notify_deleted, keepalived tells the generic script of a FAULT
    deleted,         ///< the same with notify_deleted
    rx_lower_pri,    ///< no state: see notify_master_rx_lower_pri
    master_priority, ///< no state, and for FIFOs alone: its effective priority is another
    backup_priority,
};

/// What is run then, in its order: the script for the event, then the generic one.
[[nodiscard]] std::vector<run_request> runs_for(const vrrp_instance& instance, instance_event what, priority ours);
/// The same of a sync group, which has no priority: its scripts are told 0.
[[nodiscard]] std::vector<run_request> runs_for(const sync_group& group, instance_event what);

/// What a FIFO is told of an event, without the end of the line: INSTANCE "VI_1" MASTER 100.
[[nodiscard]] std::string fifo_line(const vrrp_instance& instance, instance_event what, priority ours);
[[nodiscard]] std::string fifo_line(const sync_group& group, instance_event what);

/// Something to be counted or logged.
struct notify_news {
    enum class kind : std::uint8_t { ended, slow, dropped };
    kind what = kind::ended;
    std::string instance;
    std::string script; ///< its path
    run_result result;  ///< if it ended
};

class notifier {
public:
    /// Events of an instance that wait; one more drops the oldest.
    static constexpr std::size_t most_waiting = 256;
    /// A script that runs longer while others wait is worth a warning.
    static constexpr std::chrono::minutes slow_after{1};

    /// Of rx_lower_pri no second one waits. News when an event is dropped, the first of several alone.
    [[nodiscard]] std::optional<notify_news> add(const std::string& instance, instance_event what,
                                                 std::vector<run_request> runs);

    using runner = std::function<run_id(run_request)>;
    /// Starts whatever may start.
    void start(const runner& run, time_point now);
    /// A run is over; nothing if it is none of ours.
    [[nodiscard]] std::optional<notify_news> take(run_id id, const run_result& result);
    [[nodiscard]] std::vector<notify_news> find_slow(time_point now);
    /// Of start() and find_slow().
    [[nodiscard]] std::optional<time_point> next_deadline() const;

    [[nodiscard]] bool idle() const { return lines_.empty(); }
    /// Forgets everything.
    void abandon();

    struct load {
        std::string running; ///< path of the script; empty: none
        std::size_t waiting = 0;
    };
    [[nodiscard]] load load_of(std::string_view instance) const;

private:
    struct event {
        instance_event what{};
        std::vector<run_request> runs;
    };
    struct line {
        std::deque<event> waiting;
        std::deque<run_request> rest; ///< of the event under way
        bool busy = false;            ///< a script runs, or is about to be started
        std::string script;           ///< that runs
        time_point started;
        bool slow_told = false;
        bool dropped_told = false;
        [[nodiscard]] bool others_wait() const { return !rest.empty() || !waiting.empty(); }
        [[nodiscard]] bool may_become_slow() const { return !script.empty() && !slow_told && others_wait(); }
    };

    std::map<std::string, line, std::less<>> lines_; ///< of instances that have something to run
    std::map<run_id, std::string> running_;
    std::vector<std::string> ready_;
};

} // namespace xvrrp::track
