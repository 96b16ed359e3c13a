// SPDX-License-Identifier: BSD-2-Clause
//
// Being interrupted (see interruption.hpp).
#include "failover/interruption.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>

namespace xvrrp::failover {
namespace {

constexpr timespec patience{.tv_sec = 0, .tv_nsec = 200'000'000};
/// timeout(1) signals the process, and then its group.
constexpr auto same_request = std::chrono::milliseconds(500);
constexpr int interrupted_status = 130;

sigset_t ending_signals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

interruption::interruption()
{
    const sigset_t set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::jthread([this](const std::stop_token& stopped) { wait(stopped); });
}

void interruption::wait(const std::stop_token& stopped)
{
    const sigset_t set = ending_signals();
    std::chrono::steady_clock::time_point first;
    while (!stopped.stop_requested()) {
        if (sigtimedwait(&set, nullptr, &patience) < 0) {
            continue;
        }
        const auto now = std::chrono::steady_clock::now();
        if (!requested_.exchange(true)) {
            first = now;
            fmt::print(stderr, "\nending after this; once more ends at once\n");
        } else if (now - first > same_request) {
            _exit(interrupted_status);
        }
    }
}

} // namespace xvrrp::failover
