// SPDX-License-Identifier: BSD-2-Clause
//
// @id lines, $NAME= and $NAME: what lines become.
#include <fmt/core.h>

#include "unit/config_text_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

TEST(config_condition, lines_of_this_host_and_of_the_others)
{
    EXPECT_THAT(lines_of("@main a\n@other b\n@^main c\n@^other d\n  @main  e f\ng").lines,
                ElementsAre("a", "d", "e f", "g"));
}

TEST(config_condition, the_id_is_a_whole_word_in_its_case)
{
    EXPECT_THAT(lines_of("@mai a\n@maine b\n@MAIN c\n@main{ d\n@\"main\" e").lines, IsEmpty());
    EXPECT_THAT(lines_of("@main\n@^other\n@main # comment").lines, IsEmpty());
}

TEST(config_condition, an_empty_id_is_nobodys)
{
    EXPECT_THAT(lines_of("@ a\n@^ b").lines, ElementsAre("b"));
}

TEST(config_condition, there_is_one_in_a_line)
{
    EXPECT_THAT(lines_of("@main @main a").lines, ElementsAre("@main a"));
    EXPECT_THAT(lines_of("$A=a\n@main @other $A").lines, ElementsAre("@other a"));
}

TEST(config_condition, it_may_come_out_of_a_variable)
{
    EXPECT_THAT(lines_of("$IF_MAIN=@main\n$IF_OTHER=@other\n$IF_MAIN a\n$IF_OTHER b").lines, ElementsAre("a"));
}

TEST(config_condition, it_decides_about_definitions_with_all_their_lines)
{
    EXPECT_THAT(lines_of("@main $A=1\n@other $A=2\n${A}").lines, ElementsAre("1"));
    EXPECT_THAT(lines_of("@other $A=\\\n b \\\n c\n@main $D=\\\n e \\\n f\n$A\n$D").lines, ElementsAre("$A", "e", "f"));
}

TEST(config_variable, is_replaced_before_a_blank_and_in_braces)
{
    EXPECT_THAT(lines_of("$A=10\na $A b\n$A\nx${A}y${A}\n$A/24\n\"$A\"\n\"${A} \"\n'${A}'\n$A}").lines,
                ElementsAre("a 10 b", "10", "x10y10", "$A/24", "\"$A\"", "\"10 \"", "'10'", "$A}"));
}

TEST(config_variable, undefined_ones_stay)
{
    const read_text result = lines_of("a $B ${C} $ $1 ${1} ${} $(x) ${x y} $$");
    EXPECT_THAT(result.lines, ElementsAre("a $B ${C} $ $1 ${1} ${} $(x) ${x y} $$"));
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_variable, values_lose_blanks_around_them_and_comments)
{
    EXPECT_THAT(lines_of("  $A=  a  b  # comment\n$E=\n$Q=\"x # y\"\n<${A}>\n<${E}>\n<${Q}>").lines,
                ElementsAre("<a  b>", "<>", "<\"x # y\">"));
}

TEST(config_variable, a_definition_is_a_name_and_an_equals_sign)
{
    EXPECT_THAT(lines_of("$A = 1\n$1=x\n$=y\nx $B=2\n$A").lines, ElementsAre("$A = 1", "$1=x", "$=y", "x $B=2", "$A"));
}

TEST(config_variable, values_are_looked_at_when_they_are_used)
{
    EXPECT_THAT(lines_of("$BASE=10.2.${SUB}\n$SUB=0\n${BASE}.100/32\n$SUB=10\n${BASE}.100/32").lines,
                ElementsAre("10.2.0.100/32", "10.2.10.100/32"));
}

TEST(config_variable, names_may_be_put_together)
{
    EXPECT_THAT(lines_of("$N=A\n$A=1\n${${N}}\n$V${A}=one\n${V1}").lines, ElementsAre("1", "one"));
}

TEST(config_variable, a_value_followed_by_something_is_not_before_a_blank)
{
    EXPECT_THAT(lines_of("$B=1\n$A=x$B\n${A}y\n${A}").lines, ElementsAre("x$By", "x1"));
    EXPECT_THAT(lines_of("$B=1\n$A=x $B\n${A}y\n${A}").lines, ElementsAre("x $By", "x 1"));
}

