// SPDX-License-Identifier: BSD-2-Clause
//
// The running daemon: binds the controller to signals, the control socket, reloads and the service manager. Lives on
// the loop's thread; what other threads want of it comes through its mailbox.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "config/load.hpp"
#include "control/server.hpp"
#include "daemon/logging.hpp"
#include "daemon/notify_socket.hpp"
#include "daemon/options.hpp"
#include "runtime/controller.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/publication.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

/// What the daemon was given when it began. Lives longer than the service.
struct service_means {
    const options& how;
    logger& log;
    notify_socket& manager;
    runtime::publication& for_supervisor;
    pid_t supervisor;
    descriptor& spawner; ///< taken over by the service
    duration wait;       ///< before the routers start; none if it isn't positive
    bool after_crash;    ///< a daemon before it died
};

class service {
public:
    /// Everything is opened and every router started. SIGTERM, SIGINT and SIGHUP are blocked in all threads.
    static result<std::unique_ptr<service>> start(const service_means& with, const config::loaded& read);
    service(const service&) = delete;
    service& operator=(const service&) = delete;
    service(service&&) = delete;
    service& operator=(service&&) = delete;
    ~service();

    /// Until every router has left after SIGTERM or SIGINT; an error is one that the loop can't go on with.
    result<void> run();

private:
    service(const service_means& with, std::unique_ptr<runtime::controller> controller, runtime::mailbox mail,
            descriptor signals);

    result<void> listen();
    void take_signals();
    void stop(bool asked_by_supervisor);
    void publish(const configuration& running);
    void reload_in_background();
    result<void> finish_reload(result<config::loaded> read);
    result<void> reload_and_wait();
    [[nodiscard]] control::daemon_status status() const;

    service_means with_;
    std::unique_ptr<runtime::controller> controller_;
    runtime::mailbox mail_;
    descriptor signals_;
    std::optional<control::server> server_;
    std::thread reader_; ///< of the configuration, while a reload is under way
    bool reading_ = false;
    bool read_again_ = false;                      ///< SIGHUP came while reading
    std::optional<bool> stop_asked_by_supervisor_; ///< who asked first
    std::string router_id_;
    std::string config_name_; ///< where the configuration that runs came from
    std::string last_reload_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// Says in the log what there is to say about a configuration.
void log_diagnostics(logger& log, const config::loaded& read);

} // namespace xvrrp::daemon
