// SPDX-License-Identifier: BSD-2-Clause
//
// A real spawner with real commands, asked through the daemon's end of its socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "track/script_set.hpp"
#include "track/spawner.hpp"
#include "track/spawner_link.hpp"

namespace xvrrp::track {
namespace {

using namespace std::chrono_literals;
using kind = run_result::kind;

constexpr auto patience = 20s;

/// The supervisor's part: both ends of the socket, and spawners one after the other.
class Spawner : public testing::Test {
protected:
    Spawner()
    {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
        theirs_ = descriptor(ends[0]);
        link_.emplace(descriptor(ends[1]));
        std::string name = (std::filesystem::temp_directory_path() / "xvrrp-test-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        std::filesystem::permissions(directory_, std::filesystem::perms(0755));
    }
    ~Spawner() override
    {
        kill_spawner();
        std::filesystem::remove_all(directory_);
    }

    void start_spawner()
    {
        pid_ = ::fork();
        ASSERT_GE(pid_, 0);
        if (pid_ == 0) {
            be_spawner(std::move(theirs_));
        }
    }
    void kill_spawner()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            pid_ = -1;
        }
    }

    run_id run(const std::vector<std::string>& command, duration timeout = 0s, std::uint32_t uid = 0,
               std::uint32_t gid = 0)
    {
        return link_->run({.id = {}, .command = command, .uid = uid, .gid = gid, .timeout = timeout});
    }
    run_id shell(const std::string& text, duration timeout = 0s) { return run({"/bin/sh", "-c", text}, timeout); }

    /// News until this run is over, or patience is.
    std::vector<run_result> results_of(run_id id)
    {
        std::vector<run_result> all;
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < deadline) {
            pollfd waiting{.fd = link_->fd(), .events = POLLIN, .revents = 0};
            ::poll(&waiting, 1, 50);
            for (const spawner_link::news& each : link_->receive()) {
                if (each.id == id) {
                    all.push_back(each.result);
                    if (each.over) {
                        return all;
                    }
                }
            }
        }
        ADD_FAILURE() << "the run doesn't end";
        return all;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
    [[nodiscard]] std::string content(const std::string& name) const
    {
        std::ifstream in(directory_ / name);
        std::string line;
        std::getline(in, line);
        return line;
    }
    template <class Condition> static bool eventually(const Condition& condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::sleep_for(5ms);
        }
        return true;
    }
    /// 'Z' of a process that nobody has reaped; 0: it is gone.
    static char state_of(pid_t pid)
    {
        std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
        std::string number;
        std::string name;
        char state = 0;
        in >> number >> name >> state;
        return state;
    }
    static run_result exited(int status) { return {.how = kind::exited, .value = status}; }

    descriptor theirs_;
    std::optional<spawner_link> link_;
    pid_t pid_ = -1;
    std::filesystem::path directory_;
};

using testing::ElementsAre;

TEST_F(Spawner, reports_how_commands_end)
{
    start_spawner();
    EXPECT_THAT(results_of(run({"/bin/true"})), ElementsAre(exited(0)));
    EXPECT_THAT(results_of(shell("exit 7")), ElementsAre(exited(7)));
    EXPECT_THAT(results_of(shell("kill -9 $$")), ElementsAre(run_result{.how = kind::signalled, .value = SIGKILL}));
}

TEST_F(Spawner, says_why_a_command_cannot_run)
{
    start_spawner();
    EXPECT_THAT(results_of(run({"/no/such/file"})), ElementsAre(run_result{.how = kind::not_run, .value = ENOENT}));
    EXPECT_THAT(results_of(run({"/"})), ElementsAre(run_result{.how = kind::not_run, .value = EACCES}));
}

TEST_F(Spawner, hands_arguments_on_as_they_are)
{
    start_spawner();
    const std::string out = path("out");
    EXPECT_THAT(results_of(run({"/bin/sh", "-c", "printf '[%s]' \"$@\" > " + out, "x", "a b", "", "$HOME"})),
                ElementsAre(exited(0)));
    EXPECT_EQ(content("out"), "[a b][][$HOME]");
}

TEST_F(Spawner, gives_a_file_without_an_interpreter_to_the_shell)
{
    start_spawner();
    const std::string file = path("plain");
    std::ofstream(file) << "exit $1\n";
    std::filesystem::permissions(file, std::filesystem::perms(0755));
    EXPECT_THAT(results_of(run({file, "3"})), ElementsAre(exited(3)));
}

TEST_F(Spawner, looks_whether_a_file_can_be_read)
{
    start_spawner();
    const std::string file = path("readable");
    EXPECT_THAT(results_of(run({"<" + file})), ElementsAre(exited(2)));
    std::ofstream(file) << "x";
    EXPECT_THAT(results_of(run({"<" + file})), ElementsAre(exited(0)));
}

TEST_F(Spawner, runs_a_command_under_its_account_with_nothing_else_of_ours)
{
    start_spawner();
    const std::string file = path("out");
    std::ofstream(file).close();
    std::filesystem::permissions(file, std::filesystem::perms(0666));
    const std::string script = "echo $(id -u):$(id -g):$(id -G):$(pwd):$(ls /proc/self/fd | wc -l) > " + file;
    EXPECT_THAT(results_of(run({"/bin/sh", "-c", script}, 0s, 65534, 65533)), ElementsAre(exited(0)));
    EXPECT_EQ(content("out"), "65534:65533:65533:/:4") << "descriptors: 0, 1, 2 and the one that ls reads";
}

