// SPDX-License-Identifier: BSD-2-Clause
//
// What the supervisor watches of a daemon that may want a spawner.
#include <gtest/gtest.h>

#include <poll.h>

#include <chrono>

#include "daemon/logging.hpp"
#include "daemon/spawner_keeper.hpp"
#include "support/must.hpp"

namespace xvrrp::daemon {
namespace {

class silent_log : public logger {
public:
    void write(severity /*level*/, std::string_view /*text*/) noexcept override {}
    [[nodiscard]] bool shows(severity /*level*/) const noexcept override { return false; }
};

TEST(spawner_keeper, a_daemon_that_ends_is_watched_no_more)
{
    silent_log log;
    spawner_keeper keeper(log);
    descriptor daemons_end = test::must(keeper.begin());
    keeper.look(std::chrono::steady_clock::now());
    EXPECT_GE(keeper.fd(), 0) << "it may still ask";
    daemons_end.reset();
    pollfd watched{.fd = keeper.fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&watched, 1, 0), 1) << "which would keep the supervisor awake until the process is gone";
    keeper.look(std::chrono::steady_clock::now());
    EXPECT_EQ(keeper.fd(), -1);
    EXPECT_EQ(keeper.next_deadline(), std::nullopt);
}

TEST(spawner_keeper, the_next_daemon_is_watched_again)
{
    silent_log log;
    spawner_keeper keeper(log);
    test::must(keeper.begin()).reset();
    keeper.look(std::chrono::steady_clock::now());
    const descriptor daemons_end = test::must(keeper.begin());
    keeper.look(std::chrono::steady_clock::now());
    EXPECT_GE(keeper.fd(), 0);
}

} // namespace
} // namespace xvrrp::daemon
