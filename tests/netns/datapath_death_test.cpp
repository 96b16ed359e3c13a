// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel takes for the daemon's death, by a child process in the daemon's place.
#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "datapath_support.hpp"
#include "lab/eventually.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::test;
using testing::IsSupersetOf;

/// A child that has opened the data path and waits to be told what to do.
class datapath_death : public datapath_test {
protected:
    ~datapath_death() override
    {
        if (child > 0) {
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
        }
    }

    /// `act` runs in the child each time that command() is called.
    template <class Act> void start(const Act& act, bool in_new_pid_namespace = false)
    {
        int to_child[2];
        int from_child[2];
        ASSERT_EQ(::pipe(to_child), 0);
        ASSERT_EQ(::pipe(from_child), 0);
        child = ::fork();
        commands = lab::file_descriptor(to_child[child == 0 ? 0 : 1]);
        answers = lab::file_descriptor(from_child[child == 0 ? 1 : 0]);
        ::close(to_child[child == 0 ? 1 : 0]);
        ::close(from_child[child == 0 ? 0 : 1]);
        if (child == 0) {
            if (in_new_pid_namespace) {
                become_init();
            }
            serve(act);
        }
        ASSERT_GT(child, 0);
        ASSERT_TRUE(done());
    }
    /// Lets the child act, and waits until it has.
    void command()
    {
        tell();
        ASSERT_TRUE(done());
    }
    void tell() { ASSERT_EQ(::write(commands.get(), "x", 1), 1); }
    /// As the pinned map has it.
    [[nodiscard]] xvrrp_control control() const
    {
        const lab::file_descriptor map(::bpf_obj_get((directory / "vrrp_control").c_str()));
        xvrrp_control read{};
        const __u32 key = 0;
        EXPECT_EQ(::bpf_map_lookup_elem(map.get(), &key, &read), 0);
        return read;
    }
    [[nodiscard]] bool alive() const { return control().alive != 0; }
    /// Within what a slow machine needs; the child stays a zombie until it is asked for here.
    void expect_dead_by(int signal)
    {
        EXPECT_TRUE(lab::eventually(5s, [&] { return !alive(); }, 1ms));
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        child = 0;
        EXPECT_TRUE(WIFSIGNALED(status));
        EXPECT_EQ(WTERMSIG(status), signal);
    }

    pid_t child = 0;
    lab::file_descriptor commands; ///< to the child; the child reads from it
    lab::file_descriptor answers;

private:
    /// The child's child, PID 1 in a namespace of its own, goes on; the child does what it does: dies of a signal.
    static void become_init()
    {
        if (::unshare(CLONE_NEWPID) != 0) {
            ::_exit(1);
        }
        const pid_t init = ::fork();
        if (init == 0) {
            return;
        }
        int status = 0;
        ::waitpid(init, &status, 0);
        ::kill(::getpid(), WIFSIGNALED(status) ? WTERMSIG(status) : SIGABRT);
        ::_exit(1);
    }
    template <class Act> [[noreturn]] void serve(const Act& act) const
    {
        const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        for (const int signal : {SIGSEGV, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM}) {
            ::signal(signal, SIG_DFL); // sanitizers handle some
        }
        auto path = datapath::datapath::open({.pin_directory = directory});
        if (!path || path->death_refusal()) {
            ::_exit(1);
        }
        path->renew_lease(std::chrono::steady_clock::now());
        say_done();
        for (char command = 0; ::read(commands.get(), &command, 1) == 1;) {
            act(*path);
            say_done();
        }
        ::_exit(0);
    }
    void say_done() const { (void)!::write(answers.get(), "y", 1); }
    [[nodiscard]] bool done() const
    {
        char answer = 0;
        return ::read(answers.get(), &answer, 1) == 1;
    }
};

void nothing(const datapath::datapath&) {}

void raise_in_child(int signal)
{
    ::kill(::getpid(), signal);
}

TEST_F(datapath_death, by_sigkill_is_seen)
{
    start(nothing);
    EXPECT_TRUE(alive());
    EXPECT_EQ(control().process, static_cast<__u32>(child));
    EXPECT_THAT(pins(), IsSupersetOf({"death_signal", "death_exit"}));
    ::kill(child, SIGKILL);
    expect_dead_by(SIGKILL);
}