TEST_F(Spawner, ends_what_takes_too_long)
{
    start_spawner();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(results_of(run({"/bin/sleep", "1000"}, 100ms)),
                ElementsAre(run_result{.how = kind::timed_out, .value = 0},
                            run_result{.how = kind::signalled, .value = SIGTERM}));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(Spawner, ends_by_force_what_wont_end_and_what_it_had_forked)
{
    start_spawner();
    const std::string pid_file = path("pid");
    const run_id id = shell("trap '' TERM; sleep 1000 & echo $! > " + pid_file + "; wait; wait; sleep 1000", 200ms);
    EXPECT_THAT(results_of(id), ElementsAre(run_result{.how = kind::timed_out, .value = 0},
                                            run_result{.how = kind::signalled, .value = SIGKILL}));
    const pid_t grandchild = std::stoi(content("pid"));
    EXPECT_TRUE(eventually([&] { return ::kill(grandchild, 0) != 0 || state_of(grandchild) == 'Z'; }));
}

TEST_F(Spawner, runs_side_by_side)
{
    start_spawner();
    const run_id slow = run({"/bin/sleep", "1000"});
    EXPECT_THAT(results_of(run({"/bin/true"})), ElementsAre(exited(0)));
    link_->stop(slow);
}

TEST_F(Spawner, what_a_dead_spawner_had_not_finished_runs_again)
{
    start_spawner();
    const std::string count = path("count");
    const run_id id = shell("echo x >> " + count + "; [ $(wc -l < " + count + ") = 2 ] || sleep 1000");
    ASSERT_TRUE(eventually([&] {
        std::ignore = link_->receive();
        return content("count") == "x";
    }));
    kill_spawner();
    start_spawner();
    EXPECT_THAT(results_of(id), ElementsAre(exited(0)));
}

TEST_F(Spawner, what_was_asked_for_before_one_runs_or_of_a_dead_one_runs_once)
{
    const std::string count = path("count");
    const run_id first = shell("echo x >> " + count);
    pollfd knocked{.fd = theirs_.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&knocked, 1, 0), 1) << "whoever starts spawners is told";
    start_spawner();
    EXPECT_THAT(results_of(first), ElementsAre(exited(0)));
    kill_spawner();
    const run_id second = shell("echo x >> " + count); // waits in the socket
    start_spawner();
    EXPECT_THAT(results_of(second), ElementsAre(exited(0)));
    const run_id last = shell("exit $(wc -l < " + count + ")");
    EXPECT_THAT(results_of(last), ElementsAre(exited(2)));
}

TEST_F(Spawner, is_gone_when_the_daemon_is_and_so_is_what_it_ran)
{
    start_spawner();
    const std::string pid_file = path("pid");
    shell("echo $$ > " + pid_file + "; exec sleep 1000");
    ASSERT_TRUE(eventually([&] {
        std::ignore = link_->receive();
        return !content("pid").empty();
    }));
    const pid_t script = std::stoi(content("pid"));
    theirs_.reset();
    link_.reset();
    int status = -1;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    pid_ = -1;
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(eventually([&] { return ::kill(script, 0) != 0 || state_of(script) == 'Z'; }));
}

TEST_F(Spawner, signals_of_a_service_manager_dont_end_it)
{
    start_spawner();
    EXPECT_THAT(results_of(run({"/bin/true"})), ElementsAre(exited(0)));
    ::kill(pid_, SIGTERM);
    ::kill(pid_, SIGHUP);
    EXPECT_THAT(results_of(shell("trap")), ElementsAre(exited(0)));
    EXPECT_THAT(results_of(shell("kill -TERM $$; sleep 1000")),
                ElementsAre(run_result{.how = kind::signalled, .value = SIGTERM}))
        << "what it runs doesn't inherit that";
}

TEST_F(Spawner, a_set_of_scripts_runs_and_judges)
{
    start_spawner();
    vrrp_script good;
    good.name = "good";
    good.command = {"/bin/true"};
    good.interval = good.timeout = 20ms;
    good.timeout = 10s;
    vrrp_script bad = good;
    bad.name = "bad";
    bad.command = {"/bin/sh", "-c", "exit 3"};
    script_set scripts;
    const std::vector<vrrp_script> wanted = {good, bad};
    scripts.configure(wanted, *link_, std::chrono::steady_clock::now());
    EXPECT_EQ(scripts.verdicts().at("good"), core::script_verdict::pending);
    std::vector<std::string> told;
    EXPECT_TRUE(eventually([&] {
        const time_point now = std::chrono::steady_clock::now();
        for (const spawner_link::news& each : link_->receive()) {
            for (const script_news& news : scripts.take(each, now)) {
                told.push_back(news.script + (news.what == script_news::kind::verdict ? " verdict" : " returning"));
            }
        }
        std::ignore = scripts.start_due(*link_, now);
        return std::ranges::all_of(scripts.checks(), [](const script_check& each) { return each.past().runs >= 3; });
    }));
    EXPECT_EQ(scripts.verdicts().at("good"), core::script_verdict::good);
    EXPECT_EQ(scripts.verdicts().at("bad"), core::script_verdict::bad);
    EXPECT_THAT(told, testing::UnorderedElementsAre("good verdict", "bad returning", "bad verdict"));
    const auto runs = scripts.checks().front().past().runs;
    scripts.configure(std::span(wanted).first(1), *link_, std::chrono::steady_clock::now());
    EXPECT_EQ(scripts.checks().front().past().runs, runs) << "undisturbed";
    EXPECT_FALSE(scripts.verdicts().contains("bad"));
}

} // namespace
} // namespace xvrrp::track
