// SPDX-License-Identifier: BSD-2-Clause
//
// Watching for stalls (see stall_watch.hpp).
#include "failover/stall_watch.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>
#include <thread>

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr duration period = 500us;
constexpr duration worth_noting = 200us;
constexpr int watcher_priority = 90;

time_point now()
{
    return std::chrono::steady_clock::now();
}

void sleep_until(time_point when)
{
    const duration since = when.time_since_epoch();
    const timespec wanted{.tv_sec = since / 1s, .tv_nsec = (since % 1s).count()};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wanted, nullptr);
}

/// Processors that we may run on.
std::vector<unsigned> processors()
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    std::vector<unsigned> found;
    for (unsigned each = 0; each < CPU_SETSIZE; ++each) {
        if (CPU_ISSET(each, &allowed)) {
            found.push_back(each);
        }
    }
    return found;
}

} // namespace

struct stall_watch::state {
    std::atomic<bool> ahead = true;
    mutable std::mutex mutex;
    std::vector<stall> stalls;
    std::vector<std::jthread> watchers;

    void watch(const std::stop_token& stopped, unsigned processor);
};

void stall_watch::state::watch(const std::stop_token& stopped, unsigned processor)
{
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(processor, &own);
    pthread_setaffinity_np(pthread_self(), sizeof own, &own);
    sched_param parameters{};
    parameters.sched_priority = watcher_priority;
    if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) != 0) {
        ahead = false;
    }
    while (!stopped.stop_requested()) {
        const time_point planned = now() + period;
        sleep_until(planned);
        const time_point woken = now();
        if (woken - planned >= worth_noting) {
            const std::lock_guard lock(mutex);
            stalls.push_back({.from = planned, .to = woken});
        }
    }
}

stall_watch::stall_watch() : state_(std::make_unique<state>())
{
    for (const unsigned each : processors()) {
        state_->watchers.emplace_back(
            [at = state_.get(), each](const std::stop_token& stopped) { at->watch(stopped, each); });
    }
}

stall_watch::~stall_watch() = default;

std::vector<stall> stall_watch::stalls_since(time_point since) const
{
    const std::lock_guard lock(state_->mutex);
    std::vector<stall> wanted;
    std::ranges::copy_if(state_->stalls, std::back_inserter(wanted),
                         [&](const stall& each) { return each.to > since; });
    return wanted;
}

bool stall_watch::ahead_of_others() const
{
    return state_->ahead;
}

duration longest_within(const std::vector<stall>& stalls, time_point from, time_point to)
{
    duration longest{0};
    for (const stall& each : stalls) {
        if (each.to > from && each.from < to) {
            longest = std::max(longest, each.length());
        }
    }
    return longest;
}

} // namespace xvrrp::failover
