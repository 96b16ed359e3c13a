// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_track_process and track_process: values, defaults, mistakes, and who tracks what.
#include <chrono>

#include "config/print.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// A vrrp_track_process `tp` with these lines, the first of which is line 2, and an instance that tracks it.
std::string process_with(const std::string& lines, const std::string& tracked = "tp", const std::string& more = "")
{
    return "vrrp_track_process tp {\n" + lines + "\n}\n" + instance_with(more + "track_process {\n " + tracked + "\n}");
}

track_process only_process(const loaded& what)
{
    EXPECT_EQ(what.config.processes.size(), 1U);
    EXPECT_EQ(without_places(read(print(what.config)).config), without_places(what.config));
    return what.config.processes.empty() ? track_process{} : what.config.processes.front();
}

tracked_process only_line(const loaded& what)
{
    const auto& lines = only_instance(what).track_processes;
    EXPECT_EQ(lines.size(), 1U);
    return lines.empty() ? tracked_process{} : lines.front();
}

TEST(config_track_process, a_name_alone)
{
    const loaded result = read(process_with(" process haproxy"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const track_process made = only_process(result);
    EXPECT_EQ(made.process, "haproxy");
    EXPECT_THAT(made.parameters, IsEmpty());
    EXPECT_EQ(made.match, process_match::name);
    EXPECT_EQ(made.quorum, 1U);
    EXPECT_EQ(made.quorum_max, std::nullopt);
    EXPECT_EQ(made.fork_delay, 0s);
    EXPECT_EQ(made.terminate_delay, 0s);
    EXPECT_EQ(only_line(result), (tracked_process{.name = "tp", .weight = std::nullopt, .reverse = false}));
}

TEST(config_track_process, everything)
{
    const loaded result =
        read(process_with(" process \"/tmp/a b\" -f \"c \\x41 $d\"\n param_match initial\n weight 254 "
                          "reverse\n quorum 2\n quorum_max 3\n fork_delay 0.5\n terminate_delay 3600"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const track_process made = only_process(result);
    EXPECT_EQ(made.process, "/tmp/a b");
    EXPECT_THAT(made.parameters, ElementsAre("-f", "c A $d"));
    EXPECT_EQ(made.match, process_match::initial);
    EXPECT_EQ(made.quorum, 2U);
    EXPECT_EQ(made.quorum_max, 3U);
    EXPECT_EQ(made.fork_delay, 500ms);
    EXPECT_EQ(made.terminate_delay, 1h);
    EXPECT_EQ(only_line(result), (tracked_process{.name = "tp", .weight = 254, .reverse = true}));
    EXPECT_EQ(only_process(read(process_with(" process a\n delay 2"))).terminate_delay, 2s);
}

TEST(config_track_process, what_of_a_process_is_compared)
{
    const auto match = [](const std::string& lines) { return only_process(read(process_with(lines))).match; };
    EXPECT_EQ(match(" process a\n full_command"), process_match::command);
    EXPECT_EQ(match(" process a\n param_match"), process_match::exact) << "no parameters";
    EXPECT_EQ(match(" process a b"), process_match::exact);
    EXPECT_EQ(match(" process a b\n full_command"), process_match::exact);
    EXPECT_EQ(match(" process a b\n param_match partial"), process_match::partial);
    EXPECT_EQ(match(" process a\n param_match initial\n full_command"), process_match::initial);
}

TEST(config_track_process, a_line_has_a_weight_of_its_own)
{
    EXPECT_EQ(only_line(read(process_with(" process a\n weight 3", "tp weight -254"))).weight, -254);
    EXPECT_EQ(only_line(read(process_with(" process a\n weight 3", "tp weight 0 reverse"))),
              (tracked_process{.name = "tp", .weight = std::nullopt, .reverse = true}));
    EXPECT_EQ(only_line(read(process_with(" process a\n weight 3"))).weight, 3);
}

TEST(config_track_process, none_at_all_is_a_quorum_of_0)
{
    const track_process made = only_process(read(process_with(" process a\n quorum_max 0")));
    EXPECT_EQ(made.quorum, 0U);
    EXPECT_EQ(made.quorum_max, 0U);
}

TEST(config_track_process, mistakes)
{
    const auto first = [](const std::string& lines) { return read(process_with(lines)).diagnostics.at(0); };
    EXPECT_THAT(first(" process a\n weight 255"), message_at(severity::error, 3, 9, "from -254 to 254"));
    EXPECT_THAT(first(" process a\n quorum 0"), message_at(severity::error, 3, 9, "from 1 to 65535"));
    EXPECT_THAT(first(" process a\n quorum_max 65536"), message_at(severity::error, 3, 13, "from 0 to 65535"));
    EXPECT_THAT(first(" process a\n delay 3601"), message_at(severity::error, 3, 8, "from 0 to 3600"));
    EXPECT_THAT(first(" process a\n param_match all"), message_at(severity::error, 3, 14, "initial, partial"));
    EXPECT_THAT(first(" process a\n quorum 2\n quorum_max 1"),
                message_at(severity::error, 4, 13, "quorum_max 1 is below quorum 2"));
    EXPECT_THAT(first(" quorum 2"), message_at(severity::error, 1, 20, "there is no 'process NAME' in it"));
    EXPECT_THAT(first(" process \"\""), message_at(severity::error, 1, 20, "there is no 'process NAME' in it"));
    EXPECT_THAT(first(" process /usr/sbin/a"), message_at(severity::warning, 2, 10, "write full_command"));
    EXPECT_THAT(first(" process a23456789012345678"), message_at(severity::warning, 2, 10, "'a23456789012345'"));
    EXPECT_THAT(read(process_with(" process /usr/sbin/a\n full_command")).diagnostics, IsEmpty());
    EXPECT_THAT(read("vrrp_track_process tp {\n process a\n}\nvrrp_track_process tp {\n process b\n}\n" +
                     instance_with("track_process {\n tp\n no\n}"))
                    .diagnostics,
                ElementsAre(message_at(severity::error, 4, 20, "stands in line 1 already"),
                            message_at(severity::error, 12, 2, "there is no vrrp_track_process no that could be")));
    EXPECT_THAT(read("vrrp_track_process tp {\n process a\n}\n" + instance_with("")).diagnostics,
                only_message(severity::warning, 1, 20, "is in no track_process; it isn't looked for"));
}

} // namespace
} // namespace xvrrp::config
