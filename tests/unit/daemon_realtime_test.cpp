// SPDX-License-Identifier: BSD-2-Clause
//
// Real-time scheduling and locked memory, in a process of their own, where the system grants them and where it doesn't.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "daemon/realtime.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::daemon::test {
namespace {

/// What a child process said about itself, through a pipe that it keeps when it gives its privileges away.
std::string in_a_child(const std::function<std::string()>& body)
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw std::runtime_error("pipe");
    }
    const descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string said = body();
        [[maybe_unused]] const ssize_t ignored = ::write(writing.get(), said.data(), said.size());
        ::_exit(0);
    }
    writing.reset();
    std::array<char, 4096> said{};
    const ssize_t count = ::read(reading.get(), said.data(), said.size());
    ::waitpid(child, nullptr, 0);
    return {said.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

std::string joined(const std::vector<std::string>& sentences)
{
    std::string all;
    for (const std::string& each : sentences) {
        all += each + "\n";
    }
    return all;
}

TEST(daemon_realtime, is_given_up_for_a_while_and_no_longer)
{
    const std::string said = in_a_child([] {
        const bool refused = !request_realtime(2).empty();
        const int before = ::sched_getscheduler(0);
        const int meanwhile = [] {
            const ordinary_scheduling yielding;
            return ::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
        }();
        sched_param parameters{};
        ::sched_getparam(0, &parameters);
        const bool as_before = ::sched_getscheduler(0) == before;
        const bool right = meanwhile == SCHED_OTHER && as_before && (refused || parameters.sched_priority == 2);
        return std::string(right ? "right" : "wrong");
    });
    EXPECT_EQ(said, "right");
}

TEST(daemon_realtime, what_is_not_refused_is_in_force)
{
    const std::string said = in_a_child([] {
        const std::vector<std::string> refused = request_realtime(2);
        sched_param parameters{};
        ::sched_getparam(0, &parameters);
        const bool fifo = ::sched_getscheduler(0) == (SCHED_FIFO | SCHED_RESET_ON_FORK);
        return joined(refused) + (fifo ? "FIFO " + std::to_string(parameters.sched_priority) : "normal");
    });
    EXPECT_TRUE(said.ends_with("FIFO 2") != (said.find("SCHED_FIFO refused (") != std::string::npos)) << said;
}

TEST(daemon_realtime, refusals_are_sentences_and_nothing_fails_later)
{
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root, to give its privileges away";
    }
    const std::string said = in_a_child([]() -> std::string {
        // No more than now for a process without CAP_SYS_NICE and CAP_IPC_LOCK.
        const rlimit none{.rlim_cur = 0, .rlim_max = 0};
        const rlimit little{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
        if (::setrlimit(RLIMIT_RTPRIO, &none) != 0 || ::setrlimit(RLIMIT_MEMLOCK, &little) != 0 ||
            ::setuid(65534) != 0) {
            return "set-up failed";
        }
        const std::string refused = joined(request_realtime());
        const std::vector<char> allocated(64 << 20, 'x');
        return refused + (allocated.back() == 'x' ? "alive" : "");
    });
    EXPECT_EQ(said,
              "SCHED_FIFO refused (Operation not permitted), using normal scheduling: busy CPUs may delay adverts\n"
              "memory not locked (no CAP_IPC_LOCK): swapping may delay adverts\n"
              "alive");
}

} // namespace
} // namespace xvrrp::daemon::test
