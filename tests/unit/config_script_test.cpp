// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_script and track_script: values, defaults, mistakes, and who tracks what.
#include "config/command_words.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

/// A script `chk` with these lines, the first of which is line 2, and an instance that tracks it.
std::string script_with(const std::string& lines, const std::string& tracked = "chk")
{
    return "vrrp_script chk {\n" + lines + "\n}\n" + instance_with("track_script {\n " + tracked + "\n}");
}

vrrp_script only_script(const loaded& what)
{
    EXPECT_EQ(what.config.scripts.size(), 1U);
    return what.config.scripts.empty() ? vrrp_script{} : what.config.scripts.front();
}

TEST(config_command, is_split_at_blanks_outside_quotes)
{
    EXPECT_THAT(split_command("/a b  c"), Optional(ElementsAre("/a", "b", "c")));
    EXPECT_THAT(split_command("/a 'b c' \"d e\""), Optional(ElementsAre("/a", "b c", "d e")));
    EXPECT_THAT(split_command("/a d'e 'f"), Optional(ElementsAre("/a", "de f")));
    EXPECT_THAT(split_command("/a ''"), Optional(ElementsAre("/a", "")));
    EXPECT_THAT(split_command(" "), Optional(IsEmpty()));
    EXPECT_EQ(split_command("/a 'b"), std::nullopt);
}

TEST(config_command, escapes_are_resolved_in_its_words)
{
    EXPECT_THAT(split_command(R"(/a b\ c \"d \x41 \101 \cA \q \\ "\"")"),
                Optional(ElementsAre("/a", "b c", "\"d", "A", "A", "\x01", "q", "\\", "\"")));
    EXPECT_THAT(split_command(R"(/a b\0c)"), Optional(ElementsAre("/a", "bc"))) << "a NUL would end the argument";
    EXPECT_THAT(split_command("/a b\\"), Optional(ElementsAre("/a", "b\\")));
}

TEST(config_command, what_is_written_is_read_as_keepalived_reads_it)
{
    // As 2.2.7 was measured to run it: the value's escapes come first, then its words.
    const loaded result = read(script_with(" script \"/a 'b c' d\\ e \\\"f g\\\" \\x41\\tz $HOME ~ *\""));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(only_script(result).command, ElementsAre("/a", "b c", "d", "e", "f g", "A", "z", "$HOME", "~", "*"));
}

TEST(config_command, every_byte_of_a_word_is_written_so_that_it_comes_back)
{
    std::string bytes;
    for (int byte = 1; byte < 256; ++byte) {
        bytes += static_cast<char>(byte);
    }
    const std::vector<std::string> words = {"/a",
                                            bytes,
                                            "\x01"
                                            "ab",
                                            "\\",
                                            "\\\\",
                                            "\\x41",
                                            "",
                                            " "};
    const loaded result = read(script_with(" script " + quoted_command(words)));
    EXPECT_EQ(only_script(result).command, words);
}