TEST(config_variable, several_lines)
{
    EXPECT_THAT(lines_of("$A= \\\n b ${X} \\\n @main c \\\n @other d \\\n e # comment\nf\n$X=1\n$A\n$X=2\n$A").lines,
                ElementsAre("f", "b 1", "c", "e", "b 2", "c", "e"));
    EXPECT_THAT(lines_of("$A=a \\ # goes on\n# comment\n \\\n b\n$A").lines, ElementsAre("a", "b"));
    EXPECT_THAT(lines_of("$A=\\\n a\n<${A}>").lines, ElementsAre("<a>")) << "one line is a value like others";
}

TEST(config_variable, an_empty_line_ends_several_lines)
{
    EXPECT_THAT(lines_of("$A=\\\n a \\\n\nb\n$A").lines, ElementsAre("b", "a"));
    EXPECT_THAT(lines_of("$A=\\\n\nb\n<${A}>").lines, ElementsAre("b", "<>"));
}

TEST(config_variable, several_lines_stand_at_the_end_of_a_line)
{
    const read_text result = lines_of("$A=\\\n a \\\n b\nx ${A}\n$A y");
    EXPECT_THAT(result.lines, ElementsAre("x a", "b", "$A y"));
    EXPECT_THAT(result.messages, only_message(severity::warning, 5, 1, "$A has several lines"));
}

TEST(config_variable, several_lines_may_use_and_define_others)
{
    EXPECT_THAT(lines_of("$IN=\\\n i${N} \\\n j\n$OUT=\\\n $N=1 \\\n $IN \\\n $N=2 \\\n $IN\n$OUT\n<${N}>").lines,
                ElementsAre("i1", "j", "i2", "j", "<2>"));
}

TEST(config_variable, one_that_stands_for_itself_is_an_error_at_its_use)
{
    EXPECT_THAT(lines_of("$A=x${A}\n ${A}").messages, error_at(2, 2, "$A stands for itself ($A → $A)"));
    EXPECT_THAT(lines_of("$A=${B}\n$B=<${A}>\n\nu ${B}").messages, error_at(4, 3, "$B → $A → $B"));
    const read_text lines = lines_of("$A=\\\n a \\\n $A\n$A\nb");
    EXPECT_THAT(lines.lines, ElementsAre("a", "b"));
    EXPECT_THAT(lines.messages, error_at(3, 2, "$A → $A"));
    EXPECT_THAT(lines_of("$B=$A\n$A=\\\n a \\\n $B\n$A").messages, error_at(4, 2, "stands for itself"));
}

TEST(config_variable, a_new_definition_of_the_same_name_is_another_one)
{
    EXPECT_THAT(lines_of("$A=\\\n $A=2 \\\n <${A}>\n$A\n$A").lines, ElementsAre("<2>", "2"));
}

TEST(config_variable, growth_is_bounded)
{
    std::string text = fmt::format("$A0={}\n", std::string(900, 'x'));
    std::string empty = "$E0=\n";
    for (int i = 1; i <= 40; ++i) {
        text += fmt::format("$A{0}=${{A{1}}}${{A{1}}}\n", i, i - 1);
        empty += fmt::format("$E{0}=${{E{1}}}${{E{1}}}\n", i, i - 1);
    }
    EXPECT_THAT(lines_of(text + "${A40}").messages, ElementsAre(message_at(severity::error, 42, 1, "65536 bytes")));
    EXPECT_THAT(lines_of(empty + "${E40}").messages, ElementsAre(message_at(severity::error, 42, 1, "1000 variables")));
}

TEST(config_variable, definitions_within_each_other_are_bounded)
{
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += fmt::format("$A{}=\\\n x \\\n $A{}\n", i, i + 1);
    }
    const read_text result = lines_of(text + "$A0");
    EXPECT_THAT(result.lines, SizeIs(deepest_expansion));
    EXPECT_THAT(result.messages.at(0).origin, HasSubstr("from $A60, used in line 180; …"))
        << "the outer ones are left out";
    EXPECT_THAT(result.messages, error_at(192, 2, "more than 64"));
}

