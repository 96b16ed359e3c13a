// SPDX-License-Identifier: BSD-2-Clause
//
// How other threads ask something of the loop: they post a task and wait for its answer; the loop runs it between two
// turns. The only door between threads.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class mailbox {
public:
    static result<mailbox> open();
    mailbox(mailbox&&) noexcept = default;

    /// From any thread; false when the loop runs no more and the task with it.
    bool post(std::function<void()> task);

    /// From any thread but the loop's: what `task` gives, or an error when the loop hasn't run it in time.
    template <class Result> result<Result> ask(std::function<result<Result>()> task, std::chrono::milliseconds patience)
    {
        auto answer = std::make_shared<std::promise<result<Result>>>();
        std::future<result<Result>> answered = answer->get_future();
        if (!post([answer, task = std::move(task)] { answer->set_value(task()); })) {
            return fail("the daemon is stopping");
        }
        if (answered.wait_for(patience) != std::future_status::ready) {
            return fail("the daemon is too busy to answer; try again");
        }
        return answered.get();
    }

    /// On the loop's thread: readable when tasks wait, and running them.
    [[nodiscard]] int fd() const { return wake_.get(); }
    void run();
    /// On the loop's thread, at its end: runs what waits, and takes nothing any more.
    void close();

private:
    explicit mailbox(descriptor wake) : wake_(std::move(wake)), lock_(std::make_unique<std::mutex>()) {}

    descriptor wake_;
    std::unique_ptr<std::mutex> lock_;
    std::deque<std::function<void()>> tasks_; ///< under lock_
    bool closed_ = false;                     ///< under lock_
};

} // namespace xvrrp::runtime
