// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_script and track_script end to end: what scripts say moves the address, and nothing that they do disturbs a
// router.
#include <csignal>
#include <filesystem>
#include <fstream>

#include "daemon_world.hpp"

namespace xvrrp::test {
namespace {

/// A file that a script looks for: there while whatever it stands for works.
class sign {
public:
    sign() : directory_(must(lab::scratch_directory::create("sign"))) { put_up(); }
    void put_up() const { must(directory_.write("works", "")); }
    void take_down() const { std::filesystem::remove(path()); }
    [[nodiscard]] std::string path() const { return (directory_.path() / "works").string(); }

private:
    lab::scratch_directory directory_;
};

std::string script_text(const std::string& name, const std::string& command, const std::vector<std::string>& more = {})
{
    std::string text =
        "vrrp_script " + name + " {\n  script \"" + command + "\"\n  interval 0.1\n  timeout 5\n  user root\n";
    for (const std::string& each : more) {
        text += "  " + each + "\n";
    }
    return text + "}\n";
}

std::string looks_for(const sign& what)
{
    return "/bin/sh -c 'test -e " + what.path() + "'";
}

instance_text tracking(unsigned priority, const std::vector<std::string>& scripts)
{
    instance_text instance = fast_instance(priority);
    instance.more = {"track_script {"};
    instance.more.insert(instance.more.end(), scripts.begin(), scripts.end());
    instance.more.emplace_back("}");
    return instance;
}

control::script_status script_of(const xvrrpd& daemon, const std::string& name)
{
    for (const control::script_status& each : daemon.status().scripts) {
        if (each.name == name) {
            return each;
        }
    }
    return {};
}

TEST(Scripts, AWeightMovesTheAddressAndMovesItBack)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const sign works;
    const std::string script = script_text("chk", looks_for(works), {"weight 2"});
    const std::string other = script_text("chk", "/bin/true", {"weight 2"});
    const xvrrpd one(lan["one"].ns(), script + file_of(tracking(101, {"chk"})));
    const xvrrpd two(lan["two"].ns(), other + file_of(tracking(100, {"chk"})));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(one.wait_for_log("VRRP_Script(chk) succeeded"));
    EXPECT_TRUE(one.wait_for_log("(VI_1) Changing effective priority from 101 to 103"));
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").effective_priority == 102; }));
    works.take_down();
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(one.wait_for_log("Script `chk` now returning 1"));
    EXPECT_TRUE(one.wait_for_log("VRRP_Script(chk) failed (exited with status 1)"));
    EXPECT_TRUE(one.wait_for_log("(VI_1) Changing effective priority from 103 to 101"));
    works.put_up();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
}

TEST(Scripts, WithoutAWeightARouterWaitsForTheFirstResultAndIsFaultyWhileItFails)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const sign started;
    started.take_down();
    const sign works;
    const std::string waits =
        "/bin/sh -c 'until test -e " + started.path() + "; do sleep 0.05; done; test -e " + works.path() + "'";
    const xvrrpd one(lan["one"].ns(), script_text("chk", waits, {"timeout 100"}) + file_of(tracking(200, {"chk"})));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(throughout(1s, [&] { return one.state("VI_1") == "INIT"; }));
    EXPECT_EQ(script_of(one, "chk").state, "waiting");
    EXPECT_TRUE(script_of(one, "chk").running);
    started.put_up();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    works.take_down();
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("(VI_1): entering FAULT state due to script chk"));
    EXPECT_EQ(one.instance("VI_1").faults, std::vector<std::string>{"script chk is failing"});
    works.put_up();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const control::script_status status = script_of(one, "chk");
    EXPECT_EQ(status.state, "succeeded");
    EXPECT_EQ(status.tracked_by, std::vector<std::string>{"VI_1"});
    EXPECT_GT(status.failures, 0U);
    EXPECT_NE(one.ctl({"status"}).output.find("Scripts:"), std::string::npos);
}

