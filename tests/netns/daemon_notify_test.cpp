// SPDX-License-Identifier: BSD-2-Clause
//
// notify_* end to end: who is told what, in which order, and that nothing waits for a script but the daemon's end.
#include <csignal>

#include "daemon_world.hpp"
#include "lab/flood.hpp"
#include "support/call_record.hpp"

namespace xvrrp::test {
namespace {

constexpr auto patience = 20s;

/// A file in which each of these instances calls `record`, with the name of the event, and of the instance.
std::string telling(const std::vector<instance_text>& instances, const call_record& record,
                    const std::vector<std::string>& more = {})
{
    std::vector<instance_text> all = instances;
    for (instance_text& each : all) {
        for (const std::string word : {"master", "backup", "fault", "stop"}) {
            each.more.push_back("notify_" + word + " " + record.command(word + " " + each.name));
        }
        each.more.push_back("notify " + record.command("any"));
        each.more.insert(each.more.end(), more.begin(), more.end());
    }
    return configuration_text(all, {"script_user root"});
}

instance_text named(const std::string& name, unsigned vrid, const std::string& address)
{
    instance_text instance = fast_instance(200);
    instance.name = name;
    instance.vrid = vrid;
    instance.addresses = {address};
    return instance;
}

::testing::AssertionResult becomes(const call_record& record, const std::vector<std::string>& expected)
{
    if (eventually(patience, [&] { return record.calls() == expected; })) {
        return ::testing::AssertionSuccess();
    }
    ::testing::AssertionResult failure = ::testing::AssertionFailure() << "calls:\n";
    for (const std::string& each : record.calls()) {
        failure << each << "\n";
    }
    return failure;
}

TEST(Notify, EveryStateIsToldOnceAndInItsOrder)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    xvrrpd one(lan["one"].ns(), telling({fast_instance(200)}, record));
    std::vector<std::string> expected{"backup VI_1", "any INSTANCE VI_1 BACKUP 200", "master VI_1",
                                      "any INSTANCE VI_1 MASTER 200"};
    ASSERT_TRUE(becomes(record, expected));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(throughout(1s, [&] { return record.calls() == expected; })) << "nothing changed, nothing is told";
    must(lan["one"].ns().ip("link set eth0 down"));
    expected.insert(expected.end(), {"fault VI_1", "any INSTANCE VI_1 FAULT 200"});
    ASSERT_TRUE(becomes(record, expected));
    must(lan["one"].ns().ip("link set eth0 up"));
    expected.insert(expected.end(),
                    {"backup VI_1", "any INSTANCE VI_1 BACKUP 200", "master VI_1", "any INSTANCE VI_1 MASTER 200"});
    ASSERT_TRUE(becomes(record, expected));
    EXPECT_EQ(one.stop(), 0);
    expected.insert(expected.end(), {"stop VI_1", "any INSTANCE VI_1 STOP 200"});
    EXPECT_EQ(record.calls(), expected) << "the daemon ends after its scripts";
}

TEST(Notify, AFaultAtTheStartIsToldAndARouterThatCannotStartYetTellsNothingElse)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    instance_text missing = fast_instance(200);
    missing.interface = "eth7";
    xvrrpd one(lan["one"].ns(), telling({missing}, record));
    ASSERT_TRUE(becomes(record, {"fault VI_1", "any INSTANCE VI_1 FAULT 200"}));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_TRUE(
        becomes(record, {"fault VI_1", "any INSTANCE VI_1 FAULT 200", "stop VI_1", "any INSTANCE VI_1 STOP 200"}));
}

TEST(Notify, AScriptThatHangsHoldsUpNothingButWhatItsOwnInstanceTellsNext)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const call_record record;
    record.write_script("case \"$*\" in *HELD*) until test -e " + record.file("go") + "; do sleep 0.05; done; esac");
    xvrrpd one(lan["one"].ns(), telling({named("HELD", 51, vip), named("FREE", 52, "10.0.0.71")}, record));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(one.wait_for_state("HELD", "MASTER"));
    EXPECT_TRUE(becomes(
        record, {"backup FREE", "any INSTANCE FREE BACKUP 200", "master FREE", "any INSTANCE FREE MASTER 200"}));
    EXPECT_EQ(one.instance("HELD").notify_running, record.file("script"));
    EXPECT_EQ(one.instance("HELD").notify_waiting, 1U);
    EXPECT_EQ(one.instance("FREE").notify_running, "");
    EXPECT_NE(one.ctl({"status"}).output.find("is running; events that wait for its end: 1"), std::string::npos);
    // What runs and what waits outlives a reload that takes the instance out.
    one.write_configuration(telling({named("FREE", 52, "10.0.0.71")}, record));
    ASSERT_TRUE(one.reload().ok());
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    record.touch("go");
    EXPECT_TRUE(becomes(record, {"backup FREE", "any INSTANCE FREE BACKUP 200", "master FREE",
                                 "any INSTANCE FREE MASTER 200", "backup HELD", "any INSTANCE HELD BACKUP 200",
                                 "master HELD", "any INSTANCE HELD MASTER 200", "any INSTANCE HELD FAULT 200"}));
    EXPECT_GE(one.instance("FREE").counters.notify_runs, 4U);
    EXPECT_EQ(one.instance("FREE").counters.notify_failures, 0U);
}

