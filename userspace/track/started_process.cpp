// SPDX-License-Identifier: BSD-2-Clause
//
// Between fork and exec nothing allocates: the child of a spawner is as small as can be, and its failure is told
// through a pipe that exec closes.
#include "track/started_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

namespace xvrrp::track {
namespace {

constexpr int unreadable_status = 2; // as a shell has it for "< FILE"
constexpr const char* shell = "/bin/sh";

/// argv, for the command and for a shell that is to run it.
class arguments {
public:
    explicit arguments(const std::vector<std::string>& words)
    {
        pointers_.push_back(const_cast<char*>(shell)); // as exec wants it, which changes nothing
        for (const std::string& each : words) {
            pointers_.push_back(const_cast<char*>(each.c_str()));
        }
        pointers_.push_back(nullptr);
    }
    [[nodiscard]] char* const* of_command() const { return &pointers_[1]; }
    [[nodiscard]] char* const* of_shell() const { return pointers_.data(); }

private:
    std::vector<char*> pointers_;
};

void use_ordinary_means()
{
    constexpr sched_param none{};
    ::sched_setscheduler(0, SCHED_OTHER, &none);
    ::setpriority(PRIO_PROCESS, 0, 0);
    // The daemon may be spared when memory is short; what it runs is not.
    const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
        [[maybe_unused]] const ssize_t ignored = ::write(score, "0", 1);
        ::close(score);
    }
}

void use_default_signals()
{
    sigset_t none;
    sigemptyset(&none);
    for (const int each : {SIGPIPE, SIGCHLD, SIGTERM, SIGINT, SIGHUP}) {
        std::signal(each, SIG_DFL);
    }
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool use_null_streams()
{
    const int null = ::open("/dev/null", O_RDWR);
    bool done = null >= 0;
    for (const int each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        done = done && ::dup2(null, each) >= 0;
    }
    if (null > STDERR_FILENO) {
        ::close(null);
    }
    return done;
}

bool use_account(const run_request& what)
{
    if (what.uid == ::geteuid() && what.gid == ::getegid()) {
        return true;
    }
    return ::setgroups(0, nullptr) == 0 && ::setgid(what.gid) == 0 && ::setuid(what.uid) == 0;
}

[[noreturn]] void fail_with(int failure, int code)
{
    [[maybe_unused]] const ssize_t ignored = ::write(failure, &code, sizeof code);
    ::_exit(unreadable_status);
}

[[noreturn]] void become(const run_request& what, const arguments& argv, pid_t parent, int failure)
{
    ::setpgid(0, 0);
    use_ordinary_means();
    use_default_signals();
    if (!use_null_streams() || ::chdir("/") != 0 || !use_account(what)) {
        fail_with(failure, errno);
    }
    // A change of the account clears it.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) {
        ::_exit(unreadable_status);
    }
    const std::string& command = what.command.front();
    if (command.starts_with('<')) {
        const int file = ::open(command.c_str() + 1, O_RDONLY | O_CLOEXEC);
        ::_exit(file >= 0 ? 0 : unreadable_status);
    }
    ::execv(command.c_str(), argv.of_command());
    if (errno == ENOEXEC) {
        ::execv(shell, argv.of_shell());
    }
    fail_with(failure, errno);
}

} // namespace

result<started_process> start_process(const run_request& what)
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        return fail_errno("pipe", errno);
    }
    started_process started{.pid = -1, .failure = descriptor(ends[0])};
    const descriptor failure(ends[1]);
    const arguments argv(what.command);
    const pid_t parent = ::getpid();
    started.pid = ::fork();
    if (started.pid < 0) {
        return fail_errno("fork", errno);
    }
    if (started.pid == 0) {
        become(what, argv, parent, failure.get());
    }
    // In both processes: whoever comes first.
    ::setpgid(started.pid, started.pid);
    return started;
}

run_result result_of(const started_process& process, int wait_status)
{
    int code = 0;
    if (::read(process.failure.get(), &code, sizeof code) == sizeof code) {
        return {.how = run_result::kind::not_run, .value = code};
    }
    if (WIFSIGNALED(wait_status)) {
        return {.how = run_result::kind::signalled, .value = WTERMSIG(wait_status)};
    }
    return {.how = run_result::kind::exited, .value = WEXITSTATUS(wait_status)};
}

} // namespace xvrrp::track
