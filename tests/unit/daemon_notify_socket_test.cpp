// SPDX-License-Identifier: BSD-2-Clause
//
// sd_notify messages as a service manager receives them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>

#include "control/unix_socket.hpp"
#include "control_support.hpp"
#include "daemon/notify_socket.hpp"
#include "support/must.hpp"

namespace xvrrp::daemon::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using xvrrp::test::bind_datagram;
using xvrrp::test::must;
using xvrrp::test::receive_datagram;

TEST(daemon_notify_socket, every_message)
{
    const xvrrp::test::temporary_directory directory;
    const std::string path = directory / "notify";
    const descriptor manager = bind_datagram(path);
    notify_socket notify = must(notify_socket::open(path));
    must(notify.ready(42));
    EXPECT_EQ(receive_datagram(manager), "READY=1\nMAINPID=42");
    must(notify.reloading(time_point(123456789us + 999ns)));
    EXPECT_EQ(receive_datagram(manager), "RELOADING=1\nMONOTONIC_USEC=123456789");
    must(notify.stopping());
    EXPECT_EQ(receive_datagram(manager), "STOPPING=1");
    must(notify.status("MASTER of 2\nREADY=0"));
    EXPECT_EQ(receive_datagram(manager), "STATUS=MASTER of 2 READY=0") << "text can't become a command";
}

TEST(daemon_notify_socket, a_daemons_messages_are_forwarded_as_they_are)
{
    const xvrrp::test::temporary_directory directory;
    const std::string path = directory / "notify";
    const descriptor manager = bind_datagram(path);
    notify_socket supervisor = must(notify_socket::open(path));
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    notify_socket daemon = notify_socket::over(descriptor(ends[0]));
    const descriptor from_daemon(ends[1]);
    must(daemon.ready(42));
    const std::string message = receive_datagram(from_daemon);
    EXPECT_THAT(message, testing::StartsWith(notify_socket::ready_mark));
    must(supervisor.forward(message));
    EXPECT_EQ(receive_datagram(manager), "READY=1\nMAINPID=42");
}

TEST(daemon_notify_socket, the_abstract_namespace)
{
    const std::string name = "@xvrrp-test-notify-" + std::to_string(::getpid());
    const descriptor manager = bind_datagram(name);
    must(must(notify_socket::open(name)).ready(1));
    EXPECT_EQ(receive_datagram(manager), "READY=1\nMAINPID=1");
    const auto address = must(control::unix_address("@ab"));
    EXPECT_EQ(std::string_view(address.storage.sun_path, 3), std::string_view("\0ab", 3));
    EXPECT_EQ(address.length, offsetof(sockaddr_un, sun_path) + 3) << "an end would be a part of the name";
}

TEST(daemon_notify_socket, the_environment_names_it_once)
{
    const xvrrp::test::temporary_directory directory;
    const std::string path = directory / "notify";
    const descriptor manager = bind_datagram(path);
    ASSERT_EQ(::setenv("NOTIFY_SOCKET", path.c_str(), 1), 0);
    notify_socket notify = must(notify_socket::from_environment());
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr) << "no child uses it";
    must(notify.stopping());
    EXPECT_EQ(receive_datagram(manager), "STOPPING=1");
}

TEST(daemon_notify_socket, without_a_manager_nothing_fails)
{
    ::unsetenv("NOTIFY_SOCKET");
    notify_socket notify = must(notify_socket::from_environment());
    EXPECT_TRUE(notify.ready(1));
    EXPECT_TRUE(notify.status("x"));
    EXPECT_TRUE(notify_socket().stopping());
}

TEST(daemon_notify_socket, a_manager_that_is_gone_is_an_error)
{
    const xvrrp::test::temporary_directory directory;
    notify_socket notify = must(notify_socket::open((directory / "nobody").native()));
    EXPECT_THAT(notify.ready(1).error().what, HasSubstr("notification socket: No such file"));
    EXPECT_THAT(notify_socket::open("").error().what, HasSubstr("NOTIFY_SOCKET"));
}

TEST(daemon_notify_socket, a_manager_that_does_not_read_is_not_waited_for)
{
    const xvrrp::test::temporary_directory directory;
    const std::string path = directory / "notify";
    const descriptor manager = bind_datagram(path);
    notify_socket notify = must(notify_socket::open(path));
    bool refused = false;
    for (int i = 0; i < 10000 && !refused; ++i) {
        refused = !notify.status("filling the queue");
    }
    ASSERT_TRUE(refused);
    auto asked = std::chrono::steady_clock::now();
    EXPECT_FALSE(notify.status("one more"));
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 500ms);
    asked = std::chrono::steady_clock::now();
    EXPECT_FALSE(notify.ready(1, 100ms));
    EXPECT_GE(std::chrono::steady_clock::now() - asked, 100ms) << "the start can wait for room";
}

} // namespace
} // namespace xvrrp::daemon::test