TEST(Scripts, InitFailIsAFaultUntilTheFirstSuccess)
{
    lab::segment lan = make_lan("auto", {"one"});
    const sign works;
    works.take_down();
    const xvrrpd one(lan["one"].ns(),
                     script_text("chk", looks_for(works), {"init_fail"}) + file_of(tracking(200, {"chk"})));
    EXPECT_EQ(one.state("VI_1"), "FAULT");
    works.put_up();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST(Scripts, OneThatHangsTimesOutAndDisturbsNobody)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const sign works;
    const std::string hangs = "/bin/sh -c 'test -e " + works.path() + R"( || { trap \"\" TERM; sleep 1000; }')";
    instance_text quick = fast_instance(200);
    quick.advert_int = "0.03";
    quick.name = "QUICK";
    quick.vrid = 52;
    quick.addresses = {"10.0.0.71"};
    instance_text quick_other = quick;
    quick_other.priority = 100;
    const xvrrpd one(lan["one"].ns(),
                     script_text("chk", hangs, {"timeout 0.2"}) + file_of(tracking(200, {"chk"})) + quick.to_string());
    const xvrrpd two(lan["two"].ns(), configuration_text({fast_instance(100), quick_other}));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(one.wait_for_state("QUICK", "MASTER"));
    ASSERT_TRUE(one.wait_for_log("(QUICK) Entering MASTER STATE"));
    const unsigned before = one.transitions("QUICK");
    works.take_down();
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(one.wait_for_log("VRRP_Script(chk) timed_out"));
    EXPECT_TRUE(one.wait_for_log("Track script chk is being timed out, expect idle - skipping run"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    works.put_up();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER")) << "ended by force, and run again";
    EXPECT_EQ(one.transitions("QUICK"), before);
}

/// The process that runs scripts: the child of the supervisor that isn't the daemon.
std::optional<pid_t> spawner_of(const xvrrpd& daemon, pid_t supervisor)
{
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream in(entry.path() / "stat");
        pid_t pid = 0;
        std::string name;
        char state = 0;
        pid_t parent = 0;
        if (in >> pid >> name >> state >> parent && parent == supervisor && pid != daemon.daemon_pid()) {
            return pid;
        }
    }
    return std::nullopt;
}

TEST(Scripts, ASpawnerThatDiesIsReplacedAndNothingIsLost)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const sign works;
    xvrrpd one(lan["one"].ns(), script_text("chk", looks_for(works)) + file_of(tracking(200, {"chk"})));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(one.wait_for_log("(VI_1) Entering MASTER STATE"));
    const pid_t supervisor = one.process().pid();
    const unsigned before = one.transitions("VI_1");
    for (int round = 0; round < 2; ++round) {
        const auto spawner = spawner_of(one, supervisor);
        ASSERT_TRUE(spawner);
        const auto runs = script_of(one, "chk").runs;
        ::kill(*spawner, SIGKILL);
        ASSERT_TRUE(eventually(15s, [&] {
            const auto next = spawner_of(one, supervisor);
            return next && next != spawner && script_of(one, "chk").runs > runs + 2;
        }));
    }
    EXPECT_EQ(one.transitions("VI_1"), before);
    EXPECT_EQ(script_of(one, "chk").failures, 0U);
    works.take_down();
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("the process that runs scripts"));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_TRUE(eventually(5s, [&] { return !spawner_of(one, supervisor); }));
}

