// SPDX-License-Identifier: BSD-2-Clause
//
// The pid file with a live owner, a dead one, and none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <tuple>

#include "control_support.hpp"
#include "daemon/pidfile.hpp"
#include "support/must.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::daemon::test {
namespace {

using testing::HasSubstr;
using xvrrp::test::must;
using xvrrp::test::read_file;
using xvrrp::test::write_file;

/// A process that does something, says so, and waits to be killed at the end of the test.
class other_process {
public:
    explicit other_process(const std::function<void()>& setup)
    {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) {
            throw std::runtime_error("pipe");
        }
        const descriptor reading(ends[0]);
        descriptor writing(ends[1]);
        pid_ = ::fork();
        if (pid_ == 0) {
            live_until_killed(setup, writing);
        }
        writing.reset();
        char ready = 0;
        if (::read(reading.get(), &ready, 1) != 1) {
            end();
            throw std::runtime_error("the other process failed");
        }
    }
    other_process(const other_process&) = delete;
    other_process& operator=(const other_process&) = delete;
    other_process(other_process&&) = delete;
    other_process& operator=(other_process&&) = delete;
    ~other_process() { end(); }
    void end()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            pid_ = 0;
        }
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    [[noreturn]] static void live_until_killed(const std::function<void()>& setup, const descriptor& writing)
    {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        try {
            setup();
        } catch (const std::exception&) {
            ::_exit(1);
        }
        [[maybe_unused]] const ssize_t ignored = ::write(writing.get(), "x", 1);
        for (;;) {
            ::pause();
        }
    }

    pid_t pid_ = 0;
};

/// Takes the file and never gives it back, as one who is killed doesn't.
void take_for_good(const std::filesystem::path& path)
{
    std::ignore = std::make_unique<pid_file>(must(pid_file::create(path))).release();
}

class daemon_pidfile : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_ / "run/xvrrpd.pid"; }
    [[nodiscard]] static std::string own_pid() { return std::to_string(::getpid()) + "\n"; }

    xvrrp::test::temporary_directory directory_;
};

TEST_F(daemon_pidfile, holds_the_pid_and_goes_with_its_owner)
{
    {
        const pid_file file = must(pid_file::create(path()));
        EXPECT_EQ(read_file(path()), own_pid());
        struct stat found{};
        ASSERT_EQ(::stat(path().c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777U, 0644U);
    }
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(daemon_pidfile, a_dead_processs_file_blocks_nobody)
{
    {
        const other_process dead([this] { take_for_good(path()); });
    }
    ASSERT_NE(read_file(path()), "") << "the killed process left its file";
    const pid_file file = must(pid_file::create(path()));
    EXPECT_EQ(read_file(path()), own_pid());
}

TEST_F(daemon_pidfile, a_stale_file_with_the_number_of_a_living_process_blocks_nobody)
{
    std::filesystem::create_directories(path().parent_path());
    write_file(path(), "1\nand a tail that is longer than any PID\n");
    const pid_file file = must(pid_file::create(path()));
    EXPECT_EQ(read_file(path()), own_pid());
}

TEST_F(daemon_pidfile, a_live_owner_is_named_and_keeps_its_file)
{
    other_process owner([this] { take_for_good(path()); });
    const auto second = pid_file::create(path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().what,
              "xvrrpd is already running as PID " + std::to_string(owner.pid()) + " (" + path().string() + ")");
    EXPECT_EQ(read_file(path()), std::to_string(owner.pid()) + "\n");
    owner.end();
    EXPECT_TRUE(pid_file::create(path()));
}

TEST_F(daemon_pidfile, is_not_removed_when_another_file_took_its_place)
{
    {
        const pid_file file = must(pid_file::create(path()));
        std::filesystem::remove(path());
        write_file(path(), own_pid());
    }
    EXPECT_EQ(read_file(path()), own_pid());
}

TEST_F(daemon_pidfile, a_child_inherits_the_lock_and_the_parent_leaves_the_file_alone)
{
    auto file = std::make_unique<pid_file>(must(pid_file::create(path())));
    const other_process child([&file] { must(file->rewrite()); });
    EXPECT_EQ(read_file(path()), std::to_string(child.pid()) + "\n");
    file.reset();
    EXPECT_EQ(read_file(path()), std::to_string(child.pid()) + "\n");
    EXPECT_THAT(pid_file::create(path()).error().what, HasSubstr("as PID " + std::to_string(child.pid())));
}

TEST_F(daemon_pidfile, a_parent_that_writes_its_childs_number_owns_the_file)
{
    auto file = std::make_unique<pid_file>(must(pid_file::create(path())));
    // The child's copy of the object is destroyed, as when it ends in the usual way.
    const other_process child([&file] { file.reset(); });
    must(file->rewrite(child.pid()));
    EXPECT_EQ(read_file(path()), std::to_string(child.pid()) + "\n");
    const other_process second([&file] { file.reset(); });
    EXPECT_EQ(read_file(path()), std::to_string(child.pid()) + "\n") << "a child that wrote nothing";
    file.reset();
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(daemon_pidfile, moving_moves_the_ownership)
{
    {
        pid_file first = must(pid_file::create(path()));
        pid_file second = must(pid_file::create(directory_ / "second.pid"));
        second = std::move(first);
        EXPECT_FALSE(std::filesystem::exists(directory_ / "second.pid"));
        EXPECT_EQ(read_file(path()), own_pid());
    }
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(daemon_pidfile, says_what_it_can_not_write)
{
    EXPECT_THAT(pid_file::create("/proc/xvrrp/xvrrpd.pid").error().what,
                HasSubstr("pid file /proc/xvrrp/xvrrpd.pid: No such file"));
    std::filesystem::create_symlink(directory_ / "elsewhere", directory_ / "link.pid");
    EXPECT_FALSE(pid_file::create(directory_ / "link.pid")) << "a link in a directory of others' leads anywhere";
}

} // namespace
} // namespace xvrrp::daemon::test
