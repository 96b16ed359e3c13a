// SPDX-License-Identifier: BSD-2-Clause
//
// Tasks and answers across threads, in time, too late, and at the end.
#include "runtime/mailbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <future>
#include <thread>

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

TEST(runtime_mailbox, answers_another_thread)
{
    auto box = mailbox::open();
    ASSERT_TRUE(box) << box.error().what;
    auto asked = std::async(std::launch::async, [&] { return box->ask<int>([] { return result<int>(42); }, 10s); });
    pollfd wake{.fd = box->fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&wake, 1, 10'000), 1);
    box->run();
    const result<int> answer = asked.get();
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, 42);
}

TEST(runtime_mailbox, an_answer_that_doesnt_come_in_time_is_an_error)
{
    auto box = mailbox::open();
    ASSERT_TRUE(box);
    bool ran = false;
    const auto task = [&ran] {
        ran = true;
        return result<int>(1);
    };
    EXPECT_FALSE(box->ask<int>(task, 10ms));
    box->run();
    EXPECT_TRUE(ran) << "though nobody waits any more";
}

TEST(runtime_mailbox, a_closed_one_runs_what_waits_and_takes_nothing_more)
{
    auto box = mailbox::open();
    ASSERT_TRUE(box);
    int ran = 0;
    EXPECT_TRUE(box->post([&] { ++ran; }));
    box->close();
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(box->post([&] { ++ran; }));
    const result<int> refused = box->ask<int>([] { return result<int>(1); }, 10s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, "the daemon is stopping") << "at once, not after the time limit";
}

TEST(runtime_mailbox, a_task_may_post_another)
{
    auto box = mailbox::open();
    ASSERT_TRUE(box);
    int ran = 0;
    box->post([&] { box->post([&] { ++ran; }); });
    box->run();
    EXPECT_EQ(ran, 0);
    box->run();
    EXPECT_EQ(ran, 1);
}

} // namespace
} // namespace xvrrp::runtime