TEST(Notify, AnInstanceThatAReloadTakesOutIsDeletedToThoseWhoWantToKnow)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    const instance_text kept = named("KEPT", 52, "10.0.0.71");
    const call_record other;
    const std::string deleted = "notify_deleted " + record.command("deleted");
    xvrrpd one(lan["one"].ns(), telling({fast_instance(200)}, record, {deleted}) + kept.to_string());
    ASSERT_TRUE(eventually(patience, [&] { return record.count("any INSTANCE VI_1 MASTER 200") == 1; }));
    one.write_configuration(configuration_text({kept}));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(becomes(record, {"backup VI_1", "any INSTANCE VI_1 BACKUP 200", "master VI_1",
                                 "any INSTANCE VI_1 MASTER 200", "deleted", "any INSTANCE VI_1 DELETED 200"}));
    one.write_configuration(telling({fast_instance(150)}, other) + kept.to_string());
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(
        becomes(other, {"backup VI_1", "any INSTANCE VI_1 BACKUP 150", "master VI_1", "any INSTANCE VI_1 MASTER 150"}));
    instance_text renewed = fast_instance(150);
    renewed.vrid = 53;
    one.write_configuration(telling({renewed}, other) + kept.to_string());
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(
        becomes(other, {"backup VI_1", "any INSTANCE VI_1 BACKUP 150", "master VI_1", "any INSTANCE VI_1 MASTER 150",
                        "backup VI_1", "any INSTANCE VI_1 BACKUP 150", "master VI_1", "any INSTANCE VI_1 MASTER 150"}))
        << "to a script it is the same instance";
}

TEST(Notify, TheEndWaitsForStopScriptsAndASecondSignalDoesNot)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const call_record record;
    record.write_script("case \"$*\" in stop*) sleep 1000; esac");
    xvrrpd one(lan["one"].ns(), telling({fast_instance(200)}, record));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(eventually(patience, [&] { return record.count("any INSTANCE VI_1 MASTER 200") == 1; }));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    must(one.process().signal(SIGTERM));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(patience, [&] { return !lan["one"].ns().has_address(vip); }));
    EXPECT_TRUE(throughout(2s, [&] { return one.process().running(); }));
    must(one.process().signal(SIGTERM));
    EXPECT_EQ(one.process().wait(patience), 0);
    EXPECT_EQ(record.count("any INSTANCE VI_1 STOP 200"), 0U);
}

TEST(Notify, TheEndWaitsHalfAMinuteAtMost)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    record.write_script("case \"$*\" in stop*) echo $$ >" + record.file("stopping") + "; exec sleep 1000; esac");
    xvrrpd one(lan["one"].ns(), telling({fast_instance(200)}, record));
    ASSERT_TRUE(eventually(patience, [&] { return record.count("any INSTANCE VI_1 MASTER 200") == 1; }));
    const auto began = std::chrono::steady_clock::now();
    must(one.process().signal(SIGTERM));
    EXPECT_EQ(one.process().wait(60s), 0);
    EXPECT_GT(std::chrono::steady_clock::now() - began, 29s);
    pid_t script = 0;
    std::ifstream(record.file("stopping")) >> script;
    ASSERT_GT(script, 0);
    EXPECT_TRUE(eventually(patience, [&] { return ::kill(script, 0) != 0; })) << "and the script is told to end";
}

