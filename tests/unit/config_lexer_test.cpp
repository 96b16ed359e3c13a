// SPDX-License-Identifier: BSD-2-Clause
//
// userspace/config/lexer: lines to words and braces; and which lines a text has.
#include <string>
#include <vector>

#include "config/lexer.hpp"
#include "config/preprocess.hpp"
#include "config/reporter.hpp"
#include "config/surroundings.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

struct lexed {
    std::vector<std::string> words; ///< "word@column", "{@column"
    std::vector<diagnostic> messages;
};

std::string brace_text(token_kind kind)
{
    return kind == token_kind::open_brace ? "{" : "}";
}

lexed lex_text(std::string_view text)
{
    reporter report;
    lexed result;
    const source_text lines = preprocess(text, "test.conf", no_surroundings(), {}, report);
    for (const source_line& line : lines) {
        for (const token& each : lex(line, report)) {
            const std::string shown = each.kind == token_kind::word ? each.text : brace_text(each.kind);
            result.words.push_back(shown + "@" + std::to_string(each.where.column));
        }
    }
    result.messages = report.take();
    return result;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(config_lexer, words_have_their_columns)
{
    EXPECT_THAT(lex_text("  state\tMASTER ").words, ElementsAre("state@3", "MASTER@9"));
    EXPECT_THAT(lex_text("").words, IsEmpty());
    EXPECT_THAT(lex_text(" \t ").words, IsEmpty());
}

TEST(config_lexer, both_comment_signs_end_a_line)
{
    EXPECT_THAT(lex_text("# whole line\n! whole line\nstate MASTER # rest\npriority 5 ! rest").words,
                ElementsAre("state@1", "MASTER@7", "priority@1", "5@10"));
}

TEST(config_lexer, slashes_are_no_comment)
{
    EXPECT_THAT(lex_text("// x").words, ElementsAre("//@1", "x@4"));
}

TEST(config_lexer, a_comment_inside_a_word_is_taken_and_warned_of)
{
    const lexed result = lex_text("  auth_pass se#cret");
    EXPECT_THAT(result.words, ElementsAre("auth_pass@3", "se@13"));
    EXPECT_THAT(result.messages, only_message(severity::warning, 1, 15, "'#' begins a comment"));
    EXPECT_THAT(lex_text("x {# brace\n}#brace").messages, IsEmpty());
}

TEST(config_lexer, quotes_keep_blanks_comments_and_braces)
{
    EXPECT_THAT(lex_text("a \"b # c\" 'd {!} \"e'").words, ElementsAre("a@1", "b # c@3", "d {!} \"e@11"));
    EXPECT_THAT(lex_text("a \"\"").words, ElementsAre("a@1", "@3"));
}

TEST(config_lexer, quotes_may_stand_inside_a_word)
{
    EXPECT_THAT(lex_text("ab\"c d\"ef'g'").words, ElementsAre("abc defg@1"));
    EXPECT_THAT(lex_text("x \"a}\"").words, ElementsAre("x@1", "a}@3"));
    EXPECT_THAT(lex_text("x \"a{\"}").words, ElementsAre("x@1", "a{}@3")) << "the word has an opening brace of its own";
    EXPECT_THAT(lex_text("x \"a\"}").words, ElementsAre("x@1", "a@3", "}@6"));
}

TEST(config_lexer, a_quote_without_end_is_an_error_and_the_value_is_taken)
{
    const lexed result = lex_text("router_id \"abc def");
    EXPECT_THAT(result.words, ElementsAre("router_id@1", "abc def@11"));
    EXPECT_THAT(result.messages, only_message(severity::error, 1, 11, "quote has no end"));
}

TEST(config_lexer, only_commands_have_escapes)
{
    const lexed command = lex_text(R"(script "sh -c \"exit 1\" # x" 5)");
    EXPECT_THAT(command.words, ElementsAre("script@1", R"(sh -c "exit 1" # x@8)", "5@31"));
    EXPECT_THAT(command.messages, IsEmpty());
    EXPECT_THAT(lex_text(R"(auth_pass "a\" b)").words, ElementsAre("auth_pass@1", R"(a\@11)", "b@16"));
    EXPECT_THAT(lex_text(R"(vrrp_script a\ b)").words, ElementsAre("vrrp_script@1", R"(a\@13)", "b@16"));
}

TEST(config_lexer, escapes_are_those_of_c_and_more)
{
    EXPECT_THAT(lex_text(R"(notify "\a\b\E\f\n\r\t\v")").words, ElementsAre("notify@1", "\a\b\x1b\f\n\r\t\v@8"));
    EXPECT_THAT(lex_text(R"(notify \101\1012\x41\x141g\cA\cz)").words, ElementsAre("notify@1", "AA2AAg\x01\x1a@8"));
    EXPECT_THAT(lex_text(R"(notify "\q\\\"\'" \x\c)").words, ElementsAre("notify@1", R"(q\"'@8)", "xc@19"));
    EXPECT_THAT(lex_text("notify a\\").words, ElementsAre("notify@1", "a\\@8")) << "nothing is behind the last";
}

TEST(config_lexer, an_escaped_byte_is_neither_quote_nor_blank_nor_brace_nor_comment)
{
    const lexed result = lex_text(R"(notify /a\ b\#c\{ "d\"#" e\} # rest)");
    EXPECT_THAT(result.words, ElementsAre("notify@1", "/a b#c{@8", "d\"#@19", "e}@26"));
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_lexer, a_command_has_no_nul_byte)
{
    const lexed result = lex_text(R"(notify a\0b\400c)");
    EXPECT_THAT(result.words, ElementsAre("notify@1", "abc@8"));
    EXPECT_THAT(result.messages,
                ElementsAre(message_at(severity::error, 1, 9, "NUL"), message_at(severity::error, 1, 12, "NUL")));
}

TEST(config_lexer, braces_at_the_edge_of_a_word_are_tokens)
{
    EXPECT_THAT(lex_text("vrrp_instance VI_1{").words, ElementsAre("vrrp_instance@1", "VI_1@15", "{@19"));
    EXPECT_THAT(lex_text("unicast_peer {1.2.3.4}").words, ElementsAre("unicast_peer@1", "{@14", "1.2.3.4@15", "}@22"));
    EXPECT_THAT(lex_text("}}").words, ElementsAre("}@1", "}@2"));
    EXPECT_THAT(lex_text("x{{").words, ElementsAre("x@1", "{@2", "{@3"));
}

TEST(config_lexer, braces_inside_a_word_belong_to_it)
{
    EXPECT_THAT(lex_text("state ${STATE}").words, ElementsAre("state@1", "${STATE}@7"));
    EXPECT_THAT(lex_text("a b{c}d").words, ElementsAre("a@1", "b{c}d@3"));
}

TEST(config_source, line_ends_and_the_byte_order_mark)
{
    EXPECT_THAT(lex_text("\xef\xbb\xbf"
                         "a\r\nb\r\n\r\nc")
                    .words,
                ElementsAre("a@1", "b@1", "c@1"));
}

TEST(config_source, nul_bytes_cost_the_line)
{
    const lexed result = lex_text(std::string_view("a\nb\0c\nd\n", 8));
    EXPECT_THAT(result.words, ElementsAre("a@1", "d@1"));
    EXPECT_THAT(result.messages, only_message(severity::error, 2, 2, "NUL"));
}

TEST(config_source, long_lines_cost_themselves_unless_they_are_comments)
{
    const std::string limit(longest_line, 'x');
    EXPECT_THAT(lex_text(limit).messages, IsEmpty());
    const lexed result = lex_text("a\n" + limit + "x\nb\n#" + limit + "\n");
    EXPECT_THAT(result.words, ElementsAre("a@1", "b@1"));
    EXPECT_THAT(result.messages, only_message(severity::error, 2, 1, "1024 bytes"));
}

} // namespace
} // namespace xvrrp::config
