// SPDX-License-Identifier: BSD-2-Clause
//
// fork, setsid, and a pipe on which the child says how its start went: one byte of status, then the message.
#include "daemon/daemonize.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace xvrrp::daemon {
namespace {

std::string read_to_end(int fd)
{
    std::string all;
    std::array<char, 4096> part{};
    for (;;) {
        const ssize_t count = ::read(fd, part.data(), part.size());
        if (count > 0) {
            all.append(part.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            return all;
        }
    }
}

parent_result died_silently(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    std::string how = "xvrrpd ended before it was ready";
    if (WIFSIGNALED(status)) {
        how += ": killed by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
    } else if (WIFEXITED(status)) {
        how += ", with status " + std::to_string(WEXITSTATUS(status));
    }
    return {.status = 1, .message = how};
}

parent_result wait_for_report(pid_t child, const descriptor& report)
{
    const std::string said = read_to_end(report.get());
    if (said.empty()) {
        return died_silently(child);
    }
    return {.status = static_cast<unsigned char>(said.front()), .message = said.substr(1)};
}

void write_report(const descriptor& report, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(report.get(), bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return; // the parent was killed: nobody is left to tell
        }
    }
}

} // namespace

void open_standard_descriptors()
{
    // open gives the lowest free number: what comes out above standard error shows that the three are there.
    for (;;) {
        const int fd = ::open("/dev/null", O_RDWR);
        if (fd < 0) {
            return;
        }
        if (fd > STDERR_FILENO) {
            ::close(fd);
            return;
        }
    }
}

result<void> background_child::detach()
{
    report_.reset();
    const descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) {
        return fail_errno("/dev/null", errno);
    }
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::dup2(null.get(), standard) < 0) {
            return fail_errno("/dev/null in the place of a standard descriptor", errno);
        }
    }
    return {};
}

result<void> background_child::ready()
{
    descriptor report = std::move(report_);
    if (result<void> done = detach(); !done) {
        report_ = std::move(report);
        return done;
    }
    write_report(report, std::string_view("\0", 1));
    return {};
}

void background_child::failed(int status, std::string_view message)
{
    std::string report(1, static_cast<char>(status));
    report += message;
    write_report(report_, report);
    report_.reset();
}

result<std::variant<parent_result, background_child>> start_in_background()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail_errno("a pipe for the start in the background", errno);
    }
    descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) {
        return fail_errno("fork for the start in the background", errno);
    }
    if (child > 0) {
        writing.reset();
        return wait_for_report(child, reading);
    }
    reading.reset();
    if (::setsid() < 0 || ::chdir("/") != 0) {
        background_child(std::move(writing)).failed(1, std::string("going to the background: ") + std::strerror(errno));
        ::_exit(1);
    }
    return background_child(std::move(writing));
}

} // namespace xvrrp::daemon
