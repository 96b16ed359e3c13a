// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/mailbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <future>
#include <thread>

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

TEST(Mailbox, AnswersAnotherThread)
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

TEST(Mailbox, AnAnswerThatDoesntComeInTimeIsAnError)
{
    auto box = mailbox::open();
    ASSERT_TRUE(box);
    EXPECT_FALSE(box->ask<int>([] { return result<int>(1); }, 10ms));
    // The task is still there, and may be run when nobody waits any more.
    box->run();
}

TEST(Mailbox, AClosedOneRunsWhatWaitsAndTakesNothingMore)
{
    auto box = mailbox::open();
    ASSERT_TRUE(box);
    int ran = 0;
    EXPECT_TRUE(box->post([&] { ++ran; }));
    box->close();
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(box->post([&] { ++ran; }));
    EXPECT_FALSE(box->ask<int>([] { return result<int>(1); }, 10s)) << "at once, not after the time limit";
}

TEST(Mailbox, ATaskMayPostAnother)
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
