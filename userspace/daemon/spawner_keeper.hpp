// SPDX-License-Identifier: BSD-2-Clause
//
// Keeps a spawner (track/spawner.hpp) for the daemon: none runs before the daemon asks for one, and one that dies is
// started again. Part of the supervisor, which is the process to fork it from: it has no threads. Both ends of the
// socket to the daemon outlive a spawner, so nothing that was asked for is lost.
#pragma once

#include <sys/types.h>

#include <optional>

#include "daemon/back_off.hpp"
#include "daemon/logging.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::daemon {

class spawner_keeper {
public:
    explicit spawner_keeper(logger& log) : log_(log) {}

    /// For a daemon that is about to be started: its end of a new socket. Without one it runs no scripts.
    [[nodiscard]] result<descriptor> begin();
    /// The daemon is dead: its spawner ends by itself.
    void daemon_ended();

    /// Readable when the daemon asks for a spawner; -1: there is one, or none may be started yet.
    [[nodiscard]] int fd() const;
    [[nodiscard]] std::optional<time_point> next_deadline() const { return start_at_; }
    /// After every sleep.
    void look(time_point now);
    /// A child has ended; false: it was no spawner.
    bool ended(pid_t pid, int wait_status, time_point now);

private:
    void start(time_point now);

    logger& log_;
    descriptor spawners_end_; ///< also of the spawners to come
    std::optional<pid_t> pid_;
    time_point started_{};
    back_off back_off_;
    std::optional<time_point> start_at_; ///< the last one died
};

} // namespace xvrrp::daemon
