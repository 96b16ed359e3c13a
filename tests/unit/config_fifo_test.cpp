// SPDX-License-Identifier: BSD-2-Clause
//
// FIFOs and what they are told.
#include "config/print.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

loaded read_global(const std::string& lines, const std::string& in_instance = "")
{
    return read("global_defs {\n" + lines + "\n}\n" + instance_with(in_instance));
}

TEST(config_fifo, a_path_its_owner_and_its_script)
{
    const loaded result = read_global("notify_fifo /run/a daemon adm\nnotify_fifo_script \"/b 'x y'\" nobody\n"
                                      "vrrp_notify_fifo /run/c\nvrrp_notify_fifo_script /d\n"
                                      "fifo_write_vrrp_states_on_reload");
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const global_settings& made = result.config.global;
    ASSERT_TRUE(made.fifo && made.fifo->script && made.vrrp_fifo && made.vrrp_fifo->script);
    EXPECT_EQ(made.fifo->path, "/run/a");
    EXPECT_EQ(made.fifo->owner.user, "daemon");
    EXPECT_EQ(made.fifo->owner.group, "adm");
    EXPECT_EQ(made.fifo->where.line, 2U);
    EXPECT_THAT(made.fifo->script->command, ElementsAre("/b", "x y"));
    EXPECT_EQ(made.fifo->script->account.user, "nobody");
    EXPECT_EQ(made.vrrp_fifo->path, "/run/c");
    EXPECT_EQ(made.vrrp_fifo->owner, script_account{});
    EXPECT_THAT(made.vrrp_fifo->script->command, ElementsAre("/d"));
    EXPECT_TRUE(made.fifo_states_on_reload);
    EXPECT_EQ(without_places(read(print(result.config)).config), without_places(result.config));
}

TEST(config_fifo, script_user_is_for_what_names_nobody)
{
    const loaded result = read_global(
        "vrrp_notify_fifo /run/c\nvrrp_notify_fifo_script /d own\nscript_user all some\nnotify_fifo /e own");
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const global_settings& made = result.config.global;
    EXPECT_EQ(made.vrrp_fifo->owner.user, "all");
    EXPECT_EQ(made.vrrp_fifo->owner.group, "some");
    EXPECT_EQ(made.vrrp_fifo->script->account.user, "own");
    EXPECT_EQ(made.fifo->owner.user, "own");
    EXPECT_EQ(made.fifo->owner.group, "");
    EXPECT_EQ(without_places(read(print(result.config)).config), without_places(result.config));
}

TEST(config_fifo, of_two_the_first_counts)
{
    const loaded result = read_global("notify_fifo /a\nnotify_fifo /b\nnotify_fifo_script /c\nnotify_fifo_script /d");
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_at(severity::error, 3, 13, "notify_fifo already specified - ignoring /b"),
                            message_at(severity::error, 5, 20, "script already specified - ignoring /d")));
    EXPECT_EQ(result.config.global.fifo->path, "/a");
    EXPECT_THAT(result.config.global.fifo->script->command, ElementsAre("/c"));
}

TEST(config_fifo, mistakes_leave_the_line_out)
{
    const auto expect_left_out = [](const std::string& line, std::uint32_t column, const std::string& why) {
        const loaded result = read_global(line);
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 2, column, why)) << line;
        EXPECT_EQ(result.config.global.fifo, std::nullopt) << line;
    };
    expect_left_out("notify_fifo", 1, "needs a value");
    expect_left_out("notify_fifo here", 13, "begins with '/'");
    expect_left_out("notify_fifo \"/a b\"", 13, "begins with '/'");
    expect_left_out("notify_fifo /a u::g", 16, "behind the path of notify_fifo a user's name");
    expect_left_out("notify_fifo_script /a", 20, "needs a notify_fifo beside it");
}

TEST(config_fifo, two_need_two_paths)
{
    const loaded result = read_global("notify_fifo /a\nvrrp_notify_fifo /a");
    EXPECT_THAT(result.diagnostics, only_message(severity::error, 3, 18, "/a is notify_fifo already"));
    EXPECT_EQ(result.config.global.vrrp_fifo, std::nullopt);
}

TEST(config_fifo, changes_of_priority_are_told_where_the_instance_the_group_or_global_defs_says_so)
{
    const auto tells = [](const std::string& global, const std::string& group, const std::string& own) {
        const loaded result = read("global_defs {\n router_id x\n " + global + "\n}\nvrrp_sync_group G {\n group {\n" +
                                   " VI_1\n }\n " + group + "\n}\n" + instance_with(own));
        const bool made = only_instance(result).notify_priority_changes;
        EXPECT_EQ(without_places(read(print(result.config)).config), without_places(result.config));
        return made;
    };
    EXPECT_FALSE(tells("", "", ""));
    EXPECT_TRUE(tells("vrrp_notify_priority_changes", "", ""));
    EXPECT_TRUE(tells("", "notify_priority_changes on", ""));
    EXPECT_TRUE(tells("", "", "notify_priority_changes true"));
    EXPECT_FALSE(tells("vrrp_notify_priority_changes on", "notify_priority_changes off", ""));
    EXPECT_FALSE(tells("vrrp_notify_priority_changes on", "notify_priority_changes on", "notify_priority_changes no"));
}

TEST(config_fifo, only_instances_are_told_of_as_deleted)
{
    const loaded result =
        read("vrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n notify_deleted /a\n}\n" + instance_with("") +
             "vrrp_instance VI_2 {\n interface eth0\n virtual_router_id 7\n "
             "virtual_ipaddress { 10.0.0.9 }\n}\n");
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 6, 2, "works in a vrrp_instance alone"));
}

} // namespace
} // namespace xvrrp::config
