// SPDX-License-Identifier: BSD-2-Clause
//
// notify_fifo and vrrp_notify_fifo: every line goes to both, in the order of what happened; each may have a script that
// reads it. Kept by the controller, on the loop's thread. Never waits.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "track/event_pipe.hpp"
#include "track/spawner_link.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::track {

/// Something to be logged.
struct fifo_news {
    enum class kind : std::uint8_t {
        unusable,     ///< `text` says why
        full,         ///< lines are lost from now on
        taking_again, ///< `lost` lines were lost
        script_ended, ///< which nobody asked for
    };
    kind what = kind::unusable;
    std::string path; ///< of the pipe
    std::string text;
    std::uint64_t lost = 0;
    run_result result; ///< of the script
};

class fifo_set {
public:
    /// What didn't change goes on undisturbed; a script that is another, or whose pipe is, is ended and started anew.
    /// Its pipe is made anew too, so that the script that is being ended takes no line from the other.
    [[nodiscard]] std::vector<fifo_news> configure(const global_settings& wanted, spawner_link& spawner);

    /// Of a line without its end; written by write().
    void add(std::string line);
    [[nodiscard]] std::vector<fifo_news> write();
    [[nodiscard]] bool has_lines() const { return !lines_.empty(); }

    /// A run is over; nothing if it is none of ours.
    [[nodiscard]] std::optional<fifo_news> take(const spawner_link::news& news);

    [[nodiscard]] bool open() const;
    /// The pipes' end, which their readers see. What made them runs on.
    void close();
    /// No script is waited for any more.
    void abandon();
    [[nodiscard]] bool idle() const { return fifos_.empty(); }

    struct state {
        std::string path;
        std::vector<std::string> script; ///< empty: none
        bool script_runs = false;
        std::uint64_t lines = 0;
        std::uint64_t lost = 0;
    };
    [[nodiscard]] std::vector<state> states() const;

private:
    struct fifo {
        notify_fifo config;
        std::unique_ptr<event_pipe> pipe; ///< null: closed
        std::optional<run_id> script;     ///< that runs
        std::uint64_t lines = 0;
        std::uint64_t lost = 0;
        std::uint64_t lost_before_full = 0; ///< while it is full: what `lost` was
        bool full = false;
    };

    static std::optional<fifo_news> open_pipe(fifo& which);
    static void start_script(fifo& which, spawner_link& spawner);
    static std::optional<fifo_news> write(fifo& which, const std::string& line);

    std::vector<fifo> fifos_;
    std::vector<std::string> lines_;
};

} // namespace xvrrp::track
