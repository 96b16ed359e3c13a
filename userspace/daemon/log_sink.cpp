// SPDX-License-Identifier: BSD-2-Clause
//
// The two sinks of the log: a descriptor, and syslogd.
#include "daemon/log_sink.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <tuple>

#include "control/unix_socket.hpp"

namespace xvrrp::daemon {
namespace {

/// `format` as strftime takes it. The program never calls setlocale, so names of days and months are the C locale's.
std::string local_time(std::chrono::system_clock::time_point when, const char* format)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    std::array<char, 64> text{};
    if (::localtime_r(&seconds, &parts) == nullptr) {
        return {};
    }
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

bool is_writable(int fd, int patience_milliseconds)
{
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    return ::poll(&waiting, 1, patience_milliseconds) == 1;
}

void wait_until_writable(int fd)
{
    std::ignore = is_writable(fd, 1000);
}

bool write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            wait_until_writable(fd);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

} // namespace

bool console_sink::deliver(const log_line& line)
{
    std::string out = local_time(line.when, "%a %b %e %H:%M:%S %Y: ");
    out += line.text();
    out += '\n';
    // A pipe that can be written to takes PIPE_BUF bytes, more than a line has, without waiting (pipe(7)).
    return (busy_ == when_full::wait || is_writable(fd_, 0)) && write_all(fd_, out);
}

bool syslog_sink::deliver(const log_line& line)
{
    std::string out = "<" + std::to_string(facility_ | static_cast<int>(line.level)) + ">";
    out += local_time(line.when, "%b %e %H:%M:%S ");
    out += "xvrrpd[" + std::to_string(::getpid()) + "]: ";
    out += line.text();
    if (socket_ && send(out)) {
        return true;
    }
    return connect() && send(out);
}

bool syslog_sink::connect()
{
    const auto address = control::unix_address(path_);
    descriptor fresh(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!address || !fresh) {
        return false;
    }
    if (::connect(fresh.get(), address->get(), address->length) != 0) {
        return false;
    }
    socket_ = std::move(fresh);
    return true;
}

bool syslog_sink::send(const std::string& message)
{
    for (;;) {
        if (::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0) {
            return true;
        }
        if (errno == EAGAIN) {
            if (busy_ == when_full::drop) {
                return false;
            }
            wait_until_writable(socket_.get());
        } else if (errno != EINTR) {
            socket_.reset();
            return false;
        }
    }
}

} // namespace xvrrp::daemon
