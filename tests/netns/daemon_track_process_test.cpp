// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_track_process end to end: processes that begin and end move the address. By the kernel's events, and by looking
// where these are refused.
#include <fcntl.h>

#include <csignal>
#include <filesystem>
#include <optional>

#include "daemon_world.hpp"
#include "lab/process.hpp"
#include "lab/scratch.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::test {
namespace {

/// Programs with a name of their own: copies of sleep(1).
class service {
public:
    explicit service(const std::string& name)
        : directory_(must(lab::scratch_directory::create("service"))), program_(directory_.path() / name)
    {
        std::filesystem::copy_file("/bin/sleep", program_);
    }
    [[nodiscard]] std::string program() const { return program_.string(); }
    void start(const std::string& seconds = "1000")
    {
        running_.push_back(must(lab::process::start({program(), seconds})));
    }
    void kill_last() { running_.pop_back(); }

private:
    lab::scratch_directory directory_;
    std::filesystem::path program_;
    std::vector<lab::process> running_;
};

std::string process_text(const std::string& process, const std::vector<std::string>& more = {})
{
    std::string text = "vrrp_track_process tp {\n  process " + process + "\n";
    for (const std::string& each : more) {
        text += "  " + each + "\n";
    }
    return text + "}\n";
}

instance_text tracking(unsigned priority, const std::string& line = "tp")
{
    instance_text instance = fast_instance(priority);
    instance.more = {"track_process {", line, "}"};
    return instance;
}

/// With the capabilities that the kernel's events need, and without one of them.
class TrackProcess : public ::testing::TestWithParam<bool> {
protected:
    void SetUp() override
    {
        const descriptor first(::open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC));
        if (GetParam() && !first) {
            GTEST_SKIP() << "the events are told in the first network namespace, which can't be entered from here";
        }
    }
    [[nodiscard]] std::vector<std::string> dropped() const
    {
        return GetParam() ? std::vector<std::string>{} : std::vector<std::string>{"sys_admin"};
    }

    lab::segment lan_ = make_lan("auto", {"one", "two"});
};

TEST_P(TrackProcess, WithoutAWeightTheRouterGoesWithTheProcess)
{
    service proxy("xvrrp-test-a");
    const xvrrpd one(lan_["one"].ns(), process_text("xvrrp-test-a") + file_of(tracking(200)), dropped());
    const xvrrpd two(lan_["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    proxy.start();
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const control::daemon_status status = one.status();
    ASSERT_EQ(status.processes.size(), 1U);
    EXPECT_EQ(status.processes[0].state, "running");
    EXPECT_EQ(status.processes[0].running, 1U);
    EXPECT_EQ(status.processes[0].tracked_by, std::vector<std::string>{"VI_1"});
    EXPECT_NE(one.ctl({"status"}).output.find("xvrrp-test-a"), std::string::npos);
    proxy.kill_last();
    ASSERT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("Quorum lost for tracked process tp (0 running)"));
    EXPECT_TRUE(one.wait_for_log("(VI_1): entering FAULT state due to tracked process tp"));
    EXPECT_EQ(one.log().find("once a second") != std::string::npos, !GetParam()) << one.log();
}

TEST_P(TrackProcess, AWeightCountsWhileAQuorumOfCommandsRuns)
{
    service proxy("xvrrp-test-b");
    const xvrrpd one(lan_["one"].ns(),
                     process_text("\"" + proxy.program() + "\" 10",
                                  {"param_match initial", "weight 20", "quorum 2", "quorum_max 2"}) +
                         file_of(tracking(100)),
                     dropped());
    const auto becomes = [&](unsigned priority) {
        return eventually(10s, [&] { return one.instance("VI_1").effective_priority == priority; });
    };
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    proxy.start("1000");
    proxy.start("2000");
    EXPECT_TRUE(throughout(1500ms, [&] { return one.instance("VI_1").effective_priority == 100U; }));
    proxy.start("1001");
    EXPECT_TRUE(becomes(120));
    proxy.start("1002");
    EXPECT_TRUE(becomes(100)) << "more than quorum_max";
    proxy.kill_last();
    EXPECT_TRUE(becomes(120));
    proxy.kill_last();
    EXPECT_TRUE(becomes(100));
}

TEST_P(TrackProcess, AProcessThatIsRestartedInTimeWasNeverGone)
{
    service proxy("xvrrp-test-c");
    proxy.start();
    xvrrpd one(lan_["one"].ns(), process_text("xvrrp-test-c", {"terminate_delay 3"}) + file_of(tracking(200)),
               dropped());
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    proxy.kill_last();
    EXPECT_TRUE(throughout(1500ms, [&] { return one.state("VI_1") == "MASTER"; }));
    proxy.start();
    EXPECT_TRUE(throughout(4s, [&] { return one.state("VI_1") == "MASTER"; }));
    // A reload begins nothing anew.
    one.write_configuration(process_text("xvrrp-test-c", {"terminate_delay 3", "weight 10"}) + file_of(tracking(200)));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 210U; }));
    EXPECT_EQ(one.transitions("VI_1"), 2U) << "BACKUP, MASTER";
    one.write_configuration(file_of(fast_instance(200)));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(one.status().processes.empty());
}

INSTANTIATE_TEST_SUITE_P(By, TrackProcess, ::testing::Values(true, false),
                         [](const auto& each) { return each.param ? "Events" : "Looking"; });

} // namespace
} // namespace xvrrp::test
