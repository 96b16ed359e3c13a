// SPDX-License-Identifier: BSD-2-Clause
//
// FIFOs end to end: what their readers get, that nobody waits for them, and their scripts' lives.
#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "daemon_world.hpp"
#include "support/call_record.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::test {
namespace {

constexpr auto patience = 20s;

using lines = std::vector<std::string>;

/// Reads a FIFO without ever waiting for it.
class fifo_reader {
public:
    explicit fifo_reader(const std::string& path) : pipe_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}

    [[nodiscard]] const lines& read()
    {
        char c = 0;
        while (::read(pipe_.get(), &c, 1) == 1) {
            if (c == '\n') {
                lines_.push_back(std::exchange(begun_, {}));
            } else {
                begun_ += c;
            }
        }
        return lines_;
    }
    [[nodiscard]] ::testing::AssertionResult becomes(const lines& expected)
    {
        if (eventually(patience, [&] { return read() == expected; })) {
            return ::testing::AssertionSuccess();
        }
        ::testing::AssertionResult failure = ::testing::AssertionFailure() << "lines:\n";
        for (const std::string& each : lines_) {
            failure << each << "\n";
        }
        return failure;
    }

private:
    descriptor pipe_;
    lines lines_;
    std::string begun_;
};

/// A script that records each line of its FIFO, its start and its end.
std::string recording_script(const call_record& record, const std::string& words)
{
    must(lab::exec({"sh", "-c",
                    "printf '#!/bin/sh\n{ echo \"start $*\"; for last; do :; done; while read -r line; do echo "
                    "\"$line\"; done <\"$last\"; echo end; } >>" +
                        record.file("calls") + "\n' >" + record.file("reader") + "; chmod 755 " +
                        record.file("reader")}));
    return "\"" + record.file("reader") + " " + words + "\"";
}

bool is_fifo(const std::string& path)
{
    struct stat file{};
    return ::stat(path.c_str(), &file) == 0 && S_ISFIFO(file.st_mode);
}

class Fifo : public ::testing::Test {
protected:
    [[nodiscard]] std::string path(const std::string& name) const { return record_.file(name); }
    [[nodiscard]] const lab::net_namespace& place() { return lan_["one"].ns(); }

    lab::segment lan_ = make_lan("auto", {"one", "two"});
    call_record record_;
};

TEST_F(Fifo, ReadersAreToldEachEventInItsOrder)
{
    must(lab::exec({"mkfifo", path("all")}));
    xvrrpd one(place(), configuration_text({fast_instance(200)},
                                           {"notify_fifo " + path("all"),
                                            "vrrp_notify_fifo " + path("vrrp") + " daemon", "script_user root"}));
    fifo_reader all(path("all"));
    fifo_reader vrrp(path("vrrp"));
    lines expected{"INSTANCE \"VI_1\" BACKUP 200", "INSTANCE \"VI_1\" MASTER 200"};
    ASSERT_TRUE(all.becomes(expected));
    ASSERT_TRUE(vrrp.becomes(expected));
    ASSERT_TRUE(one.reload().ok());
    must(place().ip("link set eth0 down"));
    expected.emplace_back("INSTANCE \"VI_1\" FAULT 200");
    ASSERT_TRUE(all.becomes(expected)) << "a reload that changes nothing tells nothing";
    must(place().ip("link set eth0 up"));
    expected.insert(expected.end(), {"INSTANCE \"VI_1\" BACKUP 200", "INSTANCE \"VI_1\" MASTER 200"});
    ASSERT_TRUE(all.becomes(expected));
    const control::daemon_status status = one.status();
    ASSERT_EQ(status.fifos.size(), 2U);
    EXPECT_EQ(status.fifos[0].path, path("all"));
    EXPECT_EQ(status.fifos[0].lines, 5U);
    EXPECT_EQ(status.fifos[0].lost, 0U);
    EXPECT_NE(one.ctl({"status"}).output.find(path("vrrp")), std::string::npos);
    EXPECT_EQ(one.stop(), 0);
    expected.emplace_back("INSTANCE \"VI_1\" STOP 200");
    EXPECT_TRUE(all.becomes(expected));
    EXPECT_TRUE(vrrp.becomes(expected));
    EXPECT_TRUE(is_fifo(path("all"))) << "it was there before";
    EXPECT_FALSE(is_fifo(path("vrrp"))) << "it was made";
}

