// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <array>
#include <cstdint>
#include <utility>

namespace xvrrp::runtime {

namespace {

timespec to_timespec(time_point when)
{
    const auto since_boot = std::chrono::duration_cast<duration>(when.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    return {.tv_sec = seconds.count(), .tv_nsec = (since_boot - seconds).count()};
}

} // namespace

result<event_loop> event_loop::open()
{
    descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (epoll.get() < 0) {
        return fail_errno("epoll_create1", errno);
    }
    descriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (timer.get() < 0) {
        return fail_errno("timerfd_create", errno);
    }
    const int timer_fd = timer.get();
    event_loop loop(std::move(epoll), std::move(timer));
    if (auto watched = loop.watch(timer_fd); !watched) {
        return std::unexpected(watched.error());
    }
    return loop;
}

result<void> event_loop::watch(int fd, std::function<void()> handler)
{
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        return fail_errno("epoll_ctl", errno);
    }
    handlers_[fd] = std::move(handler);
    return {};
}

void event_loop::forget(int fd)
{
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    handlers_.erase(fd);
}

void event_loop::arm(std::optional<time_point> deadline)
{
    if (deadline == armed_) {
        return;
    }
    armed_ = deadline;
    itimerspec when{};
    if (deadline) {
        when.it_value = to_timespec(*deadline);
        // All zero would disarm the timer.
        if (when.it_value.tv_sec <= 0 && when.it_value.tv_nsec <= 0) {
            when.it_value = {.tv_sec = 0, .tv_nsec = 1};
        }
    }
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

result<void> event_loop::wait()
{
    std::array<epoll_event, 16> ready{};
    const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), -1);
    if (count < 0) {
        return errno == EINTR ? result<void>{} : fail_errno("epoll_wait", errno);
    }
    for (int i = 0; i < count; ++i) {
        const int fd = ready.at(static_cast<std::size_t>(i)).data.fd;
        if (fd != timer_.get()) {
            readable_.push_back(fd);
            continue;
        }
        std::uint64_t expirations = 0;
        if (::read(fd, &expirations, sizeof expirations) > 0) {
            armed_.reset();
        }
    }
    return {};
}

void event_loop::dispatch()
{
    for (const int fd : std::exchange(readable_, {})) {
        const auto handler = handlers_.find(fd);
        if (handler != handlers_.end() && handler->second) {
            handler->second();
        }
    }
}

} // namespace xvrrp::runtime
