// SPDX-License-Identifier: BSD-2-Clause
//
// Tells the service manager how far the daemon is: the protocol of sd_notify(3), without its library. The daemon's
// messages go to its supervisor, which forwards them: a manager listens to the process that it has started, and may
// ignore another. Used on the loop's thread; a message that isn't taken is lost rather than waited for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string_view>

#include "control/unix_socket.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::daemon {

class notify_socket {
public:
    /// What the message of ready() begins with.
    static constexpr std::string_view ready_mark = "READY=1";

    /// Nobody listens: every message succeeds and goes nowhere.
    notify_socket() = default;
    /// The address in NOTIFY_SOCKET, which is taken out of the environment so that no child uses it: call it before any
    /// thread exists. Without the variable, one where nobody listens.
    static result<notify_socket> from_environment();
    /// "/path", or "@name" for the abstract namespace.
    static result<notify_socket> open(std::string_view address);
    /// A datagram socket that is connected and doesn't block.
    static notify_socket over(descriptor connected);

    /// READY=1 with MAINPID; also the end of a reload. `patience`: how long to wait for a manager whose queue is full;
    /// a start can afford a second, the running loop nothing.
    result<void> ready(pid_t main_pid, std::chrono::milliseconds patience = std::chrono::milliseconds(0));
    /// RELOADING=1 with MONOTONIC_USEC, which Type=notify-reload (systemd 253) asks for; `ready` must follow.
    result<void> reloading(time_point now);
    /// STOPPING=1
    result<void> stopping();
    /// STATUS=: one line for `systemctl status`.
    result<void> status(std::string_view line);
    /// A message as it came from another notify_socket.
    result<void> forward(std::string_view message, std::chrono::milliseconds patience = std::chrono::milliseconds(0));

private:
    result<void> send(std::string_view message, std::chrono::milliseconds patience = std::chrono::milliseconds(0));

    descriptor socket_;
    control::unix_socket_address address_;
};

} // namespace xvrrp::daemon
