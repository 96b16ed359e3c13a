// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory itself: namespaces, commands and processes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "lab/namespace.hpp"
#include "lab/scratch.hpp"
#include "support/must.hpp"

namespace {

using namespace std::chrono_literals;
using xvrrp::lab::eventually;
using xvrrp::lab::net_namespace;
using xvrrp::lab::process;
using xvrrp::lab::throughout;
using xvrrp::test::must;

TEST(lab_namespace, has_a_unique_name_and_is_removed)
{
    std::string path;
    {
        const auto first = must(net_namespace::create("a"));
        const auto second = must(net_namespace::create("a"));
        EXPECT_NE(first.name(), second.name());
        path = first.path();
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(lab_namespace, run_and_exec_happen_inside)
{
    const auto first = must(net_namespace::create("a"));
    const auto second = must(net_namespace::create("b"));
    must(add_veth(first, "one", second, "two"));
    EXPECT_TRUE(first.index_of("one"));
    EXPECT_FALSE(first.index_of("two"));
    EXPECT_EQ(must(second.run([] { return 5; })), 5);
    EXPECT_EQ(must(second.exec({"ip", "link", "show", "two"})).status, 0);
    EXPECT_EQ(must(second.exec({"ip", "link", "show", "one"})).status, 1);
    EXPECT_FALSE(second.ip("link show one"));
}

TEST(lab_namespace, knows_its_addresses)
{
    const auto place = must(net_namespace::create("a"));
    must(place.add_bridge("br0"));
    must(place.ip_batch({"addr add 10.9.0.1/24 dev br0", "addr add 2001:db8::9/64 dev br0 nodad"}));
    EXPECT_TRUE(place.has_address("10.9.0.1"));
    EXPECT_TRUE(place.has_address("2001:db8::9"));
    EXPECT_FALSE(place.has_address("10.9.0.10"));
    EXPECT_EQ(must(place.addresses_of("br0")).front(), "10.9.0.1/24");
    EXPECT_FALSE(place.ip_batch({"addr add nonsense dev br0"}));
}

TEST(lab_namespace, sweeps_what_a_killed_run_left)
{
    int report[2];
    ASSERT_EQ(pipe(report), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto left = net_namespace::create("left");
        auto keeper = left ? left->start({"sleep", "300"}) : xvrrp::fail("no namespace");
        const std::string message = keeper ? left->name() : keeper.error().what;
        [[maybe_unused]] const auto written = write(report[1], message.data(), message.size());
        raise(SIGKILL);
    }
    close(report[1]);
    char name[256]{};
    const auto length = read(report[0], name, sizeof name - 1);
    waitpid(child, nullptr, 0);
    close(report[0]);
    ASSERT_GT(length, 0);
    ASSERT_TRUE(std::filesystem::exists(std::string("/run/netns/") + name)) << name;
    EXPECT_TRUE(xvrrp::lab::is_stale_name(name));
    const auto alive = must(net_namespace::create("alive"));
    xvrrp::lab::sweep_stale_namespaces();
    EXPECT_FALSE(std::filesystem::exists(std::string("/run/netns/") + name));
    EXPECT_TRUE(std::filesystem::exists(alive.path()));
}

TEST(lab_process, output_is_kept_and_found)
{
    auto shell = must(process::start({"sh", "-c", "echo one; echo two >&2; sleep 60"}));
    EXPECT_EQ(shell.wait_for_output("t.o$", 5s), "two");
    EXPECT_EQ(shell.wait_for_output("three", 0s), std::nullopt);
    EXPECT_TRUE(shell.running());
    shell.kill();
    EXPECT_EQ(shell.wait(1s), 128 + SIGKILL);
}

TEST(lab_process, exec_tells_failure_from_impossibility)
{
    const auto failed = must(xvrrp::lab::exec({"sh", "-c", "echo out; echo err >&2; exit 3"}));
    EXPECT_EQ(failed.status, 3);
    EXPECT_EQ(failed.output, "out\n");
    EXPECT_EQ(failed.errors, "err\n");
    EXPECT_FALSE(xvrrp::lab::exec({"no-such-command-here"}));
    EXPECT_FALSE(xvrrp::lab::exec({"sleep", "60"}, {}, 10ms));
}

TEST(lab_process, kill_takes_the_descendants_along)
{
    auto shell = must(process::start({"sh", "-c", "sleep 300 & echo $!; wait"}));
    const auto line = shell.wait_for_output("[0-9]+", 5s);
    ASSERT_TRUE(line);
    const pid_t grandchild = std::stoi(*line);
    EXPECT_EQ(kill(grandchild, 0), 0);
    shell.kill();
    // Whoever adopts it may take its time to reap it: a zombie is dead enough.
    EXPECT_TRUE(eventually(5s, [&] {
        const auto state = must(xvrrp::lab::exec({"ps", "-o", "stat=", "-p", std::to_string(grandchild)})).output;
        return state.empty() || state.front() == 'Z';
    }));
}

TEST(lab_process, cpu_time_counts_descendants_and_stops_when_frozen)
{
    auto shell = must(process::start({"sh", "-c", "sh -c 'while :; do :; done'; true"}));
    ASSERT_TRUE(eventually(10s, [&] { return must(shell.cpu_time()) > 20ms; }));
    must(shell.freeze());
    // A running process stops at the end of its time slice at the latest.
    ASSERT_TRUE(eventually(5s, [&] {
        const auto before = must(shell.cpu_time());
        return throughout(20ms, [&] { return must(shell.cpu_time()) == before; });
    }));
    const auto frozen = must(shell.cpu_time());
    must(shell.thaw());
    EXPECT_TRUE(eventually(10s, [&] { return must(shell.cpu_time()) > frozen; }));
}

TEST(lab_scratch, is_removed_with_its_contents)
{
    std::filesystem::path file;
    {
        const auto directory = must(xvrrp::lab::scratch_directory::create("files"));
        file = must(directory.write("a.conf", "text\n"));
        EXPECT_EQ(std::filesystem::file_size(file), 5U);
    }
    EXPECT_FALSE(std::filesystem::exists(file.parent_path()));
}

} // namespace