TEST_F(Fifo, NobodyReadsHoldsUpNothing)
{
    const auto file = [&](unsigned priority) {
        return configuration_text({fast_instance(priority)}, {"notify_fifo " + path("all"), "script_user root",
                                                              "fifo_write_vrrp_states_on_reload"});
    };
    // A reader that is there and doesn't read, and a pipe with room for some lines.
    must(lab::exec({"mkfifo", path("all")}));
    const descriptor held(::open(path("all").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ASSERT_GT(::fcntl(held.get(), F_SETPIPE_SZ, 4096), 0);
    const std::string filler(4000, 'x');
    ASSERT_EQ(::write(held.get(), filler.data(), filler.size()), 4000);
    xvrrpd one(place(), file(200));
    const xvrrpd two(lan_["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(one.reload().ok());
    }
    EXPECT_TRUE(one.wait_for_log(path("all") + " is full"));
    EXPECT_TRUE(eventually(patience, [&] { return one.status().fifos.at(0).lost > 2; }));
    const std::string log = one.log();
    EXPECT_EQ(log.find("is full"), log.rfind("is full")) << "said once";
    EXPECT_EQ(two.transitions("VI_1"), 1U) << "and nobody took over";
    std::string room(4096, ' ');
    EXPECT_GE(::read(held.get(), room.data(), room.size()), 4000);
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(one.wait_for_log(path("all") + " is read again"));
}

TEST_F(Fifo, ItsScriptReadsFromTheFirstLineToTheLast)
{
    const std::string script = recording_script(record_, "a 'b c'");
    xvrrpd one(place(), configuration_text({fast_instance(200)}, {"notify_fifo " + path("all"),
                                                                  "notify_fifo_script " + script, "script_user root"}));
    lines expected{"start a b c " + path("all"), "INSTANCE \"VI_1\" BACKUP 200", "INSTANCE \"VI_1\" MASTER 200"};
    EXPECT_TRUE(eventually(patience, [&] { return record_.calls() == expected; }));
    EXPECT_TRUE(one.status().fifos.at(0).script_running);
    ASSERT_TRUE(one.reload().ok());
    EXPECT_EQ(one.stop(), 0);
    expected.insert(expected.end(), {"INSTANCE \"VI_1\" STOP 200", "end"});
    EXPECT_EQ(record_.calls(), expected) << "the daemon ends after it";
}

TEST_F(Fifo, AScriptThatDoesNotEndIsToldTo)
{
    const call_record reader;
    must(lab::exec({"sh", "-c",
                    "printf '#!/bin/sh\ntrap \"echo told >>" + record_.file("calls") +
                        "; exit\" TERM\nwhile :; do sleep 0.05; done\n' >" + record_.file("reader") + "; chmod 755 " +
                        record_.file("reader")}));
    xvrrpd one(place(), configuration_text({fast_instance(200)},
                                           {"vrrp_notify_fifo " + path("all"),
                                            "vrrp_notify_fifo_script " + record_.file("reader"), "script_user root"}));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_TRUE(eventually(patience, [&] { return record_.calls() == lines{"told"}; }));
}

TEST_F(Fifo, AReloadWithAnotherScriptOrPathEndsTheOneBefore)
{
    const auto file = [&](const std::string& name, const std::string& words, const std::string& more = "") {
        return configuration_text({fast_instance(200)},
                                  {"notify_fifo " + path(name),
                                   "notify_fifo_script " + recording_script(record_, words), "script_user root", more});
    };
    xvrrpd one(place(), file("all", "first"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(patience, [&] { return record_.count("INSTANCE \"VI_1\" MASTER 200") == 1; }));
    one.write_configuration(file("all", "second", "fifo_write_vrrp_states_on_reload"));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(patience, [&] { return record_.count("start second " + path("all")) == 1; }));
    EXPECT_TRUE(eventually(patience, [&] { return record_.count("INSTANCE \"VI_1\" MASTER 200") == 2; }));
    one.write_configuration(file("other", "third", "fifo_write_vrrp_states_on_reload"));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(patience, [&] { return record_.count("start third " + path("other")) == 1; }));
    EXPECT_TRUE(eventually(patience, [&] { return record_.count("INSTANCE \"VI_1\" MASTER 200") == 3; }));
    EXPECT_FALSE(is_fifo(path("all")));
    EXPECT_TRUE(is_fifo(path("other")));
    one.write_configuration(file_of(fast_instance(200)));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_FALSE(is_fifo(path("other")));
    EXPECT_TRUE(one.status().fifos.empty());
}

TEST_F(Fifo, ChangesOfThePriorityAreToldWhereTheyAreWanted)
{
    instance_text instance = fast_instance(100);
    instance.more = {"track_script {", "up weight 20", "}", "notify_priority_changes"};
    const std::string script =
        "vrrp_script up {\n  script \"/usr/bin/test -e " + path("up") + "\"\n  interval 0.1\n}\n";
    xvrrpd one(place(), "global_defs {\n  script_user root\n  notify_fifo " + path("all") + "\n}\n" + script +
                            instance.to_string());
    fifo_reader all(path("all"));
    lines expected{"INSTANCE \"VI_1\" BACKUP 100", "INSTANCE \"VI_1\" MASTER 100"};
    ASSERT_TRUE(all.becomes(expected));
    record_.touch("up");
    expected.emplace_back("INSTANCE \"VI_1\" MASTER_PRIORITY 120");
    ASSERT_TRUE(all.becomes(expected));
    const xvrrpd two(lan_["two"].ns(), file_of(fast_instance(150)));
    expected.emplace_back("INSTANCE \"VI_1\" BACKUP 120");
    ASSERT_TRUE(all.becomes(expected));
    std::filesystem::remove(path("up"));
    expected.emplace_back("INSTANCE \"VI_1\" BACKUP_PRIORITY 100");
    ASSERT_TRUE(all.becomes(expected));
}

TEST_F(Fifo, WhatCannotBeAFifoIsSaidAndTheRoutersRun)
{
    record_.touch("file");
    const xvrrpd one(place(), configuration_text({fast_instance(200)},
                                                 {"notify_fifo " + path("file"),
                                                  "vrrp_notify_fifo " + path("none/such"), "script_user root"}));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log(path("file") + " is no FIFO; nothing is written to it"));
    EXPECT_TRUE(one.wait_for_log("making the FIFO " + path("none/such")));
}

} // namespace
} // namespace xvrrp::test
