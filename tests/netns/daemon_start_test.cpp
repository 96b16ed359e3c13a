// SPDX-License-Identifier: BSD-2-Clause
//
// What global_defs say of the daemon's start and surroundings, end to end.
#include <sched.h>

#include <csignal>
#include <fstream>

#include "daemon_world.hpp"
#include "lab/process.hpp"
#include "lab/scratch.hpp"
#include "support/call_record.hpp"

namespace xvrrp::test {
namespace {

std::string with_global(const std::vector<std::string>& lines, const instance_text& instance = fast_instance(200))
{
    return configuration_text({instance}, lines);
}

TEST(Start, RoutersWaitForTheStartupDelay)
{
    lab::segment lan = make_lan("auto", {"one"});
    const xvrrpd one(lan["one"].ns(), with_global({"vrrp_startup_delay 3"}));
    EXPECT_TRUE(throughout(1500ms, [&] { return one.state("VI_1") == "INIT"; })) << one.log();
    EXPECT_TRUE(one.wait_for_log("All virtual routers start in 3000ms"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST(Start, ADaemonThatTakesADeadOnesPlaceDoesNotWait)
{
    lab::segment lan = make_lan("auto", {"one"});
    const xvrrpd one(lan["one"].ns(), with_global({"vrrp_startup_delay 2"}));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto before = one.daemon_pid();
    ASSERT_TRUE(before);
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(one.wait_for_next_daemon(*before));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const std::string log = one.log();
    EXPECT_EQ(log.find("start in", log.find("start in") + 1), std::string::npos) << log;
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
}

TEST(Start, ASystemThatIsUpForLongerWaitsForNothing)
{
    lab::segment lan = make_lan("auto", {"one"});
    const xvrrpd one(lan["one"].ns(), with_global({"vrrp_delay_after_boot 0.001"}));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.log().find("virtual routers start in"), std::string::npos);
}

TEST(Start, PriorityAndCpusOfTheProcess)
{
    lab::segment lan = make_lan("auto", {"one"});
    cpu_set_t own;
    CPU_ZERO(&own);
    ASSERT_EQ(::sched_getaffinity(0, sizeof own, &own), 0);
    unsigned first = 0;
    while (!CPU_ISSET(first, &own)) {
        ++first;
    }
    const xvrrpd one(lan["one"].ns(),
                     with_global({"vrrp_rt_priority 7", "vrrp_cpu_affinity " + std::to_string(first)}));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const pid_t pid = one.daemon_pid().value_or(-1);
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    ASSERT_EQ(::sched_getaffinity(pid, sizeof cpus, &cpus), 0);
    EXPECT_EQ(CPU_COUNT(&cpus), 1);
    EXPECT_TRUE(CPU_ISSET(first, &cpus));
    sched_param scheduled{};
    ASSERT_EQ(::sched_getparam(pid, &scheduled), 0);
    const bool refused = one.log().find("SCHED_FIFO refused") != std::string::npos;
    EXPECT_EQ(scheduled.sched_priority, refused ? 0 : 7);
}

TEST(Start, ScriptsBeforeAndAfterEverything)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    xvrrpd one(lan["one"].ns(), with_global({"script_user root", "startup_script " + record.command("before"),
                                             "shutdown_script " + record.command("after")}));
    EXPECT_EQ(record.calls(), std::vector<std::string>{"before"}) << "it has ended before anything else began";
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto before = one.daemon_pid();
    ASSERT_TRUE(before);
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(one.wait_for_next_daemon(*before));
    EXPECT_EQ(record.calls().size(), 1U) << "a daemon that died isn't the end";
    EXPECT_EQ(one.stop(), 0);
    EXPECT_EQ(record.calls(), (std::vector<std::string>{"before", "after"}));
}

TEST(Start, AStartupScriptThatHangsIsEnded)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    record.write_script("trap '' TERM; until test -e " + record.file("never") + "; do sleep 0.1; done");
    const xvrrpd one(lan["one"].ns(), with_global({"script_user root", "startup_script " + record.command("before"),
                                                   "startup_script_timeout 1"}));
    EXPECT_NE(one.log().find("startup_script has run for 1 seconds (startup_script_timeout)"), std::string::npos);
    EXPECT_NE(one.log().find("due to signal 9"), std::string::npos) << one.log();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST(Start, WithoutLocalIgmpWhileItRuns)
{
    lab::segment lan = make_lan("auto", {"one"});
    const lab::net_namespace& place = lan["one"].ns();
    const auto reports = [&] {
        return must(place.exec({"cat", "/proc/sys/net/ipv4/igmp_link_local_mcast_reports"})).output;
    };
    ASSERT_EQ(reports(), "1\n");
    xvrrpd one(place, with_global({"disable_local_igmp"}));
    EXPECT_EQ(reports(), "0\n");
    EXPECT_EQ(one.stop(), 0);
    EXPECT_EQ(reports(), "1\n");
}

/// xvrrpd that goes into a namespace by itself, with the paths that follow from its name.
class OwnNamespace : public ::testing::Test {
protected:
    OwnNamespace()
        : lan(make_lan("auto", {"one"})), name_(lan["one"].ns().name()),
          files(must(lab::scratch_directory::create("place")))
    {
    }
    ~OwnNamespace() override
    {
        std::error_code ignored;
        std::filesystem::remove_all("/run/xvrrp/" + name(), ignored);
        std::filesystem::remove_all("/run/xvrrp/" + name() + "_blue", ignored);
    }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string configuration(const std::string& first) const
    {
        return must(files.write("xvrrpd.conf", first + file_of(fast_instance(200)))).string();
    }
    [[nodiscard]] static bool runs(const std::string& path)
    {
        return eventually(20s, [&] {
            const auto asked = lab::exec({xvrrpctl_binary(), "--socket", path + "/control.sock", "status"});
            return asked && asked->ok() && asked->output.find("MASTER") != std::string::npos;
        });
    }
    static void stop(lab::process& daemon)
    {
        must(daemon.signal(SIGTERM));
        EXPECT_EQ(daemon.wait(30s), 0) << daemon.output();
    }

    lab::segment lan;
    std::string name_;
    lab::scratch_directory files;
};

TEST_F(OwnNamespace, OfTheConfiguration)
{
    const std::string file = configuration("net_namespace " + name() + "\ninstance blue\n");
    auto daemon = must(lab::process::start({xvrrpd_binary(), "-n", "-l", "-G", "-f", file}));
    EXPECT_TRUE(runs("/run/xvrrp/" + name() + "_blue")) << daemon.output();
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    EXPECT_TRUE(std::filesystem::exists("/sys/fs/bpf/xvrrp-" + name() + "_blue")) << daemon.output();
    stop(daemon);
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
    EXPECT_FALSE(std::filesystem::exists("/sys/fs/bpf/xvrrp-" + name() + "_blue"));
}

TEST_F(OwnNamespace, OfTheCommandLine)
{
    const std::string file = configuration("");
    auto daemon = must(lab::process::start(
        {xvrrpd_binary(), "-n", "-l", "-G", "-s", name(), "-f", file, "-p", (files.path() / "pid").string()}));
    EXPECT_TRUE(runs("/run/xvrrp/" + name())) << daemon.output();
    EXPECT_TRUE(std::filesystem::exists(files.path() / "pid")) << "what the command line names stays";
    stop(daemon);
}

TEST_F(OwnNamespace, OneThatIsMissingIsNamed)
{
    const std::string file = configuration("net_namespace " + name() + "-not\n");
    const auto refused = must(lab::exec({xvrrpd_binary(), "-n", "-l", "-G", "-f", file}));
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.errors.find("network namespace " + name() + "-not"), std::string::npos) << refused.errors;
}

} // namespace
} // namespace xvrrp::test