TEST(config_variable, an_include_cannot_come_out_of_one)
{
    EXPECT_THAT(lines_of("$A=include x\n$A").messages, error_at(2, 1, "an include is read before"));
    EXPECT_THAT(lines_of("@main include x").messages, error_at(1, 7, "an include is read before"));
}

TEST(config_built_in, comment_signs)
{
    const read_text result = lines_of("a${_HASH}b ${_BANG} c # d");
    EXPECT_THAT(result.lines, ElementsAre("a#b ! c"));
    EXPECT_THAT(result.messages, IsEmpty());
    EXPECT_EQ(read("global_defs {\n router_id a${_HASH}b\n}").config.global.router_id, "a#b");
}

TEST(config_built_in, directory_and_config_id)
{
    EXPECT_THAT(lines_of("${_PWD}/x $_INSTANCE").lines, ElementsAre("/etc/x main"));
}

TEST(config_built_in, random_numbers)
{
    EXPECT_THAT(lines_of("${_RANDOM 7 7} ${_RANDOM 32767}").lines, ElementsAre("7 32767"));
    EXPECT_THAT(lines_of("${_RANDOM}").lines, ElementsAre(MatchesRegex("[0-9]+")));
    const std::string many = "${_RANDOM 1 2}${_RANDOM 1 2}${_RANDOM 1 2}${_RANDOM 1 2}${_RANDOM 1 2}${_RANDOM 1 2}";
    EXPECT_THAT(lines_of(many + many + many).lines, ElementsAre(MatchesRegex("(1+2+)+.*|(2+1+)+.*")));
    const read_text wrong = lines_of("${_RANDOM 5 4} ${_RANDOM x}");
    EXPECT_THAT(wrong.lines, ElementsAre("${_RANDOM 5 4} ${_RANDOM x}"));
    EXPECT_THAT(wrong.messages, ElementsAre(message_at(severity::warning, 1, 1, "MIN no larger than MAX"),
                                            message_at(severity::warning, 1, 1, "MIN no larger than MAX")));
}

TEST(config_built_in, random_numbers_are_the_same_with_the_same_seed)
{
    const std::string text = "${_RANDOM}\n${_RANDOM}\n";
    const auto first = lines_of(text, no_surroundings(), {.random_seed = 1}).lines;
    EXPECT_EQ(first, lines_of(text, no_surroundings(), {.random_seed = 1}).lines);
    EXPECT_NE(first, lines_of(text, no_surroundings(), {.random_seed = 2}).lines);
    const std::string seeded = "global_defs {\n random_seed 5\n}\n" + text;
    EXPECT_EQ(lines_of(seeded, no_surroundings(), {.random_seed = 1}).lines,
              lines_of(seeded, no_surroundings(), {.random_seed = 2}).lines);
}

TEST(config_built_in, environment)
{
    memory_surroundings around;
    around.variables = {{"PRIO", "120"}, {"EMPTY", ""}, {"TWO", "a\nb"}, {"SIGN", "a#b"}};
    const read_text found = lines_of("priority ${_ENV PRIO}\n<${_ENV EMPTY}>\n${_ENV SIGN}", around);
    EXPECT_THAT(found.lines, ElementsAre("priority 120", "<>", "a#b"));
    EXPECT_THAT(found.messages, IsEmpty());
    const read_text missing = lines_of(" x ${_ENV NONE}.", around);
    EXPECT_THAT(missing.lines, ElementsAre("x ."));
    EXPECT_THAT(missing.messages, only_message(severity::warning, 1, 2, "no variable NONE in the environment"));
    EXPECT_THAT(lines_of("${_ENV TWO}", around).messages, error_at(1, 1, "more than one line"));
    EXPECT_THAT(lines_of("${_ENV}", around).lines, ElementsAre("${_ENV}"));
}

TEST(config_built_in, one_may_be_defined_anew)
{
    EXPECT_THAT(lines_of("$_PWD=here\n${_PWD}").lines, ElementsAre("here"));
}

} // namespace
} // namespace xvrrp::config
