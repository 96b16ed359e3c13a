// SPDX-License-Identifier: BSD-2-Clause
//
// track_file, the block and the lines that track: values, defaults, mistakes, and who tracks what.
#include "config/print.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A file `tf` with these lines, the first of which is line 2, and an instance that tracks it.
std::string file_with(const std::string& lines, const std::string& tracked = "tf", const std::string& more = "")
{
    return "track_file tf {\n" + lines + "\n}\n" + instance_with(more + "track_file {\n " + tracked + "\n}");
}

track_file only_file(const loaded& what)
{
    EXPECT_EQ(what.config.files.size(), 1U);
    return what.config.files.empty() ? track_file{} : what.config.files.front();
}

tracked_file only_line(const loaded& what)
{
    const auto& lines = only_instance(what).track_files;
    EXPECT_EQ(lines.size(), 1U);
    return lines.empty() ? tracked_file{} : lines.front();
}

void expect_round_trip(const loaded& what)
{
    EXPECT_EQ(without_places(read(print(what.config)).config), without_places(what.config));
}

TEST(config_track_file, a_path_alone_has_weight_1)
{
    const loaded result = read(file_with(" file /run/value"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_file(result).path, "/run/value");
    EXPECT_EQ(only_file(result).where.line, 1U);
    EXPECT_EQ(only_file(result).start, std::nullopt);
    EXPECT_EQ(only_line(result), (tracked_file{.name = "tf", .weight = 1, .reverse = false}));
    expect_round_trip(result);
}

TEST(config_track_file, everything)
{
    const loaded result =
        read("vrrp_track_file tf {\n file \"/a b\"\n weight -254 reverse\n init_file -5 overwrite\n}\n" +
             instance_with("track_file {\n tf\n}"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_file(result).path, "/a b");
    EXPECT_EQ(only_file(result).start, (file_start{.value = -5, .overwrite = true}));
    EXPECT_EQ(only_line(result), (tracked_file{.name = "tf", .weight = -254, .reverse = true}));
    expect_round_trip(result);
    EXPECT_EQ(only_file(read(file_with(" file /a\n init_file"))).start, (file_start{.value = 0, .overwrite = false}));
}

TEST(config_track_file, a_line_has_a_weight_of_its_own)
{
    const auto line = [](const std::string& text) {
        const loaded result = read(file_with(" file /a\n weight 3 reverse", text));
        EXPECT_THAT(result.diagnostics, IsEmpty());
        expect_round_trip(result);
        return only_line(result);
    };
    EXPECT_EQ(line("tf weight 254"), (tracked_file{.name = "tf", .weight = 254, .reverse = false}));
    EXPECT_EQ(line("tf weight 0"), (tracked_file{.name = "tf", .weight = std::nullopt, .reverse = false}));
    EXPECT_EQ(line("tf weight 0 reverse"), (tracked_file{.name = "tf", .weight = std::nullopt, .reverse = true}));
    EXPECT_EQ(line("tf"), (tracked_file{.name = "tf", .weight = 3, .reverse = true}));
}

TEST(config_track_file, mistakes)
{
    const auto only = [](const std::string& lines, std::uint32_t line, std::uint32_t column, const std::string& why) {
        EXPECT_THAT(read(file_with(lines)).diagnostics, only_message(severity::error, line, column, why)) << lines;
    };
    only(" file /a\n weight 255", 3, 9, "from -254 to 254, not '255'; 254 is used");
    only(" file /a\n file /b", 3, 7, "File already set for track file tf - ignoring /b");
    only(" file /a\n init_file x", 3, 12, "init_file takes a whole number");
    only(" file /a\n init_file 2147483648", 3, 12, "init_file takes a whole number");
    EXPECT_THAT(read(file_with(" file a")).diagnostics,
                ElementsAre(message_at(severity::error, 1, 12, "there is no 'file PATH' in it"),
                            message_at(severity::error, 2, 7, "beginning with '/'"),
                            message_at(severity::error, 8, 2, "there is no track_file tf that could be read")));
    EXPECT_THAT(read("track_file tf {\n file /a\n}\ntrack_file tf {\n file /b\n}\n" +
                     instance_with("track_file {\n tf\n tf\n}"))
                    .diagnostics,
                ElementsAre(message_at(severity::error, 4, 12, "track_file tf stands in line 1 already"),
                            message_at(severity::error, 12, 2, "tf stands in track_file already")));
    EXPECT_THAT(read("track_file tf {\n file /a\n}\n" + instance_with("")).diagnostics,
                only_message(severity::warning, 1, 12, "track_file tf is in no track_file; it isn't read"));
}

TEST(config_track_file, a_weight_needs_a_priority_that_can_change)
{
    const loaded owner = read(file_with(" file /a", "tf", "priority 255\n"));
    EXPECT_THAT(owner.diagnostics, only_message(severity::warning, 9, 2, "no effect with priority 255"));
    EXPECT_THAT(owner.config.files, IsEmpty());
    EXPECT_THAT(read(file_with(" file /a", "tf weight 0", "priority 255\n")).diagnostics, IsEmpty());
    EXPECT_THAT(read(file_with(" file /a", "tf", "nopreempt\n")).diagnostics,
                only_message(severity::warning, 7, 1, "when file tf says so"));
}

TEST(config_track_file, a_group_tracks_for_its_members)
{
    const auto grouped = [](const std::string& group, const std::string& own) {
        return read(
            "track_file tf {\n file /a\n}\nvrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n " + group +
            "\n}\nvrrp_instance VI_2 {\n interface eth0\n virtual_router_id 7\n virtual_ipaddress { 10.0.0.9 }\n" +
            "}\n" + instance_with(own));
    };
    const loaded weighted =
        grouped("sync_group_tracking_weight\n track_file {\n tf weight 2\n }", "track_file {\n tf\n}");
    EXPECT_THAT(weighted.diagnostics, only_message(severity::warning, 23, 2, "the group's line counts"));
    for (const vrrp_instance& each : weighted.config.instances) {
        EXPECT_THAT(each.track_files, ElementsAre(tracked_file{.name = "tf", .weight = 2, .reverse = false}));
    }
    expect_round_trip(weighted);
    const loaded fault = grouped("track_file {\n tf weight 0\n }", "");
    EXPECT_THAT(fault.diagnostics, IsEmpty());
    EXPECT_EQ(fault.config.instances[0].track_files.size(), 1U);
    const loaded left_out = grouped("track_file {\n tf\n }", "");
    EXPECT_THAT(left_out.diagnostics, testing::SizeIs(2)) << "for each member";
    EXPECT_THAT(left_out.config.files, IsEmpty());
}

} // namespace
} // namespace xvrrp::config