TEST_F(datapath_death, by_a_crash_is_seen)
{
    start([](const datapath::datapath&) {
        void* forbidden = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *static_cast<volatile int*>(forbidden) = 1;
    });
    tell();
    expect_dead_by(SIGSEGV);
}

TEST_F(datapath_death, by_any_signal_that_nobody_handles_is_seen)
{
    for (const int signal : {SIGTERM, SIGUSR1, SIGALRM, SIGRTMIN + 3}) {
        start(nothing);
        ASSERT_TRUE(alive());
        ::kill(child, signal);
        expect_dead_by(signal);
    }
}

TEST_F(datapath_death, by_exit_is_seen)
{
    start([](const datapath::datapath&) { ::_exit(3); });
    ASSERT_TRUE(alive());
    tell();
    EXPECT_TRUE(lab::eventually(5s, [&] { return !alive(); }, 1ms));
}

TEST_F(datapath_death, of_pid_1_in_a_pid_namespace_is_seen)
{
    start(nothing, true);
    ASSERT_TRUE(alive());
    const auto process = static_cast<pid_t>(control().process);
    EXPECT_NE(process, 1) << "as the kernel's root sees it";
    EXPECT_NE(process, child);
    ::kill(process, SIGKILL);
    expect_dead_by(SIGKILL);
}

TEST_F(datapath_death, is_no_signal_that_is_handled_ignored_or_harmless)
{
    start([](const datapath::datapath&) {
        ::signal(SIGUSR1, [](int) {});
        ::signal(SIGUSR2, SIG_IGN);
        for (const int signal : {SIGUSR1, SIGUSR2, SIGCHLD, SIGWINCH, SIGURG, SIGCONT}) {
            raise_in_child(signal);
        }
    });
    command();
    EXPECT_TRUE(alive());
    ::kill(child, SIGSTOP);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
    ASSERT_TRUE(WIFSTOPPED(status));
    ::kill(child, SIGCONT);
    command();
    EXPECT_TRUE(alive()) << "stopped and continued";
}

TEST_F(datapath_death, is_not_the_end_of_a_thread)
{
    start([](const datapath::datapath&) {
        std::thread([] {}).join();
        // A thread is in the list until all of its exit is over.
        (void)lab::eventually(5s, [] {
            const std::filesystem::directory_iterator tasks("/proc/self/task");
            return std::distance(begin(tasks), end(tasks)) == 1;
        });
    });
    command();
    EXPECT_TRUE(alive());
}

TEST_F(datapath_death, is_not_that_of_another_process)
{
    start([](const datapath::datapath&) {
        const pid_t other = ::fork();
        if (other == 0) {
            raise_in_child(SIGKILL);
        }
        ::waitpid(other, nullptr, 0);
    });
    command();
    EXPECT_TRUE(alive()) << "a notify script that was killed";
}

TEST_F(datapath_death, that_was_none_is_forgotten_with_the_next_lease)
{
    start([](datapath::datapath& path) { path.renew_lease(std::chrono::steady_clock::now()); });
    const lab::file_descriptor map(::bpf_obj_get((directory / "vrrp_control").c_str()));
    auto wrong = control();
    wrong.alive = 0;
    const __u32 key = 0;
    ASSERT_EQ(::bpf_map_update_elem(map.get(), &key, &wrong, BPF_ANY), 0);
    ASSERT_FALSE(alive());
    command();
    EXPECT_TRUE(alive());
}

TEST_F(datapath_death, leaves_pins_that_the_next_run_replaces)
{
    start(nothing);
    ::kill(child, SIGKILL);
    expect_dead_by(SIGKILL);
    EXPECT_THAT(pins(), IsSupersetOf({"death_signal", "death_exit", "vrrp_control"}));
    auto path = open();
    EXPECT_EQ(path.death_refusal(), std::nullopt);
    EXPECT_FALSE(alive()) << "a fresh map; the loop hasn't turned yet";
    path.renew_lease(std::chrono::steady_clock::now());
    EXPECT_TRUE(alive());
    EXPECT_EQ(control().process, static_cast<__u32>(::getpid()));
    close(path);
    EXPECT_FALSE(std::filesystem::exists(directory)) << "a clean stop takes them away";
}

} // namespace
