// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/mailbox.hpp"

#include <sys/eventfd.h>

#include <cstdint>

namespace xvrrp::runtime {

result<mailbox> mailbox::open()
{
    descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (wake.get() < 0) {
        return fail_errno("eventfd", errno);
    }
    return mailbox(std::move(wake));
}

bool mailbox::post(std::function<void()> task)
{
    {
        const std::lock_guard held(*lock_);
        if (closed_) {
            return false;
        }
        tasks_.push_back(std::move(task));
    }
    ::eventfd_write(wake_.get(), 1);
    return true;
}

void mailbox::close()
{
    {
        const std::lock_guard held(*lock_);
        closed_ = true;
    }
    run();
}

void mailbox::run()
{
    eventfd_t posted = 0;
    ::eventfd_read(wake_.get(), &posted);
    std::deque<std::function<void()>> taken;
    {
        const std::lock_guard held(*lock_);
        taken.swap(tasks_);
    }
    for (const std::function<void()>& task : taken) {
        task();
    }
}

} // namespace xvrrp::runtime
