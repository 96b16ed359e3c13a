// SPDX-License-Identifier: BSD-2-Clause
//
// One epoll set and one timer. It only wakes; what is done in a turn, and in which order, is the controller's business.
// Belongs to the loop's thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

class event_loop {
public:
    static result<event_loop> open();

    /// Wakes when `fd` is readable and calls `handler`, which may be empty where every turn reads the source anyway.
    result<void> watch(int fd, std::function<void()> handler = {});
    void forget(int fd);

    /// Wake at this time at the latest; none: only for descriptors. Costs a system call only when it changes.
    void arm(std::optional<time_point> deadline);

    /// Sleeps until something is readable or the deadline has come.
    result<void> wait();
    /// Calls the handlers of what `wait` found readable.
    void dispatch();

private:
    event_loop(descriptor epoll, descriptor timer) : epoll_(std::move(epoll)), timer_(std::move(timer)) {}

    descriptor epoll_;
    descriptor timer_; ///< CLOCK_MONOTONIC, absolute
    std::optional<time_point> armed_;
    std::map<int, std::function<void()>> handlers_;
    std::vector<int> readable_;
};

} // namespace xvrrp::runtime
