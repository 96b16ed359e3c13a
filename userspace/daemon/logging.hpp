// SPDX-License-Identifier: BSD-2-Clause
//
// The daemon's log. Whoever logs never waits: a line is copied into a bounded queue, and each destination has a thread
// that writes it out. A full pipe, a full disk or a stopped syslogd costs lines, which are counted and reported, and
// never time. `logger` may be called on any thread.
#pragma once

#include <fmt/core.h>
#include <fmt/format.h>
#include <syslog.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::daemon {

/// syslog's numbers.
enum class severity : int {
    error = LOG_ERR,
    warning = LOG_WARNING,
    notice = LOG_NOTICE,
    info = LOG_INFO,
    debug = LOG_DEBUG, ///< shown with -D
};

class logger {
public:
    logger() = default;
    logger(const logger&) = delete;
    logger& operator=(const logger&) = delete;
    logger(logger&&) = delete;
    logger& operator=(logger&&) = delete;
    virtual ~logger() = default;

    /// A line, or several with '\n' between them. Doesn't block, doesn't allocate; longer lines than about 1 000 bytes
    /// are cut.
    virtual void write(severity level, std::string_view text) noexcept = 0;
    /// Whether lines of this severity go anywhere: saves making those that don't.
    [[nodiscard]] virtual bool shows(severity level) const noexcept = 0;

    template <class... Arguments>
    void log(severity level, fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        if (!shows(level)) {
            return;
        }
        fmt::memory_buffer line;
        fmt::format_to(std::back_inserter(line), format, std::forward<Arguments>(arguments)...);
        write(level, std::string_view(line.data(), line.size()));
    }
    template <class... Arguments> void error(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        log(severity::error, format, std::forward<Arguments>(arguments)...);
    }
    template <class... Arguments> void warning(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        log(severity::warning, format, std::forward<Arguments>(arguments)...);
    }
    template <class... Arguments> void notice(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        log(severity::notice, format, std::forward<Arguments>(arguments)...);
    }
    template <class... Arguments> void info(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        log(severity::info, format, std::forward<Arguments>(arguments)...);
    }
    template <class... Arguments> void debug(fmt::format_string<Arguments...> format, Arguments&&... arguments)
    {
        log(severity::debug, format, std::forward<Arguments>(arguments)...);
    }
};

struct log_settings {
    bool console = false; ///< to standard error, each line after the local time: "Fri Nov 20 11:00:00 2026: text"
    bool syslog = true;   ///< as "xvrrpd[PID]"
    bool detail = false;  ///< severity::debug too
    int facility = LOG_DAEMON;
    int console_fd = 2;
    std::string syslog_socket = "/dev/log";
    std::chrono::milliseconds flush_limit{1000}; ///< how long the destructor waits for lines to be written out
};

/// Starts its threads at once: make it after the fork into the background, and before SCHED_FIFO is asked for, which
/// the threads shall not have.
class log_writer : public logger {
public:
    explicit log_writer(const log_settings& settings);
    /// Writes out what waits, within `flush_limit`; a destination that takes nothing by then is abandoned.
    ~log_writer() override;

    void write(severity level, std::string_view text) noexcept override;
    [[nodiscard]] bool shows(severity level) const noexcept override;

private:
    class destination;
    bool detail_;
    std::chrono::milliseconds flush_limit_;
    std::vector<std::shared_ptr<destination>> destinations_;
};

} // namespace xvrrp::daemon
