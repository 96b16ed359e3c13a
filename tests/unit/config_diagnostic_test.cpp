// SPDX-License-Identifier: BSD-2-Clause
//
// How messages look, in which order they come, and how many there are.
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

diagnostic at_column(std::uint32_t column, std::string line)
{
    return {.level = severity::warning,
            .where = {.file = "a.conf", .line = 7, .column = column},
            .text = "what",
            .source_line = std::move(line)};
}

TEST(config_diagnostic, what_escapes_make_of_a_word_stays_in_one_line)
{
    const loaded result = read("vrrp_script s {\n script \"a \\\"b\\nc\\Ed\"\n}\n" + instance_with(""));
    EXPECT_THAT(result.diagnostics, testing::Contains(message_at(severity::error, 2, 9, "not 'a \"b?c?d'")));
}

TEST(config_diagnostic, shows_the_line_and_a_caret)
{
    EXPECT_EQ(to_string(at_column(9, "  state master")),
              "a.conf:7:9: warning: what\n      state master\n            ^");
    diagnostic message = at_column(1, "x");
    message.level = severity::error;
    EXPECT_EQ(to_string(message), "a.conf:7:1: error: what\n    x\n    ^");
    message.level = severity::note;
    message.source_line.clear();
    EXPECT_EQ(to_string(message), "a.conf:7:1: note: what");
}

TEST(config_diagnostic, the_caret_stands_below_tabs_and_wide_characters)
{
    EXPECT_EQ(to_string(at_column(4, "\tab")), "a.conf:7:4: warning: what\n    \tab\n    \t  ^");
    EXPECT_EQ(to_string(at_column(4, "\xc3\xa9 x")), "a.conf:7:4: warning: what\n    \xc3\xa9 x\n      ^");
}

TEST(config_diagnostic, control_characters_do_not_reach_the_terminal)
{
    EXPECT_EQ(to_string(at_column(1, "a\x1b[31m\x7f")), "a.conf:7:1: warning: what\n    a?[31m?\n    ^");
}

TEST(config_diagnostic, long_lines_are_shown_around_the_column)
{
    const std::string text = to_string(at_column(1001, std::string(1000, 'a') + "B" + std::string(1000, 'c')));
    EXPECT_THAT(text, testing::HasSubstr("aBc"));
    EXPECT_LT(text.size(), 400U);
    const std::size_t line = text.find('\n') + 1;
    const std::size_t caret_line = text.find('\n', line) + 1;
    EXPECT_EQ(text.find('B', line) - line, text.find('^', caret_line) - caret_line);
}

TEST(config_diagnostic, come_in_the_order_of_the_file)
{
    // The interval is known to be wrong only when the version is, the unknown keyword at once.
    const loaded result = read(instance_with("advert_int 0.5\nxyzzy\npriorty"));
    EXPECT_THAT(result.diagnostics,
                testing::ElementsAre(message_at(severity::warning, 4, 12, "version 2 can't say 0.5"),
                                     message_at(severity::warning, 5, 1, "xyzzy"),
                                     message_at(severity::warning, 6, 1, "priorty")));
}

TEST(config_diagnostic, there_is_an_end_to_them)
{
    std::string text = instance_with("");
    for (int i = 0; i < 2000; ++i) {
        text += "xyzzy\n";
    }
    const loaded warnings = read(text);
    EXPECT_EQ(warnings.diagnostics.size(), 501U);
    EXPECT_THAT(warnings.diagnostics.back().text, testing::HasSubstr("1500 more messages"));
    EXPECT_EQ(status_of(warnings), test_status::ok);
    EXPECT_EQ(status_of(read(text + "}\n")), test_status::errors) << "an error that isn't shown still counts";
}

} // namespace
} // namespace xvrrp::config
