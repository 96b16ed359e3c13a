// SPDX-License-Identifier: BSD-2-Clause
//
// A queue and a thread for each destination of the log.
#include "daemon/logging.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>

#include "control/quiet_thread.hpp"
#include "daemon/line_queue.hpp"
#include "daemon/log_sink.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::daemon {
namespace {

void signal_event(const descriptor& event) noexcept
{
    const std::uint64_t one = 1;
    // It fails when the counter is full, and then the other side has been woken already.
    [[maybe_unused]] const ssize_t ignored = ::write(event.get(), &one, sizeof one);
}

/// A second at most: without an eventfd, which the system may refuse, the log is late but not lost.
void wait_for_event(const descriptor& event) noexcept
{
    pollfd waiting{.fd = event.get(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, 1000);
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t ignored = ::read(event.get(), &count, sizeof count);
}

} // namespace

/// Shared with its thread, so that a thread which hangs in a write can be left behind.
class log_writer::destination {
public:
    explicit destination(std::unique_ptr<log_sink> sink)
        : sink_(std::move(sink)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          finished_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
    }

    static std::shared_ptr<destination> start(std::unique_ptr<log_sink> sink)
    {
        auto made = std::make_shared<destination>(std::move(sink));
        made->thread_ = control::start_quiet_thread("xvrrp-log", [made] { made->run(); });
        return made;
    }

    void put(std::chrono::system_clock::time_point when, severity level, std::string_view text) noexcept
    {
        if (queue_.push(when, level, text)) {
            signal_event(wake_);
        } else {
            lost_.fetch_add(1, std::memory_order_relaxed);
        }
    }

    void ask_to_finish() noexcept
    {
        stopping_.store(true);
        signal_event(wake_);
    }

    void finish_by(std::chrono::steady_clock::time_point deadline)
    {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{.fd = finished_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) == 1) {
            thread_.join();
        } else {
            thread_.detach();
        }
    }

private:
    void run()
    {
        log_line line;
        for (;;) {
            // Read before the queue: a line put in before the request to stop is found below.
            const bool last_round = stopping_.load();
            while (queue_.pop(line)) {
                deliver(line);
            }
            report_lost();
            if (last_round) {
                break;
            }
            wait_for_event(wake_);
        }
        signal_event(finished_);
    }

    void deliver(const log_line& line)
    {
        if (!sink_->deliver(line)) {
            lost_.fetch_add(1, std::memory_order_relaxed);
        } else {
            working_ = true;
        }
    }

    /// Only where lines arrive again: otherwise the report would be lost as well.
    void report_lost()
    {
        const std::uint64_t count = lost_.load(std::memory_order_relaxed);
        if (count == reported_ || !working_) {
            return;
        }
        log_line line;
        line.set(std::chrono::system_clock::now(), severity::warning,
                 fmt::format("{} log lines lost: this log could not be written fast enough", count - reported_));
        if (sink_->deliver(line)) {
            reported_ = count;
        }
        working_ = false;
    }

    std::unique_ptr<log_sink> sink_;
    line_queue queue_;
    descriptor wake_;
    descriptor finished_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> lost_{0};
    std::uint64_t reported_ = 0;
    bool working_ = false; ///< a line was delivered since the last look at what was lost
    std::thread thread_;
};

log_writer::log_writer(const log_settings& settings) : detail_(settings.detail), flush_limit_(settings.flush_limit)
{
    if (settings.console) {
        destinations_.push_back(destination::start(std::make_unique<console_sink>(settings.console_fd)));
    }
    if (settings.syslog) {
        destinations_.push_back(
            destination::start(std::make_unique<syslog_sink>(settings.syslog_socket, settings.facility)));
    }
}

log_writer::~log_writer()
{
    const auto deadline = std::chrono::steady_clock::now() + flush_limit_;
    for (const auto& each : destinations_) {
        each->ask_to_finish();
    }
    for (const auto& each : destinations_) {
        each->finish_by(deadline);
    }
}

void log_writer::write(severity level, std::string_view text) noexcept
{
    if (!shows(level)) {
        return;
    }
    const auto now = std::chrono::system_clock::now();
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        for (const auto& each : destinations_) {
            each->put(now, level, line);
        }
    }
}

bool log_writer::shows(severity level) const noexcept
{
    return detail_ || level != severity::debug;
}

} // namespace xvrrp::daemon
