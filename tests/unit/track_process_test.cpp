// SPDX-License-Identifier: BSD-2-Clause
//
// Which processes count, what their number comes to, and what the kernel tells of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

#include "track/process_events.hpp"
#include "track/process_rules.hpp"

namespace xvrrp::track {
namespace {

using namespace std::chrono_literals;
using testing::Optional;

constexpr time_point start{1000s};

track_process looking_for(const std::string& process, process_match match = process_match::name,
                          std::vector<std::string> parameters = {})
{
    track_process wanted;
    wanted.name = "tp";
    wanted.process = process;
    wanted.match = match;
    wanted.parameters = std::move(parameters);
    return wanted;
}

process_look running(const std::string& name, std::vector<std::string> command = {})
{
    return {.name = name, .command = std::move(command)};
}

TEST(counts_for, a_name_is_compared_as_far_as_the_kernel_keeps_it)
{
    EXPECT_TRUE(counts_for(looking_for("ssh"), running("ssh", {"anything"})));
    EXPECT_FALSE(counts_for(looking_for("ssh"), running("sshd")));
    EXPECT_TRUE(counts_for(looking_for("a-rather-long-name"), running("a-rather-long-n")));
    EXPECT_FALSE(counts_for(looking_for("ssh", process_match::command), running("ssh")));
}

TEST(counts_for, a_command_line_is_compared_as_far_as_is_said)
{
    const auto counts = [](process_match match, std::vector<std::string> parameters, std::vector<std::string> given) {
        given.insert(given.begin(), "/a");
        return counts_for(looking_for("/a", match, std::move(parameters)), running("x", std::move(given)));
    };
    EXPECT_TRUE(counts(process_match::command, {}, {"-x", "y"}));
    EXPECT_TRUE(counts(process_match::exact, {}, {}));
    EXPECT_FALSE(counts(process_match::exact, {}, {"-x"}));
    EXPECT_TRUE(counts(process_match::exact, {"-x", "y"}, {"-x", "y"}));
    EXPECT_FALSE(counts(process_match::exact, {"-x"}, {"-x", "y"}));
    EXPECT_TRUE(counts(process_match::partial, {"-x"}, {"-x", "y"}));
    EXPECT_FALSE(counts(process_match::partial, {"-x", "y"}, {"-x", "yz"}));
    EXPECT_FALSE(counts(process_match::partial, {"-x", "y"}, {"-x"}));
    EXPECT_TRUE(counts(process_match::partial, {}, {"-x"}));
    EXPECT_TRUE(counts(process_match::initial, {"-x", "y"}, {"-x", "yz", "more"}));
    EXPECT_FALSE(counts(process_match::initial, {"-x", "y"}, {"-xx", "yz"}));
    EXPECT_FALSE(counts(process_match::initial, {"-x", "y"}, {"-x"}));
    EXPECT_TRUE(counts(process_match::initial, {}, {"-x"}));
}

TEST(process_table, follows_processes_through_forks_names_and_ends)
{
    process_table table;
    table.configure({looking_for("a"), looking_for("/a", process_match::command)});
    EXPECT_TRUE(table.needs_commands());
    table.see(1, running("a", {"/a"}));
    table.see(2, running("b", {"/a"}));
    EXPECT_EQ(table.count(0), 1U);
    EXPECT_EQ(table.count(1), 2U);
    table.fork(1, 3);
    table.fork(9, 4);
    EXPECT_EQ(table.count(0), 2U);
    EXPECT_EQ(table.count(1), 3U);
    table.rename(2, "a");
    table.rename(3, "c");
    EXPECT_EQ(table.count(0), 2U);
    EXPECT_EQ(table.count(1), 3U) << "a command line stays";
    table.see(3, running("c", {"/c"}));
    table.exit(1);
    EXPECT_EQ(table.count(0), 1U);
    EXPECT_EQ(table.count(1), 1U);
    table.configure({looking_for("a")});
    EXPECT_EQ(table.count(0), 0U);
    EXPECT_FALSE(table.needs_commands());
}

TEST(process_quorum, lies_between_two_numbers)
{
    track_process wanted = looking_for("a");
    wanted.quorum = 2;
    wanted.quorum_max = 3;
    process_quorum quorum(wanted);
    EXPECT_EQ(quorum.verdict(), std::nullopt);
    EXPECT_TRUE(quorum.count(1, count_cause::looked, start));
    EXPECT_THAT(quorum.verdict(), Optional(false));
    EXPECT_TRUE(quorum.count(2, count_cause::forked, start));
    EXPECT_FALSE(quorum.count(3, count_cause::forked, start));
    EXPECT_THAT(quorum.verdict(), Optional(true));
    EXPECT_TRUE(quorum.count(4, count_cause::forked, start));
    EXPECT_THAT(quorum.verdict(), Optional(false));
    EXPECT_TRUE(quorum.count(3, count_cause::exited, start));
}

TEST(process_quorum, forks_and_ends_count_after_their_delays)
{
    track_process wanted = looking_for("a");
    wanted.fork_delay = 2s;
    wanted.terminate_delay = 5s;
    process_quorum quorum(wanted);
    EXPECT_TRUE(quorum.count(1, count_cause::forked, start)) << "the first number counts at once";
    EXPECT_FALSE(quorum.count(0, count_cause::exited, start));
    EXPECT_THAT(quorum.next_deadline(), Optional(start + 5s));
    EXPECT_FALSE(quorum.settle(start + 4s));
    EXPECT_FALSE(quorum.count(1, count_cause::looked, start + 4s)) << "restarted in time";
    EXPECT_EQ(quorum.next_deadline(), std::nullopt);
    EXPECT_FALSE(quorum.count(0, count_cause::exited, start + 10s));
    EXPECT_TRUE(quorum.settle(start + 15s));
    EXPECT_THAT(quorum.verdict(), Optional(false));
    EXPECT_FALSE(quorum.count(1, count_cause::forked, start + 20s));
    EXPECT_FALSE(quorum.count(2, count_cause::forked, start + 21s));
    EXPECT_THAT(quorum.next_deadline(), Optional(start + 22s));
    EXPECT_TRUE(quorum.settle(start + 22s));
    EXPECT_FALSE(quorum.count(0, count_cause::exited, start + 30s));
    EXPECT_TRUE(quorum.count(1, count_cause::looked, start + 31s) || quorum.verdict() == true);
    EXPECT_TRUE(quorum.count(0, count_cause::looked, start + 32s)) << "neither a fork nor an end did it";
}

class Events : public testing::Test {
protected:
    Events() : events_(process_events::open()) {}

