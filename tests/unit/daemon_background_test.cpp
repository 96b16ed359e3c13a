// SPDX-License-Identifier: BSD-2-Clause
//
// The start in the background, each case in a process of its own: what the command that was typed returns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <functional>

#include "control_support.hpp"
#include "daemon/daemonize.hpp"
#include "support/must.hpp"

namespace xvrrp::daemon::test {
namespace {

using xvrrp::test::must;
using xvrrp::test::read_file;
using xvrrp::test::wait_for;
using xvrrp::test::write_file;

struct ended {
    int status;
    std::string message;
};

/// Runs `in_child` in a background child of a process like the command's, and gives what that process ended with.
ended start(const xvrrp::test::temporary_directory& directory, const std::function<void(background_child&)>& in_child)
{
    const pid_t command = ::fork();
    if (command == 0) {
        try {
            auto forked = must(start_in_background());
            if (const auto* parent = std::get_if<parent_result>(&forked)) {
                write_file(directory / "message", parent->message);
                ::_exit(parent->status);
            }
            in_child(std::get<background_child>(forked));
            ::_exit(0);
        } catch (const std::exception& failure) {
            write_file(directory / "message", failure.what());
            ::_exit(99);
        }
    }
    int status = 0;
    ::waitpid(command, &status, 0);
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .message = read_file(directory / "message")};
}

TEST(daemon_background, returns_when_the_child_is_ready)
{
    const xvrrp::test::temporary_directory directory;
    const ended command = start(directory, [&directory](background_child& child) {
        write_file(directory / "before", "worked\n");
        must(child.ready());
        write_file(directory / "after.new", std::to_string(::getsid(0)) + " " + std::to_string(::getpid()) + " " +
                                                std::filesystem::current_path().string() + " " +
                                                std::filesystem::read_symlink("/proc/self/fd/0").string() + " " +
                                                std::filesystem::read_symlink("/proc/self/fd/2").string());
        std::filesystem::rename(directory / "after.new", directory / "after");
    });
    EXPECT_EQ(command.status, 0);
    EXPECT_EQ(command.message, "");
    EXPECT_EQ(read_file(directory / "before"), "worked\n") << "not before the child said so";
    ASSERT_TRUE(wait_for([&directory] { return std::filesystem::exists(directory / "after"); }));
    EXPECT_THAT(read_file(directory / "after"), testing::MatchesRegex("([0-9]+) [0-9]+ / /dev/null /dev/null"));
    const std::string after = read_file(directory / "after");
    const auto space = after.find(' ');
    EXPECT_EQ(after.substr(0, space), after.substr(space + 1, space)) << "a session of its own";
}

TEST(daemon_background, hands_the_childs_error_on)
{
    const xvrrp::test::temporary_directory directory;
    const ended command = start(directory, [](background_child& child) { child.failed(7, "eth0: no such interface"); });
    EXPECT_EQ(command.status, 7);
    EXPECT_EQ(command.message, "eth0: no such interface");
}

TEST(daemon_background, says_how_a_child_died_that_reported_nothing)
{
    const xvrrp::test::temporary_directory directory;
    ended command = start(directory, [](background_child&) { ::raise(SIGKILL); });
    EXPECT_EQ(command.status, 1);
    EXPECT_EQ(command.message, "xvrrpd ended before it was ready: killed by signal 9 (Killed)");
    command = start(directory, [](background_child&) { ::_exit(3); });
    EXPECT_EQ(command.status, 1);
    EXPECT_EQ(command.message, "xvrrpd ended before it was ready, with status 3");
}

TEST(daemon_background, standard_descriptors_that_are_closed_become_dev_null)
{
    const xvrrp::test::temporary_directory directory;
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(0);
        ::close(2);
        open_standard_descriptors();
        write_file(directory / "found", std::filesystem::read_symlink("/proc/self/fd/0").string() + " " +
                                            std::filesystem::read_symlink("/proc/self/fd/2").string());
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(read_file(directory / "found"), "/dev/null /dev/null");
}

} // namespace
} // namespace xvrrp::daemon::test
