// SPDX-License-Identifier: BSD-2-Clause
//
// Where log lines end up. Each sink is used by one thread; a thread that has nothing else to do may wait there.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

#include "daemon/line_queue.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::daemon {

/// What to do while a line can't be taken.
enum class when_full : std::uint8_t { wait, drop };

class log_sink {
public:
    log_sink() = default;
    log_sink(const log_sink&) = delete;
    log_sink& operator=(const log_sink&) = delete;
    log_sink(log_sink&&) = delete;
    log_sink& operator=(log_sink&&) = delete;
    virtual ~log_sink() = default;
    /// False when the line can't be delivered at all, or not without waiting where that isn't wanted.
    virtual bool deliver(const log_line& line) = 0;
};

/// A descriptor that stays the caller's. "Fri Nov 20 11:00:00 2026: text", local time.
class console_sink : public log_sink {
public:
    explicit console_sink(int fd, when_full busy = when_full::wait) : fd_(fd), busy_(busy) {}
    bool deliver(const log_line& line) override;

private:
    int fd_;
    when_full busy_;
};

/// The datagram socket of a syslogd on this host, in the format of syslog(3): "<30>Nov 20 11:00:00 xvrrpd[123]: text".
/// Its own code instead of syslog(3), which drops lines silently while no syslogd runs.
class syslog_sink : public log_sink {
public:
    syslog_sink(std::string path, int facility, when_full busy = when_full::wait)
        : path_(std::move(path)), facility_(facility), busy_(busy)
    {
    }
    bool deliver(const log_line& line) override;

private:
    bool connect();
    bool send(const std::string& message);

    std::string path_;
    int facility_;
    when_full busy_;
    descriptor socket_;
};

} // namespace xvrrp::daemon
