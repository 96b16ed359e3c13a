// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_sync_group: members, what is tracked, and mistakes.
#include "config/print.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(const loaded& result)
{
    std::vector<std::string> all;
    for (const diagnostic& each : result.diagnostics) {
        all.push_back(each.text);
    }
    return all;
}

/// A group of these lines in front of the instances A and B, A with more lines.
loaded read_group(const std::string& lines, const std::string& of_a = "")
{
    const auto instance = [](const std::string& name, int vrid, const std::string& more) {
        return "vrrp_instance " + name + " {\n interface eth0\n virtual_router_id " + std::to_string(vrid) +
               "\n virtual_ipaddress { 10.0.0." + std::to_string(vrid) + " }\n" + more + "\n}\n";
    };
    return read("vrrp_script good {\n script /bin/true\n weight 5\n}\nvrrp_script bad {\n script /bin/false\n}\n"
                "vrrp_sync_group G {\n" +
                lines + "\n}\n" + instance("A", 1, of_a + "\ntrack_script { bad }") +
                instance("B", 2, "track_script { bad }"));
}

TEST(config_sync_group, members_stand_in_a_line_or_in_several)
{
    for (const char* lines : {"group { A B }", "group {\n A\n B\n}"}) {
        const loaded result = read_group(lines);
        ASSERT_EQ(result.config.sync_groups.size(), 1U);
        EXPECT_EQ(result.config.sync_groups[0].name, "G");
        EXPECT_THAT(result.config.sync_groups[0].members, ElementsAre("A", "B"));
        EXPECT_EQ(result.config.instances[0].sync_group, "G");
        EXPECT_EQ(result.config.instances[1].sync_group, "G");
    }
}

TEST(config_sync_group, mistakes_are_named)
{
    const auto said = [](const std::string& lines) { return texts(read_group(lines)); };
    const auto says = [](const char* text) { return testing::Contains(testing::HasSubstr(text)); };
    EXPECT_THAT(said("group { A C }"), says("there is no vrrp_instance C that could run"));
    EXPECT_THAT(said("group { A }"), says("has only one member"));
    EXPECT_THAT(said("group { A A B }"), says("A stands in this group already"));
    EXPECT_THAT(said("group { A B }\ngroup { B }"), says("has a group block already"));
    EXPECT_THAT(said(""), says("has no vrrp_instance that can run"));
    EXPECT_THAT(said("group { A B }\n}\nvrrp_sync_group H {\n group { B }"), says("is in vrrp_sync_group G already"));
    EXPECT_THAT(said("group { A B }\n}\nvrrp_sync_group G {\n group { B }"), says("is there already"));
    EXPECT_THAT(said("group { A B }\nglobal_tracking"), says("global_tracking is deprecated"));
    EXPECT_TRUE(read_group("").config.sync_groups.empty());
}

TEST(config_sync_group, what_it_tracks_its_members_track)
{
    const loaded result = read_group("group { A B }\ntrack_interface { eth7 }");
    EXPECT_THAT(texts(result), testing::Each(testing::HasSubstr("good")));
    for (const vrrp_instance& each : result.config.instances) {
        EXPECT_THAT(each.track_interfaces, ElementsAre(tracked_interface{.name = "eth7", .weight = {}}));
    }
}

TEST(config_sync_group, weights_count_only_when_it_says_so)
{
    const std::string own = "track_interface { eth8 weight -3 }";
    const std::string group = "group { A B }\ntrack_script { good }\ntrack_interface { eth9 weight 4 }\n";
    const loaded without = read_group(group, own);
    EXPECT_THAT(
        without.config.instances[0].track_interfaces,
        ElementsAre(tracked_interface{.name = "eth9", .weight = {}}, tracked_interface{.name = "eth8", .weight = {}}));
    EXPECT_THAT(without.config.instances[0].track_scripts, ElementsAre(tracked_script{.name = "bad", .weight = {}}));
    const loaded with = read_group(group + "sync_group_tracking_weight", own);
    EXPECT_THAT(with.diagnostics, IsEmpty());
    EXPECT_THAT(
        with.config.instances[0].track_interfaces,
        ElementsAre(tracked_interface{.name = "eth9", .weight = 4}, tracked_interface{.name = "eth8", .weight = -3}));
    EXPECT_THAT(with.config.instances[1].track_scripts,
                ElementsAre(tracked_script{.name = "good", .weight = 5}, tracked_script{.name = "bad", .weight = {}}));
}

TEST(config_sync_group, the_groups_line_counts_where_a_member_tracks_the_same)
{
    const loaded result =
        read_group("group { A B }\ntrack_interface { eth9 }\ntrack_script { bad }", "track_interface { eth9 }");
    EXPECT_EQ(result.config.instances[0].track_interfaces.size(), 1U);
    EXPECT_EQ(result.config.instances[0].track_scripts.size(), 1U);
    EXPECT_THAT(texts(result), testing::Contains(testing::HasSubstr("the group's line counts")));
}

TEST(config_sync_group, is_printed_so_that_it_reads_back_the_same)
{
    const loaded first = read_group("group { A B }\ntrack_script { good }\nsync_group_tracking_weight\n"
                                    "notify_master \"/x y\" u g\nnotify /z");
    EXPECT_THAT(first.diagnostics, IsEmpty());
    const loaded second = read(print(first.config));
    EXPECT_TRUE(without_places(first.config) == without_places(second.config)) << print(first.config);
    ASSERT_TRUE(second.config.sync_groups[0].notify.any);
    EXPECT_THAT(second.config.sync_groups[0].notify.any->command, ElementsAre("/z"));
}

} // namespace
} // namespace xvrrp::config