TEST(config_script, defaults)
{
    const loaded result = read(script_with(" script /bin/true"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const vrrp_script script = only_script(result);
    EXPECT_EQ(script.name, "chk");
    EXPECT_EQ(script.where.line, 1U);
    EXPECT_THAT(script.command, ElementsAre("/bin/true"));
    EXPECT_EQ(script.interval, 1s);
    EXPECT_EQ(script.timeout, 1s);
    EXPECT_EQ(script.weight, std::nullopt);
    EXPECT_EQ(script.rise, 1U);
    EXPECT_EQ(script.fall, 1U);
    EXPECT_FALSE(script.init_fail);
    EXPECT_EQ(script.account.user, "");
}

TEST(config_script, values)
{
    const loaded result =
        read(script_with(" script \"/bin/x -0 haproxy\"\n interval 0.05\n weight 2\n rise 3\n fall 4\n"
                         " user nobody nogroup\n init_fail"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const vrrp_script script = only_script(result);
    EXPECT_THAT(script.command, ElementsAre("/bin/x", "-0", "haproxy"));
    EXPECT_EQ(script.interval, 50ms);
    EXPECT_EQ(script.timeout, 50ms) << "the interval unless configured";
    EXPECT_EQ(script.weight, 2);
    EXPECT_EQ(script.rise, 3U);
    EXPECT_EQ(script.fall, 4U);
    EXPECT_TRUE(script.init_fail);
    EXPECT_EQ(script.account.user, "nobody");
    EXPECT_EQ(script.account.group, "nogroup");
    EXPECT_EQ(only_script(read(script_with(" script /bin/x\n interval 1\n timeout 5"))).timeout, 5s);
    EXPECT_THAT(only_script(read(script_with(" script \"< /etc/x\""))).command, ElementsAre("</etc/x"));
}

TEST(config_script, accounts)
{
    const auto account = [](const std::string& text) {
        return only_script(read(script_with(" script /bin/x\n user " + text))).account;
    };
    EXPECT_EQ(account("a:b").group, "b");
    EXPECT_EQ(account("a :b").group, "b");
    EXPECT_EQ(account("a b").user, "a");
    EXPECT_EQ(account("a").group, "");
    const std::string global = "global_defs {\n script_user a b\n}\n";
    EXPECT_EQ(only_script(read(global + script_with(" script /bin/x"))).account.group, "b");
    EXPECT_EQ(only_script(read(global + script_with(" script /bin/x\n user c"))).account.group, "");
    EXPECT_THAT(read(script_with(" script /bin/x\n user :b")).diagnostics,
                only_message(severity::error, 3, 7, "a user's name"));
    EXPECT_TRUE(read("global_defs {\n enable_script_security\n}\n").config.global.script_security);
}

TEST(config_script, mistakes)
{
    const loaded result =
        read(script_with(" script /bin/x\n interval 0\n timeout 0.0001\n weight 300\n rise 0\n fall x\n bogus"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 3, 11, "1 second is used"),
                                                message_at(severity::error, 4, 10, "seconds from 0.001 to 4294"),
                                                message_at(severity::error, 5, 9, "253 is used"),
                                                message_at(severity::error, 6, 7, "from 1 to"),
                                                message_at(severity::error, 7, 7, "from 1 to"),
                                                message_at(severity::warning, 8, 2, "unknown keyword")));
    EXPECT_EQ(only_script(result).weight, 253);
    EXPECT_EQ(only_script(result).interval, 1s);
}

TEST(config_script, what_cannot_run_is_left_out_and_not_tracked)
{
    const loaded result = read(script_with(" interval 1"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 1, 13, "vrrp_script chk is left out"),
                                                message_at(severity::error, 8, 2, "no vrrp_script chk")));
    EXPECT_THAT(result.config.scripts, IsEmpty());
    EXPECT_THAT(only_instance(result).track_scripts, IsEmpty());
    EXPECT_THAT(read(script_with(" script \"/bin/x 'a\"")).diagnostics, SizeIs(3));
    EXPECT_THAT(read(script_with(" script \"\"")).diagnostics, SizeIs(3));
}

TEST(config_script, names_are_unique_and_what_nobody_tracks_isnt_run)
{
    const loaded result = read("vrrp_script chk {\n script /bin/a\n}\nvrrp_script idle {\n script /bin/b\n}\n" +
                               script_with(" script /bin/c"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 4, 13, "in no track_script"),
                                                message_at(severity::error, 7, 13, "stands in line 1 already")));
    EXPECT_THAT(only_script(result).command, ElementsAre("/bin/a"));
}

TEST(config_track_script, weights_are_the_scripts_unless_the_line_has_its_own)
{
    const auto tracked = [](const std::string& line) {
        const loaded result = read(script_with(" script /bin/x\n weight -5 reverse", line));
        EXPECT_THAT(result.diagnostics, IsEmpty());
        return only_instance(result).track_scripts.at(0);
    };
    EXPECT_EQ(tracked("chk"), (tracked_script{.name = "chk", .weight = -5, .reverse = true}));
    EXPECT_EQ(tracked("chk weight 7"), (tracked_script{.name = "chk", .weight = 7, .reverse = false}));
    EXPECT_EQ(tracked("chk weight 7 noreverse"), (tracked_script{.name = "chk", .weight = 7, .reverse = false}));
    EXPECT_EQ(tracked("chk weight 0 reverse"), (tracked_script{.name = "chk", .weight = {}, .reverse = true}));
}

TEST(config_track_script, mistakes)
{
    const loaded result = read(script_with(" script /bin/x", "chk\n chk\n other\n"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 9, 2, "already"),
                                                message_at(severity::error, 10, 2, "no vrrp_script other")));
    EXPECT_THAT(read(script_with(" script /bin/x", "chk foo")).diagnostics,
                only_message(severity::error, 8, 6, "behind a script only weight N"));
}

TEST(config_track_script, an_owners_priority_isnt_weighted)
{
    const loaded result = read("vrrp_script chk {\n script /bin/x\n weight 5\n}\n" +
                               instance_with("priority 255\ntrack_script {\n chk\n}"));
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 10, 2, "no effect with priority 255"));
    EXPECT_THAT(only_instance(result).track_scripts, IsEmpty());
}

TEST(config_track_script, a_weight_that_nopreempt_makes_useless_is_told)
{
    const auto messages = [](const std::string& script, const std::string& lines) {
        return read("vrrp_script chk {\n script /bin/x\n" + script + "}\n" +
                    instance_with(lines + "track_script {\n chk\n}"))
            .diagnostics;
    };
    EXPECT_THAT(messages(" weight -5\n", "nopreempt\n"), only_message(severity::warning, 8, 1, "leave_if_degraded"));
    EXPECT_THAT(messages(" weight -5\n", "nopreempt\nleave_if_degraded\n"), IsEmpty());
    EXPECT_THAT(messages("", "nopreempt\n"), IsEmpty()) << "a fault moves the addresses";
    EXPECT_THAT(messages(" weight -5\n", ""), IsEmpty());
}

} // namespace
} // namespace xvrrp::config
