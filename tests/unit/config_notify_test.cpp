// SPDX-License-Identifier: BSD-2-Clause
//
// notify_* of an instance: commands, accounts, and mistakes.
#include "config/print.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(config_notify, each_keyword_has_a_script_of_its_own)
{
    const loaded result = read(instance_with("notify_master /a\nnotify_backup \"/b 'x y' z\"\nnotify_fault /c nobody\n"
                                             "notify_stop /d nobody daemon\nnotify_deleted /e\n"
                                             "notify_master_rx_lower_pri /f\nnotify \"/g h\" u:g"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const notify_scripts& made = only_instance(result).notify;
    ASSERT_TRUE(made.master && made.backup && made.fault && made.stop && made.deleted && made.rx_lower_pri && made.any);
    EXPECT_THAT(made.master->command, ElementsAre("/a"));
    EXPECT_EQ(made.master->account, script_account{});
    EXPECT_EQ(made.master->where.line, 4U);
    EXPECT_THAT(made.backup->command, ElementsAre("/b", "x y", "z"));
    EXPECT_EQ(made.fault->account.user, "nobody");
    EXPECT_EQ(made.fault->account.group, "");
    EXPECT_EQ(made.stop->account.group, "daemon");
    EXPECT_THAT(made.deleted->command, ElementsAre("/e"));
    EXPECT_TRUE(made.tells_deleted);
    EXPECT_THAT(made.rx_lower_pri->command, ElementsAre("/f"));
    EXPECT_THAT(made.any->command, ElementsAre("/g", "h"));
    EXPECT_EQ(made.any->account.user, "u");
    EXPECT_EQ(made.any->account.group, "g");
}

TEST(config_notify, script_user_is_for_those_that_name_nobody)
{
    const loaded result =
        read("global_defs {\n script_user all some\n}\n" + instance_with("notify_master /a\nnotify_backup /b own"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const notify_scripts& made = only_instance(result).notify;
    ASSERT_TRUE(made.master && made.backup);
    EXPECT_EQ(made.master->account.user, "all");
    EXPECT_EQ(made.master->account.group, "some");
    EXPECT_EQ(made.backup->account.user, "own");
    EXPECT_EQ(made.backup->account.group, "");
}

TEST(config_notify, notify_deleted_needs_no_script)
{
    const loaded result = read(instance_with("notify_deleted"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_TRUE(only_instance(result).notify.tells_deleted);
    EXPECT_FALSE(only_instance(result).notify.deleted);
    EXPECT_FALSE(only_instance(read(instance_with(""))).notify.tells_deleted);
}

TEST(config_notify, of_two_the_first_counts)
{
    const loaded result = read(instance_with("notify_master /a\nnotify_master \"/b c\""));
    EXPECT_THAT(result.diagnostics,
                only_message(severity::error, 5, 15, "(VI_1) notify_master script already specified - ignoring /b c"));
    EXPECT_THAT(only_instance(result).notify.master->command, ElementsAre("/a"));
}

TEST(config_notify, mistakes_leave_the_line_out)
{
    const auto expect_left_out = [](const std::string& line, std::uint32_t column, const std::string& why) {
        const loaded result = read(instance_with(line));
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 4, column, why)) << line;
        EXPECT_EQ(only_instance(result).notify, notify_scripts{}) << line;
    };
    expect_left_out("notify_master", 1, "needs a value");
    expect_left_out("notify_master \"\"", 15, "takes a command");
    expect_left_out("notify_master \"/a 'b\"", 15, "takes a command");
    expect_left_out("notify_master /a :g", 18, "a user's name");
    expect_left_out("notify_master /a u::g", 18, "a user's name");
    expect_left_out("notify_master /a u :g:h", 18, "a user's name");
    expect_left_out(R"(notify_master /a "u v")", 18, "a user's name");
    const loaded result = read(instance_with("notify /a u g more"));
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 4, 15, "'more' is left out"));
    EXPECT_TRUE(only_instance(result).notify.any);
}

} // namespace
} // namespace xvrrp::config
