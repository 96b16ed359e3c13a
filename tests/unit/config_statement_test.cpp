// SPDX-License-Identifier: BSD-2-Clause
//
// userspace/config/statement: words to blocks, and what is made of misplaced braces.
#include <string>

#include "config/preprocess.hpp"
#include "config/reporter.hpp"
#include "config/statement.hpp"
#include "config/surroundings.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

struct built {
    std::string shape; ///< statements as "word word(statement statement)"
    std::vector<diagnostic> messages;
};

std::string shape_of(const std::vector<statement>& statements)
{
    std::string text;
    for (const statement& each : statements) {
        text += text.empty() ? "" : "; ";
        for (std::size_t i = 0; i < each.words.size(); ++i) {
            text += (i == 0 ? "" : " ") + each.words[i].text;
        }
        text += each.has_block ? "(" + shape_of(each.block) + ")" : "";
    }
    return text;
}

built build(std::string_view text)
{
    reporter report;
    const source_text lines = preprocess(text, "test.conf", no_surroundings(), {}, report);
    const std::string shape = shape_of(build_statements(lines, report));
    return {.shape = shape, .messages = report.take()};
}

using testing::IsEmpty;

TEST(config_statement, brace_at_the_end_of_the_line)
{
    const built result = build("a {\n b 1\n c {\n d\n }\n}\ne 2");
    EXPECT_EQ(result.shape, "a(b 1; c(d)); e 2");
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_statement, brace_on_a_later_line)
{
    const built result = build("a x\n{\n b\n # comment\n\n {\n c\n }\n}\n");
    EXPECT_EQ(result.shape, "a x(b(c))");
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_statement, words_behind_the_brace_are_the_first_entry)
{
    EXPECT_EQ(build("a\n{ b 1\n c\n}").shape, "a(b 1; c)");
    EXPECT_EQ(build("a { b 1\n c }").shape, "a(b 1; c)");
}

TEST(config_statement, a_one_line_block_is_one_entry)
{
    const built result = build("a {\n peers { 1.2.3.4 }\n others {5 6}\n none {}\n}");
    EXPECT_EQ(result.shape, "a(peers(1.2.3.4); others(5 6); none())");
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_statement, words_behind_a_closing_brace_are_read_with_a_warning)
{
    const built result = build("a { b } c 1\nd");
    EXPECT_EQ(result.shape, "a(b); c 1; d");
    EXPECT_THAT(result.messages, only_message(severity::warning, 1, 9, "nothing may follow"));
    EXPECT_THAT(build("a { b { c } }").messages, IsEmpty());
}

TEST(config_statement, a_brace_too_many_is_an_error)
{
    const built result = build("a {\n b\n}\n}\nc");
    EXPECT_EQ(result.shape, "a(b); c");
    EXPECT_THAT(result.messages, only_message(severity::error, 4, 1, "closes nothing"));
}

TEST(config_statement, a_brace_without_keyword_costs_the_block)
{
    const built result = build("a {\n}\n{\n b {\n }\n}\nc");
    EXPECT_EQ(result.shape, "a(); c");
    EXPECT_THAT(result.messages, only_message(severity::error, 3, 1, "no keyword before it"));
}

TEST(config_statement, a_missing_brace_at_the_end_is_an_error)
{
    const built result = build("a {\n b {\n c\n");
    EXPECT_EQ(result.shape, "a(b(c))");
    EXPECT_THAT(result.messages, testing::ElementsAre(message_at(severity::error, 1, 3, "no end"),
                                                      message_at(severity::error, 2, 4, "no end")));
}

TEST(config_statement, a_missing_brace_is_found_at_the_next_root_block)
{
    for (const char* next : {"vrrp_instance VI_2 {\n b\n}", "vrrp_instance VI_2\n{\n b\n}"}) {
        const built result = build(std::string("vrrp_instance VI_1 {\n x {\n y\n") + next);
        EXPECT_EQ(result.shape, "vrrp_instance VI_1(x(y)); vrrp_instance VI_2(b)");
        EXPECT_THAT(result.messages,
                    only_message(severity::error, 4, 1, "vrrp_instance VI_1 (line 1); a '}' is missing"));
    }
}

TEST(config_statement, blocks_are_only_so_deep)
{
    std::string text;
    for (std::size_t i = 0; i < deepest_block + 5; ++i) {
        text += "a {\n";
    }
    for (std::size_t i = 0; i < deepest_block + 5; ++i) {
        text += "}\n";
    }
    const built result = build(text + "b\n");
    EXPECT_THAT(result.messages, only_message(severity::error, static_cast<std::uint32_t>(deepest_block + 1), 3,
                                              "blocks within blocks"));
    EXPECT_THAT(result.shape, testing::EndsWith("; b"));
}

} // namespace
} // namespace xvrrp::config
