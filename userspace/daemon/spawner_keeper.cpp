// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "daemon/spawner_keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "track/spawner.hpp"

namespace xvrrp::daemon {

result<descriptor> spawner_keeper::begin()
{
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return fail_errno("socket to the spawner", errno);
    }
    spawners_end_ = descriptor(ends[0]);
    back_off_ = {};
    return descriptor(ends[1]);
}

void spawner_keeper::daemon_ended()
{
    spawners_end_.reset();
    pid_.reset();
    start_at_.reset();
}

int spawner_keeper::fd() const
{
    return pid_ || start_at_ ? -1 : spawners_end_.get();
}

void spawner_keeper::look(time_point now)
{
    if (start_at_ && *start_at_ <= now) {
        start(now);
        return;
    }
    pollfd asked{.fd = fd(), .events = POLLIN, .revents = 0};
    if (::poll(&asked, 1, 0) != 1) {
        return;
    }
    if ((asked.revents & POLLHUP) != 0) {
        // A daemon that ends, whether it asked before or not. Watched on, this end would keep the supervisor awake at
        // its real-time priority, and the daemon's own end may need the CPU for that.
        spawners_end_.reset();
    } else if ((asked.revents & POLLIN) != 0) {
        start(now);
    }
}

bool spawner_keeper::ended(pid_t pid, int wait_status, time_point now)
{
    if (pid != pid_) {
        return false;
    }
    pid_.reset();
    const bool by_itself = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
    if (by_itself || !spawners_end_) {
        return true; // the daemon is about to be missed too
    }
    const duration wait = back_off_.wait_after(now - started_);
    log_.error("the process that runs scripts, PID {}, died ({} {}); it is started again{}", pid,
               WIFSIGNALED(wait_status) ? "signal" : "status",
               WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status),
               wait > duration::zero()
                   ? fmt::format(" in {} s", std::chrono::duration_cast<std::chrono::seconds>(wait).count())
                   : std::string());
    start_at_ = now + wait;
    return true;
}

void spawner_keeper::start(time_point now)
{
    start_at_.reset();
    started_ = now;
    const pid_t child = ::fork();
    if (child == 0) {
        track::be_spawner(std::move(spawners_end_));
    }
    if (child < 0) {
        log_.error("cannot start the process that runs scripts: {}", std::strerror(errno));
        start_at_ = now + back_off_.wait_after(duration::zero());
        return;
    }
    pid_ = child;
}

} // namespace xvrrp::daemon
