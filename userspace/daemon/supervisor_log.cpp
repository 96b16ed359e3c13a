// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/supervisor_log.hpp"

#include <chrono>

namespace xvrrp::daemon {

supervisor_log::supervisor_log(const log_settings& settings) : detail_(settings.detail)
{
    if (settings.console) {
        sinks_.push_back(std::make_unique<console_sink>(settings.console_fd, when_full::drop));
    }
    if (settings.syslog) {
        sinks_.push_back(std::make_unique<syslog_sink>(settings.syslog_socket, settings.facility, when_full::drop));
    }
}

void supervisor_log::write(severity level, std::string_view text) noexcept
{
    if (!shows(level)) {
        return;
    }
    log_line line;
    line.set(std::chrono::system_clock::now(), level, text);
    for (const std::unique_ptr<log_sink>& each : sinks_) {
        std::ignore = each->deliver(line);
    }
}

bool supervisor_log::shows(severity level) const noexcept
{
    return !sinks_.empty() && (detail_ || level != severity::debug);
}

} // namespace xvrrp::daemon
