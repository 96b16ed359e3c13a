// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "daemon/realtime.hpp"

namespace xvrrp::daemon {

namespace {

constexpr int failed = 1;

sigset_t awaited_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
        sigaddset(&set, each);
    }
    return set;
}

std::string describe(int wait_status)
{
    if (WIFSIGNALED(wait_status)) {
        const int signal = WTERMSIG(wait_status);
        return fmt::format("was killed by signal {} ({})", signal, ::strsignal(signal));
    }
    return fmt::format("ended with status {}", WEXITSTATUS(wait_status));
}

/// Gives it the highest number that is sensible. A process that is killed closes its files before its parent hears of
/// its end, which takes tens of milliseconds where packet sockets are among them (packet_release waits for RCU); the
/// kernel releases them from the highest number down, so this one tells first.
descriptor with_highest_number(descriptor fd)
{
    constexpr rlim_t enough = 16384;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return fd;
    }
    const auto highest = static_cast<int>(std::min(limit.rlim_cur, enough)) - 1;
    descriptor moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, highest));
    return moved ? std::move(moved) : std::move(fd);
}

/// VIPs that a living daemon has claimed.
held_addresses held_by(const std::vector<runtime::published_router>& routers)
{
    held_addresses held;
    for (const runtime::published_router& each : routers) {
        for (const net::address_request& address : each.addresses) {
            if (each.active) {
                held.emplace(address.interface, address.ip);
            }
        }
    }
    return held;
}

/// Who reaps removes /proc/PID, and polls for a reader of it to let go. With SCHED_FIFO it would poll until the limit
/// for real-time threads stops it, almost a second.
pid_t reap_one(int& status)
{
    const ordinary_scheduling yielding;
    return ::waitpid(-1, &status, WNOHANG);
}

} // namespace

void block_signals()
{
    const sigset_t set = awaited_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A log or control peer that goes away is an error of one write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
}

supervisor::supervisor(const supervisor_means& with, logger& log, descriptor signals)
    : with_(with), log_(log), signals_(std::move(signals)), spawner_(log), guard_(with.how.bpf_directory, log)
{
}

result<supervisor> supervisor::open(const supervisor_means& with, logger& log)
{
    const sigset_t set = awaited_signals();
    descriptor signals(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!signals) {
        return fail_errno("signalfd", errno);
    }
    return supervisor(with, log, std::move(signals));
}

std::variant<int, daemon_role> supervisor::run()
{
    // Where it is refused, the daemon says so.
    std::ignore = request_realtime();
    start_at_ = std::chrono::steady_clock::now();
    for (;;) {
        if (start_at_ && *start_at_ <= std::chrono::steady_clock::now()) {
            if (auto role = start_daemon()) {
                return std::move(*role);
            }
        }
        wait();
        take_messages();
        take_signals();
        look_after_vips();
        spawner_.look(std::chrono::steady_clock::now());
        if (const auto status = ended()) {
            return *status;
        }
    }
}

/// Gives a role in the new process alone.
std::optional<daemon_role> supervisor::start_daemon()
{
    start_at_.reset();
    started_ = std::chrono::steady_clock::now();
    ready_ = false;
    std::array<int, 2> ends{-1, -1};
    const bool paired = ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0;
    messages_ = descriptor(ends[0]);
    descriptor to_us(ends[1]);
    auto to_spawner = spawner_.begin();
    if (!to_spawner) {
        log_.error("{}; scripts won't run", to_spawner.error().what);
    }
    const pid_t parent = ::getpid();
    const pid_t child = paired ? ::fork() : -1;
    if (child < 0) {
        log_.error("cannot start the daemon: {}", std::strerror(errno));
        start_again_or_end(failed);
        return std::nullopt;
    }
    if (child == 0) {
        return begin(parent, std::move(to_us), std::move(to_spawner).value_or(descriptor()));
    }
    daemon_ = child;
    if (with_.daemon_pid_file != nullptr) {
        if (result<void> written = with_.daemon_pid_file->rewrite(child); !written) {
            log_.warning("{}", written.error().what);
        }
    }
    return std::nullopt;
}

daemon_role supervisor::begin(pid_t parent, descriptor to_parent, descriptor to_spawner) const
{
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) {
        ::_exit(failed); // it died before that, and nothing would tell us
    }
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    return {.supervisor = parent,
            .manager = notify_socket::over(with_highest_number(std::move(to_parent))),
            .spawner = std::move(to_spawner),
            .configuration = with_.published.configuration(),
            .prefers_file = prefers_file_};
}