TEST(Scripts, WithoutScriptsNoSpawnerRuns)
{
    lab::segment lan = make_lan("auto", {"one"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(spawner_of(one, one.process().pid()), std::nullopt);
}

TEST(Scripts, ADaemonThatIsStartedAgainRunsThemAgain)
{
    lab::segment lan = make_lan("auto", {"one"});
    const sign works;
    const xvrrpd one(lan["one"].ns(), script_text("chk", looks_for(works)) + file_of(tracking(200, {"chk"})));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto before = one.daemon_pid();
    ASSERT_TRUE(before);
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(one.wait_for_next_daemon(*before));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_GT(script_of(one, "chk").runs, 0U);
}

TEST(Scripts, AReloadLeavesAloneWhatDidNotChange)
{
    lab::segment lan = make_lan("auto", {"one"});
    const sign kept;
    const sign gone;
    const sign added;
    added.take_down();
    const std::string kept_text = script_text("kept", looks_for(kept), {"interval 0.2"});
    xvrrpd one(lan["one"].ns(), kept_text + script_text("gone", looks_for(gone), {"weight -7"}) +
                                    file_of(tracking(200, {"kept", "gone"})));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(5s, [&] { return script_of(one, "kept").runs > 3; }));
    gone.take_down();
    ASSERT_TRUE(eventually(5s, [&] { return one.instance("VI_1").effective_priority == 193; }));
    const auto runs = script_of(one, "kept").runs;
    const unsigned transitions = one.transitions("VI_1");

    one.write_configuration(kept_text + script_text("added", looks_for(added), {"weight 9"}) +
                            file_of(tracking(200, {"kept", "added"})));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_GE(script_of(one, "kept").runs, runs);
    EXPECT_TRUE(script_of(one, "gone").name.empty());
    EXPECT_TRUE(eventually(5s, [&] { return one.instance("VI_1").effective_priority == 200; }));
    added.put_up();
    EXPECT_TRUE(eventually(5s, [&] { return one.instance("VI_1").effective_priority == 209; }));
    EXPECT_EQ(one.state("VI_1"), "MASTER");
    EXPECT_EQ(one.transitions("VI_1"), transitions);

    // Unweighted and failing at once: a fault, but not before its first result.
    const sign never;
    never.take_down();
    one.write_configuration(kept_text + script_text("added", looks_for(never)) +
                            file_of(tracking(200, {"kept", "added"})));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
}

TEST(Scripts, OnesThatCannotRunAreLeftOutAtTheStartAndRefusedByAReload)
{
    lab::segment lan = make_lan("auto", {"one"});
    const std::string missing = script_text("chk", "/no/such/script") + file_of(tracking(200, {"chk"}));
    xvrrpd one(lan["one"].ns(), missing);
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("Disabling track script chk since not found/accessible"));
    EXPECT_TRUE(one.status().scripts.empty());
    const lab::exec_result refused = one.reload();
    EXPECT_FALSE(refused.ok());
    EXPECT_NE(refused.errors.find("not found/accessible"), std::string::npos) << refused.errors;
    const auto tested =
        must(lan["one"].ns().exec({xvrrpd_binary().string(), "-t", "-f", one.file("xvrrpd.conf").string()}, 10s));
    EXPECT_EQ(tested.status, 6);
    EXPECT_NE(tested.errors.find("not found/accessible"), std::string::npos);
}

TEST(Scripts, RunAsTheUserThatTheFileNames)
{
    lab::segment lan = make_lan("auto", {"one"});
    const xvrrpd one(lan["one"].ns(), script_text("chk", R"(/bin/sh -c 'test $(id -un) = nobody')", {"user nobody"}) +
                                          file_of(tracking(200, {"chk"})));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(script_of(one, "chk").failures, 0U);
}

TEST(Scripts, ADegradedRouterIsLeftThoughNobodyPreempts)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const sign works;
    instance_text first = tracking(110, {"chk"});
    first.more.insert(first.more.begin(), {"nopreempt", "leave_if_degraded"});
    instance_text second = fast_instance(100);
    second.more = {"nopreempt", "leave_if_degraded"};
    const std::string script = script_text("chk", looks_for(works), {"weight -50"});
    const xvrrpd one(lan["one"].ns(), script + file_of(first));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(second));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(eventually(5s, [&] { return two.instance("VI_1").active.has_value(); }));
    works.take_down();
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    works.put_up();
    EXPECT_TRUE(eventually(5s, [&] { return one.instance("VI_1").effective_priority == 110; }));
    EXPECT_TRUE(throughout(2s, [&] { return two.state("VI_1") == "MASTER"; })) << "it doesn't fail back";
}

} // namespace
} // namespace xvrrp::test
