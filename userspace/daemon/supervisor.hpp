// SPDX-License-Identifier: BSD-2-Clause
//
// The small parent of the daemon: forwards signals, reaps (it may be PID 1 of a container), and when the daemon dies,
// looks after its VIPs and starts it again. One thread, and none may exist before: it forks. Used by main.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/back_off.hpp"
#include "daemon/daemonize.hpp"
#include "daemon/logging.hpp"
#include "daemon/notify_socket.hpp"
#include "daemon/options.hpp"
#include "daemon/pidfile.hpp"
#include "daemon/spawner_keeper.hpp"
#include "daemon/vip_guard.hpp"
#include "runtime/publication.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

/// What a daemon is told by its supervisor.
struct daemon_role {
    pid_t supervisor = 0;
    notify_socket manager; ///< the service manager, by way of the supervisor
    descriptor spawner;    ///< the process that runs commands, by way of which it is also started
    /// What the run before ran, which isn't what stands in the file if that was changed or broken meanwhile; nothing:
    /// read the file.
    std::optional<std::string> configuration;
    bool prefers_file = false; ///< a reload was asked for while no daemon ran: the file first, if it can run
};

/// SIGTERM, SIGINT, SIGHUP and SIGCHLD wait for the supervisor. Called before it is made.
void block_signals();

/// What belongs to the process as a whole, and lives longer than the supervisor.
struct supervisor_means {
    const options& how;
    notify_socket& manager;
    runtime::publication& published;
    background_child* background; ///< nullptr: in the foreground
    pid_file* daemon_pid_file;    ///< -r; nullptr: none is wanted
};

class supervisor {
public:
    static result<supervisor> open(const supervisor_means& with, logger& log);

    /// Returns in the supervisor, with the status to end with, and in every daemon that it forks. A daemon destroys its
    /// copy of the supervisor and goes on on its own.
    std::variant<int, daemon_role> run();

private:
    supervisor(const supervisor_means& with, logger& log, descriptor signals);

    std::optional<daemon_role> start_daemon();
    [[nodiscard]] daemon_role begin(pid_t parent, descriptor to_parent, descriptor to_spawner) const;
    void wait() const;
    [[nodiscard]] std::optional<time_point> next_deadline() const;

    void take_signals();
    void stop(int signal);
    void reload();
    void reap();
    void take_messages();

    void daemon_is_ready();
    void daemon_is_dying();
    void daemon_ended(int wait_status);
    void report_failed_start(int wait_status);
    void start_again_or_end(int status);
    void end_with(int status);
    [[nodiscard]] std::optional<int> ended();
    void look_after_vips();

    supervisor_means with_;
    logger& log_;
    descriptor signals_;

    std::optional<pid_t> daemon_;
    descriptor messages_; ///< of the daemon to the service manager; its end tells first that the daemon is dying
    time_point started_;
    bool ready_ = false;      ///< the daemon that runs
    bool ever_ready_ = false; ///< a daemon of this supervisor
    bool prefers_file_ = false;
    back_off back_off_;
    std::optional<time_point> start_at_;

    spawner_keeper spawner_;
    vip_guard guard_;
    std::size_t resigned_ = 0; ///< priority 0 was said for so many when a daemon died the last time
    bool stopping_ = false;
    std::optional<int> status_; ///< what to end with, once the VIPs are looked after
    time_point end_by_;
};

} // namespace xvrrp::daemon