void supervisor::wait() const
{
    std::vector<pollfd> waiting{{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                {.fd = messages_.get(), .events = POLLIN, .revents = 0}, // negative: passed over
                                {.fd = spawner_.fd(), .events = POLLIN, .revents = 0}};
    for (const int fd : guard_.fds()) {
        waiting.push_back({.fd = fd, .events = POLLIN, .revents = 0});
    }
    timespec left{};
    const std::optional<time_point> until = next_deadline();
    if (until) {
        const duration rest = std::max(*until - std::chrono::steady_clock::now(), duration::zero());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(rest);
        left = {.tv_sec = seconds.count(), .tv_nsec = (rest - seconds).count()};
    }
    std::ignore = ::ppoll(waiting.data(), waiting.size(), until ? &left : nullptr, nullptr);
}

std::optional<time_point> supervisor::next_deadline() const
{
    std::optional<time_point> next = status_ ? std::optional(end_by_) : start_at_;
    if (const auto spawner = spawner_.next_deadline(); spawner && (!next || *spawner < *next)) {
        next = spawner;
    }
    return next;
}

void supervisor::take_signals()
{
    signalfd_siginfo taken{};
    while (::read(signals_.get(), &taken, sizeof taken) == sizeof taken) {
        switch (taken.ssi_signo) {
        case SIGCHLD:
            reap();
            break;
        case SIGHUP:
            reload();
            break;
        default:
            stop(static_cast<int>(taken.ssi_signo));
        }
    }
}

void supervisor::stop(int signal)
{
    stopping_ = true;
    if (daemon_) {
        ::kill(*daemon_, signal);
    } else if (status_) {
        end_by_ = std::chrono::steady_clock::now();
    } else {
        log_.notice("Stopping");
        std::ignore = with_.manager.stopping();
        end_with(0);
    }
}

void supervisor::reload()
{
    if (daemon_) {
        ::kill(*daemon_, SIGHUP);
    } else if (start_at_) {
        prefers_file_ = true;
        start_at_ = std::chrono::steady_clock::now();
    }
}

void supervisor::reap()
{
    int status = 0;
    for (pid_t ended = reap_one(status); ended > 0; ended = reap_one(status)) {
        if (ended == daemon_) {
            daemon_ended(status);
        } else {
            spawner_.ended(ended, status, std::chrono::steady_clock::now());
        }
    }
}

void supervisor::take_messages()
{
    std::array<char, 4096> room{};
    ssize_t length = 0;
    while (messages_ && (length = ::recv(messages_.get(), room.data(), room.size(), MSG_DONTWAIT)) > 0) {
        const std::string_view message(room.data(), static_cast<std::size_t>(length));
        const bool ready = message.starts_with(notify_socket::ready_mark) && !ready_;
        const std::chrono::seconds patience(ready && !ever_ready_ ? 1 : 0);
        if (result<void> told = with_.manager.forward(message, patience); !told && ready) {
            log_.warning("{}", told.error().what);
        }
        if (ready) {
            daemon_is_ready();
        }
    }
    if (messages_ && length == 0) {
        daemon_is_dying();
    }
}

void supervisor::daemon_is_ready()
{
    ready_ = true;
    prefers_file_ = false;
    if (!std::exchange(ever_ready_, true) && with_.background != nullptr) {
        std::ignore = with_.background->detach();
    }
    // It has adopted the VIPs by now. A last look: an advert may have come before its own ears were open.
    look_after_vips();
    guard_.hand_over();
}

/// The process has closed its end, so it runs no code of its own any more; what it was and how it ended is learnt when
/// it is reaped. One that stops in the usual way has given up its VIPs before.
void supervisor::daemon_is_dying()
{
    messages_.reset();
    spawner_.daemon_ended();
    resigned_ = guard_.take_over(with_.published.routers(), std::chrono::steady_clock::now());
    std::ignore = with_.published.publish({});
}

void supervisor::daemon_ended(int wait_status)
{
    take_messages();
    if (messages_) {
        daemon_is_dying(); // the messages have another end that is open: it handed it on
    }
    const pid_t pid = *std::exchange(daemon_, std::nullopt);
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0) {
        end_with(0);
        return;
    }
    if (ever_ready_) {
        log_.error("the daemon, PID {}, {}; virtual routers for which priority 0 was said in its place: {}", pid,
                   describe(wait_status), resigned_);
    } else if (WIFSIGNALED(wait_status)) {
        report_failed_start(wait_status);
    }
    start_again_or_end(WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : failed);
}

/// A daemon that ends by itself has reported already.
void supervisor::report_failed_start(int wait_status)
{
    const std::string what = "xvrrpd " + describe(wait_status) + " before it was ready";
    log_.error("{}", what);
    if (with_.background != nullptr) {
        with_.background->failed(failed, what);
    } else {
        fmt::print(stderr, "{}\n", what);
    }
}

void supervisor::start_again_or_end(int status)
{
    if (stopping_ || !ever_ready_ || with_.how.dont_respawn) {
        end_with(status);
        return;
    }
    const time_point now = std::chrono::steady_clock::now();
    const duration wait = back_off_.wait_after(now - started_);
    if (wait > duration::zero()) {
        log_.notice("the daemon is started again in {} s",
                    std::chrono::duration_cast<std::chrono::seconds>(wait).count());
    }
    start_at_ = now + wait;
}

void supervisor::end_with(int status)
{
    start_at_.reset();
    status_ = status;
    end_by_ = std::chrono::steady_clock::now() + guard_.successor_within();
}

std::optional<int> supervisor::ended()
{
    if (!status_ || (!guard_.done() && std::chrono::steady_clock::now() < end_by_)) {
        return std::nullopt;
    }
    guard_.give_up();
    return status_;
}

void supervisor::look_after_vips()
{
    if (!guard_.done()) {
        guard_.look(held_by(with_.published.routers()));
    }
}

} // namespace xvrrp::daemon
