// SPDX-License-Identifier: BSD-2-Clause
//
// One poll: requests, children that ended, runs that are over their time.
#include "track/spawner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "track/spawner_messages.hpp"
#include "track/started_process.hpp"

namespace xvrrp::track {
namespace {

/// Between SIGTERM and SIGKILL, and from one SIGKILL to the next.
constexpr std::chrono::seconds until_force{2};
/// Whoever sleeps longer than it meant to had no CPU, and neither had what it runs.
constexpr std::chrono::milliseconds late_after{50};

enum class run_phase : std::uint8_t { running, asked_to_end, forced_to_end };

struct active_run {
    run_id id;
    started_process process;
    std::optional<time_point> deadline; ///< of the phase
    run_phase phase = run_phase::running;
};

/// What is inherited and isn't the spawner's: among it the lock of the pid file, and ends of sockets by whose end
/// others know that the supervisor or the daemon is dead.
descriptor only_descriptor(descriptor keep)
{
    constexpr int first_free = 3;
    if (keep.get() != first_free) {
        ::dup3(keep.get(), first_free, O_CLOEXEC);
        keep = descriptor(first_free);
    }
    ::close_range(first_free + 1, ~0U, 0);
    return keep;
}

class spawner {
public:
    spawner(descriptor to_daemon, descriptor children)
        : to_daemon_(std::move(to_daemon)), children_(std::move(children))
    {
    }

    void run()
    {
        send(hello{});
        while (!over_) {
            wait();
            reap();
            take_requests();
            end_late_runs();
        }
        for (const auto& [pid, each] : runs_) {
            ::kill(-pid, SIGTERM);
        }
    }

private:
    void send(const report& what) const
    {
        const auto bytes = encode(what);
        ::send(to_daemon_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    [[nodiscard]] std::optional<time_point> next_deadline() const
    {
        std::optional<time_point> next;
        for (const auto& [pid, each] : runs_) {
            if (each.deadline && (!next || *each.deadline < *next)) {
                next = each.deadline;
            }
        }
        return next;
    }

    void wait()
    {
        std::array<pollfd, 2> waiting{{{.fd = to_daemon_.get(), .events = POLLIN, .revents = 0},
                                       {.fd = children_.get(), .events = POLLIN, .revents = 0}}};
        const std::optional<time_point> until = next_deadline();
        timespec left{};
        if (until) {
            const duration rest = std::max(*until - std::chrono::steady_clock::now(), duration::zero());
            const auto seconds = std::chrono::floor<std::chrono::seconds>(rest);
            left = {.tv_sec = seconds.count(), .tv_nsec = (rest - seconds).count()};
        }
        std::ignore = ::ppoll(waiting.data(), waiting.size(), until ? &left : nullptr, nullptr);
        if (until) {
            excuse(std::chrono::steady_clock::now() - *until);
        }
    }

    void excuse(duration late)
    {
        if (late < late_after) {
            return;
        }
        for (auto& [pid, each] : runs_) {
            if (each.deadline) {
                *each.deadline += late;
            }
        }
    }

    void take_requests()
    {
        ssize_t length = 0;
        while ((length = ::recv(to_daemon_.get(), room_.data(), room_.size(), MSG_DONTWAIT)) > 0) {
            if (const auto what = decode_request(std::span(room_).first(static_cast<std::size_t>(length)))) {
                std::visit([this](const auto& kind) { take(kind); }, *what);
            }
        }
        over_ = length == 0 || (errno != EAGAIN && errno != EINTR);
    }

    void take(const knock&) {}
    void take(const begin&) { begun_ = true; }

    void take(const run_request& what)
    {
        if (!begun_) {
            return;
        }
        auto started = start_process(what);
        if (!started) {
            send(ended{.id = what.id, .result = {.how = run_result::kind::not_run, .value = started.error().code}});
            return;
        }
        const pid_t pid = started->pid;
        std::optional<time_point> deadline;
        if (what.timeout > duration::zero()) {
            deadline = std::chrono::steady_clock::now() + what.timeout;
        }
        runs_.emplace(pid, active_run{.id = what.id, .process = std::move(*started), .deadline = deadline});
    }

    void take(const stop_request& what)
    {
        const auto found = std::ranges::find_if(runs_, [&](const auto& each) { return each.second.id == what.id; });
        if (begun_ && found != runs_.end() && found->second.phase == run_phase::running) {
            ask_to_end(found->first, found->second);
        }
    }

    static void ask_to_end(pid_t pid, active_run& run)
    {
        ::kill(-pid, SIGTERM);
        run.phase = run_phase::asked_to_end;
        run.deadline = std::chrono::steady_clock::now() + until_force;
    }

    void end_late_runs()
    {
        const time_point now = std::chrono::steady_clock::now();
        for (auto& [pid, each] : runs_) {
            if (!each.deadline || *each.deadline > now) {
                continue;
            }
            if (each.phase == run_phase::running) {
                send(timed_out{each.id});
                ask_to_end(pid, each);
                continue;
            }
            ::kill(-pid, SIGKILL);
            each.phase = run_phase::forced_to_end;
            each.deadline = now + until_force;
        }
    }

    void reap()
    {
        signalfd_siginfo taken{};
        while (::read(children_.get(), &taken, sizeof taken) == sizeof taken) {
        }
        int status = 0;
        pid_t pid = 0;
        while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
            const auto node = runs_.extract(pid);
            if (node.empty()) {
                continue;
            }
            if (node.mapped().phase != run_phase::running) {
                ::kill(-pid, SIGKILL); // what it had forked
            }
            send(ended{.id = node.mapped().id, .result = result_of(node.mapped().process, status)});
        }
    }

    descriptor to_daemon_;
    descriptor children_;
    std::map<pid_t, active_run> runs_;
    std::array<std::byte, longest_message> room_{};
    bool begun_ = false; ///< the daemon knows of us
    bool over_ = false;
};

} // namespace

void be_spawner(descriptor to_daemon)
{
    constexpr int cannot_run = 1;
    descriptor socket = only_descriptor(std::move(to_daemon));
    constexpr sched_param plain{};
    ::sched_setscheduler(0, SCHED_OTHER, &plain);
    // A terminal and a service manager signal everybody; what is to be done before the end is the daemon's to say.
    sigset_t held;
    sigemptyset(&held);
    for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
        sigaddset(&held, each);
    }
    ::sigprocmask(SIG_BLOCK, &held, nullptr);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    descriptor ended_children(::signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!ended_children) {
        ::_exit(cannot_run);
    }
    ::prctl(PR_SET_NAME, "xvrrpd-spawner");
    ::unsetenv("NOTIFY_SOCKET");
    spawner(std::move(socket), std::move(ended_children)).run();
    ::_exit(0);
}

} // namespace xvrrp::track
