// SPDX-License-Identifier: BSD-2-Clause
//
// The other end of the daemon's control socket: one request, one reply, within a limit of time. Used by xvrrpctl and by
// tests; blocks its caller.
#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "control/snapshot.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::control {

struct client_settings {
    std::filesystem::path socket = "/run/xvrrp/control.sock";
    std::chrono::milliseconds timeout{15000}; ///< for the whole exchange
};

/// Why there was no answer; `reply_error` comes from a daemon that runs.
enum class failure_kind { not_running, not_permitted, no_answer, reply_error };
struct client_failure {
    failure_kind kind;
    std::string message; ///< a sentence that names the socket and, where there is something to do, says it
};

[[nodiscard]] std::expected<daemon_status, client_failure> request_status(const client_settings& settings);
/// Oldest first.
[[nodiscard]] std::expected<std::vector<failover_report>, client_failure>
request_failovers(const client_settings& settings);
[[nodiscard]] std::expected<std::vector<session_status>, client_failure>
request_sessions(const client_settings& settings);
/// Returns when the new configuration is in force, or with the reason why the old one stays.
[[nodiscard]] std::expected<void, client_failure> request_reload(const client_settings& settings);

} // namespace xvrrp::control
