// SPDX-License-Identifier: BSD-2-Clause
//
// Which scripts may run here: users, paths, permissions. With files in a directory of its own, as root.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "track/script_rules.hpp"

namespace xvrrp::track {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ScriptRules : public testing::Test {
protected:
    ScriptRules()
    {
        std::string name = (std::filesystem::temp_directory_path() / "xvrrp-test-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        ::chmod(name.c_str(), 0755);
    }
    ~ScriptRules() override { std::filesystem::remove_all(directory_); }

    std::string file(const std::string& name, mode_t mode) const
    {
        const std::filesystem::path path = directory_ / name;
        std::ofstream(path) << "#!/bin/sh\n";
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path.string();
    }
    [[nodiscard]] std::string at(const std::string& name) const { return (directory_ / name).string(); }

    /// A configuration in which an instance tracks the one script.
    static configuration with(const std::string& command, bool security = false, const std::string& user = "root")
    {
        configuration wanted;
        wanted.global.script_security = security;
        wanted.scripts.resize(1);
        wanted.scripts[0].name = "chk";
        wanted.scripts[0].command = {command, "-x"};
        wanted.scripts[0].account.user = user;
        wanted.instances.resize(1);
        wanted.instances[0].track_scripts = {{.name = "chk", .weight = {}, .reverse = false}};
        return wanted;
    }
    static void expect_refused(configuration wanted, const std::string& why)
    {
        EXPECT_THAT(apply_script_rules(wanted), ElementsAre(AllOf(Field(&script_finding::text, HasSubstr(why)),
                                                                  Field(&script_finding::disables, true))));
        EXPECT_THAT(wanted.scripts, IsEmpty());
        EXPECT_THAT(wanted.instances[0].track_scripts, IsEmpty());
    }

    std::filesystem::path directory_;
};

TEST_F(ScriptRules, a_good_script_is_left_as_it_is)
{
    configuration wanted = with(file("good", 0755), true);
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty());
    ASSERT_THAT(wanted.scripts, SizeIs(1));
    EXPECT_EQ(wanted.scripts[0].account.uid, 0U);
    EXPECT_THAT(wanted.instances[0].track_scripts, SizeIs(1));
}

TEST_F(ScriptRules, what_isnt_there_or_cant_be_executed_is_refused)
{
    expect_refused(with(at("missing")), "Disabling track script chk since not found/accessible");
    expect_refused(with("no-such-command-anywhere"), "not found/accessible");
    expect_refused(with(file("plain", 0644)), "is not executable for uid:gid 0:0");
    expect_refused(with(directory_.string()), "Wrong file type");
    expect_refused(with("bin/true"), "no full path");
    expect_refused(with(file("private", 0700), false, "nobody"), "is not executable for uid:gid");
}

TEST_F(ScriptRules, users_and_groups_have_to_exist)
{
    expect_refused(with(file("a", 0755), false, "no-such-user"), "Script user 'no-such-user' does not exist");
    configuration wanted = with(file("a", 0755));
    wanted.scripts[0].account.group = "no-such-group";
    expect_refused(wanted, "Script group 'no-such-group' does not exist");
    wanted = with(file("a", 0755), false, "nobody");
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty());
    EXPECT_NE(wanted.scripts[0].account.uid, 0U);
    EXPECT_NE(wanted.scripts[0].account.gid, 0U);
}

TEST_F(ScriptRules, without_a_user_it_is_ours)
{
    configuration wanted = with(file("a", 0755), false, "");
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty());
    EXPECT_EQ(wanted.scripts[0].account.user.empty() ? ::geteuid() : wanted.scripts[0].account.uid,
              wanted.scripts[0].account.uid);
}

TEST_F(ScriptRules, what_others_can_change_is_refused_with_script_security_and_else_told)
{
    const std::string loose = file("loose", 0757);
    expect_refused(with(loose, true), "Unsafe permissions found for script");
    configuration wanted = with(loose);
    EXPECT_THAT(apply_script_rules(wanted), ElementsAre(AllOf(Field(&script_finding::text, HasSubstr("Unsafe")),
                                                              Field(&script_finding::disables, false))));
    EXPECT_THAT(wanted.scripts, SizeIs(1));
    wanted = with(loose, true, "nobody");
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty()) << "it doesn't run as root";
}

TEST_F(ScriptRules, a_directory_that_others_can_write_is_as_bad)
{
    const std::string good = file("good", 0755);
    ::chmod(directory_.c_str(), 0777);
    expect_refused(with(good, true), "Unsafe permissions");
    ::chmod(directory_.c_str(), 01777);
    configuration wanted = with(good, true);
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty()) << "sticky";
    ::chmod(directory_.c_str(), 0755);
    EXPECT_EQ(::chown(directory_.c_str(), 65534, 0), 0);
    expect_refused(with(good, true), "Unsafe permissions");
}

TEST_F(ScriptRules, a_link_is_judged_by_what_it_leads_to)
{
    std::filesystem::create_symlink(file("loose", 0757), at("link"));
    expect_refused(with(at("link"), true), "Unsafe permissions");
}

TEST_F(ScriptRules, a_name_is_looked_up_and_told)
{
    configuration wanted = with("true");
    EXPECT_THAT(apply_script_rules(wanted),
                ElementsAre(Field(&script_finding::text, HasSubstr("Please specify full path"))));
    EXPECT_TRUE(wanted.scripts.at(0).command.at(0).ends_with("/bin/true"));
    EXPECT_EQ(wanted.scripts[0].command.at(1), "-x");
}

TEST_F(ScriptRules, a_file_to_be_read_needs_nothing)
{
    configuration wanted = with("</no/such/file", true);
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty());
}

/// An instance that tells one script.
configuration telling(const std::string& command, bool security = false, const std::string& user = "root")
{
    configuration wanted;
    wanted.global.script_security = security;
    vrrp_instance& instance = wanted.instances.emplace_back();
    instance.name = "VI_1";
    instance.notify.fault =
        notify_script{.where = {}, .command = {command, "x"}, .account = {.user = user, .group = {}}};
    return wanted;
}

TEST_F(ScriptRules, notify_scripts_are_held_to_the_same)
{
    configuration wanted = telling(file("good", 0755), true, "nobody");
    EXPECT_THAT(apply_script_rules(wanted), IsEmpty());
    ASSERT_TRUE(wanted.instances[0].notify.fault);
    EXPECT_NE(wanted.instances[0].notify.fault->account.uid, 0U);

    const auto expect_out = [](configuration refused, const std::string& why) {
        EXPECT_THAT(
            apply_script_rules(refused),
            ElementsAre(AllOf(Field(&script_finding::text, HasSubstr(why)),
                              Field(&script_finding::text, HasSubstr("notify_fault of vrrp_instance VI_1 isn't run")),
                              Field(&script_finding::disables, true))));
        EXPECT_FALSE(refused.instances[0].notify.fault);
    };
    expect_out(telling(at("missing")), "cannot be accessed - No such file or directory");
    expect_out(telling("</etc/passwd"), "no full path");
    expect_out(telling(file("plain", 0644)), "is not executable for uid:gid 0:0");
    expect_out(telling(file("loose", 0757), true), "Unsafe permissions found for script");
    expect_out(telling(file("other", 0755), false, "no-such-user"), "Script user 'no-such-user' does not exist");

    wanted = telling("true");
    EXPECT_THAT(apply_script_rules(wanted),
                ElementsAre(Field(&script_finding::text, HasSubstr("Please specify full path"))));
    EXPECT_TRUE(wanted.instances[0].notify.fault->command.front().ends_with("/bin/true"));
}

} // namespace
} // namespace xvrrp::track