    /// Until this has come of that process, or patience is over.
    bool comes(process_event::kind what, pid_t pid, const std::string& name = "")
    {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < until) {
            for (const process_event& each : events_->read().events) {
                seen_.push_back(each);
            }
            const bool found = std::ranges::any_of(seen_, [&](const process_event& each) {
                return each.what == what && each.pid == pid && each.name == name;
            });
            if (found) {
                return true;
            }
            pollfd more{.fd = events_->fd(), .events = POLLIN, .revents = 0};
            ::poll(&more, 1, 100);
        }
        return false;
    }

    result<process_events> events_;
    std::vector<process_event> seen_;
};

TEST_F(Events, TellEachStageOfAProcess)
{
    using kind = process_event::kind;
    if (!events_) {
        GTEST_SKIP() << events_.error().what;
    }
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::prctl(PR_SET_NAME, "renamed");
        ::execl("/bin/true", "/bin/true", nullptr);
        ::_exit(1);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(comes(kind::forked, child));
    EXPECT_TRUE(comes(kind::renamed, child, "renamed"));
    EXPECT_TRUE(comes(kind::executed, child));
    EXPECT_TRUE(comes(kind::exited, child));
    const auto fork = std::ranges::find_if(
        seen_, [&](const process_event& each) { return each.what == kind::forked && each.pid == child; });
    ASSERT_NE(fork, seen_.end());
    EXPECT_EQ(fork->parent, ::getpid());
}

} // namespace
} // namespace xvrrp::track
