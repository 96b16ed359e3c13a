// SPDX-License-Identifier: BSD-2-Clause
//
// The loop's side of the watching thread: what is tracked beside interfaces and scripts, and what is known of it.
// Nothing here waits, whatever a file system or another process does to the thread. Kept by the controller.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "track/handover.hpp"
#include "track/watch_messages.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::track {

using file_numbers = std::map<std::string, int, std::less<>>;
using process_states = std::map<std::string, process_state, std::less<>>;

class watcher {
public:
    watcher() = default;
    watcher(const watcher&) = delete;
    watcher& operator=(const watcher&) = delete;
    watcher(watcher&&) = delete;
    watcher& operator=(watcher&&) = delete;
    ~watcher(); ///< ends the thread; one that is stuck in a file system is left behind

    /// Starts the thread with the first thing that there is to watch. What is known of objects that stay is kept.
    /// `may_overwrite`: files that are there already (init_file).
    [[nodiscard]] result<void> configure(const configuration& wanted, bool may_overwrite);
    /// Readable when there is news; -1: no thread runs yet.
    [[nodiscard]] int fd() const { return thread_ ? thread_->news.fd() : -1; }

    struct changes {
        std::map<std::string, int> numbers; ///< of files, whose number is another or known for the first time
        std::map<std::string, process_state> verdicts; ///< of processes, the same
        std::vector<std::string> remarks;              ///< to be logged as warnings
    };
    [[nodiscard]] changes take();

    [[nodiscard]] const file_numbers& numbers() const { return numbers_; }
    [[nodiscard]] const process_states& processes() const { return processes_; }
    /// When a file's number, or what is said of processes, last became another; none if it isn't known.
    [[nodiscard]] std::optional<time_point> file_changed_at(const std::string& name) const;
    [[nodiscard]] std::optional<time_point> process_changed_at(const std::string& name) const;

private:
    struct running {
        std::optional<handover_sender<watch_wish>> wishes;
        handover_receiver<watch_news> news;
        std::thread thread;
    };
    result<void> start();
    void forget_gone(const configuration& wanted);
    void take(const watch_news& news, changes& made);

    std::optional<running> thread_;
    std::uint64_t generation_ = 0;
    std::vector<track_file> files_;     ///< that are watched
    std::vector<track_process> wanted_; ///< processes that are looked for
    file_numbers numbers_;
    process_states processes_;
    std::map<std::string, time_point, std::less<>> changed_at_; ///< "file NAME", "process NAME"
};

} // namespace xvrrp::track
