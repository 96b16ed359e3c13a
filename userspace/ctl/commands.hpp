// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpctl's commands. Each returns the exit status and prints as it goes.
#pragma once

#include <filesystem>
#include <string>

#include "control/client.hpp"

namespace xvrrp::ctl {

/// What scripts can tell apart; documented in xvrrpctl(8).
enum class exit_status : int {
    done = 0,
    failed = 1, ///< the daemon refused, or there was nothing of this name
    usage = 2,
    no_daemon = 3, ///< not running, or it doesn't answer
    not_permitted = 4,
};

struct status_request {
    std::string instance; ///< empty: all
    bool as_json = false;
};

exit_status show_status(const control::client_settings& daemon, const status_request& what);
exit_status show_failovers(const control::client_settings& daemon, const status_request& what);
exit_status show_sessions(const control::client_settings& daemon, bool as_json);
exit_status reload(const control::client_settings& daemon);
exit_status clean_up(const std::filesystem::path& bpf_directory);

} // namespace xvrrp::ctl