TEST(Notify, WaitingForTheLastScriptTakesNoTime)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    record.write_script("case \"$*\" in stop*) echo >" + record.file("stopping") + "; sleep 1000; esac");
    instance_text instance = fast_instance(200);
    instance.more = {"track_script {", "chk", "}", "notify_stop " + record.command("stop")};
    const std::string script = "vrrp_script chk {\n  script /bin/true\n  interval 0.1\n}\n";
    xvrrpd one(lan["one"].ns(), "global_defs {\n  script_user root\n}\n" + script + instance.to_string());
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(one.process().signal(SIGTERM));
    ASSERT_TRUE(eventually(patience, [&] { return std::filesystem::exists(record.file("stopping")); }));
    const std::chrono::nanoseconds before = must(one.process().cpu_time());
    EXPECT_TRUE(throughout(2s, [&] { return one.process().running(); }));
    EXPECT_LT(must(one.process().cpu_time()) - before, 500ms);
}

TEST(Notify, WithNobodyLeftToRunAScriptTheEndWaitsForNone)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    instance_text instance = fast_instance(200);
    instance.more = {"notify_stop " + record.command("stop")};
    xvrrpd one(lan["one"].ns(), configuration_text({instance}, {"script_user root"}));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.signal_supervisor(SIGKILL);
    EXPECT_TRUE(one.wait_for_log("Stopped xvrrpd", 20s)) << "much sooner than stop scripts have";
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
}

TEST(Notify, WhatDiesWithTheProcessThatRunsItIsRunAgain)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    record.write_script("echo $PPID >" + record.file("parent") + "\nuntil test -e " + record.file("go") +
                        "; do sleep 0.05; done");
    const xvrrpd one(lan["one"].ns(), telling({fast_instance(200)}, record));
    const auto parent = [&] {
        pid_t pid = 0;
        std::ifstream(record.file("parent")) >> pid;
        return pid;
    };
    ASSERT_TRUE(eventually(patience, [&] { return parent() > 0; }));
    const pid_t first = parent();
    ::kill(first, SIGKILL);
    ASSERT_TRUE(eventually(patience, [&] { return parent() > 0 && parent() != first; }));
    record.touch("go");
    EXPECT_TRUE(becomes(
        record, {"backup VI_1", "any INSTANCE VI_1 BACKUP 200", "master VI_1", "any INSTANCE VI_1 MASTER 200"}));
}

TEST(Notify, AFailureIsLoggedAndWhatComesNextIsRun)
{
    lab::segment lan = make_lan("auto", {"one"});
    const call_record record;
    record.write_script("test \"$1\" != backup || exit 3");
    const xvrrpd one(lan["one"].ns(), telling({fast_instance(200)}, record));
    EXPECT_TRUE(becomes(record, {"any INSTANCE VI_1 BACKUP 200", "master VI_1", "any INSTANCE VI_1 MASTER 200"}));
    EXPECT_TRUE(one.wait_for_log("(VI_1) notify script " + record.file("script") + " failed (exited with status 3)"));
    EXPECT_TRUE(eventually(patience, [&] { return one.instance("VI_1").counters.notify_failures == 1; }));
}

TEST(Notify, ARouterThatHungLearnsThatItIsBackup)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const call_record record;
    xvrrpd one(lan["one"].ns(), telling({fast_instance(100)}, record));
    ASSERT_TRUE(eventually(patience, [&] { return record.count("any INSTANCE VI_1 MASTER 100") == 1; }));
    instance_text better = fast_instance(200);
    one.freeze();
    const xvrrpd two(lan["two"].ns(), file_of(better));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    one.thaw();
    EXPECT_TRUE(becomes(record, {"backup VI_1", "any INSTANCE VI_1 BACKUP 100", "master VI_1",
                                 "any INSTANCE VI_1 MASTER 100", "backup VI_1", "any INSTANCE VI_1 BACKUP 100"}));
}

TEST(Notify, AnActiveRouterTellsOfAdvertsThatLose)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const call_record record;
    const xvrrpd one(lan["one"].ns(),
                     telling({fast_instance(200)}, record, {"notify_master_rx_lower_pri " + record.command("lower")}));
    ASSERT_TRUE(eventually(patience, [&] { return record.count("any INSTANCE VI_1 MASTER 200") == 1; }));
    const lab::host& two = lan["two"];
    const lab::advert_recipe loses{.source_mac = two.mac(),
                                   .source = two.ipv4(),
                                   .version = 3,
                                   .priority = 100,
                                   .interval = 200ms,
                                   .addresses = {vip}};
    const auto sending =
        must(lab::flood::start(two, {must(lab::forge_advert(loses))}, {.frames_per_second = 20, .time = 30s}));
    EXPECT_TRUE(eventually(patience, [&] { return record.count("lower") > 2; }));
    EXPECT_EQ(record.count("any INSTANCE VI_1 MASTER 200"), 1U);
    EXPECT_EQ(one.state("VI_1"), "MASTER");
}

} // namespace
} // namespace xvrrp::test
