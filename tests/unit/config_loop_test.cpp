// SPDX-License-Identifier: BSD-2-Clause
//
// ~SEQ, ~SEQx and ~LST: what lines become.
#include "unit/config_text_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(config_loop, sequences)
{
    EXPECT_THAT(lines_of("~SEQ(i,1,3) a${i}").lines, ElementsAre("a1", "a2", "a3"));
    EXPECT_THAT(lines_of("~SEQ(i, 0, 2, 5) $i").lines, ElementsAre("0", "2", "4"));
    EXPECT_THAT(lines_of("~SEQ(i,5,-2,0) $i").lines, ElementsAre("5", "3", "1"));
    EXPECT_THAT(lines_of("~SEQ(i,5,5) $i").lines, ElementsAre("5"));
}

TEST(config_loop, start_and_step_have_defaults)
{
    EXPECT_THAT(lines_of("~SEQ(i,2) $i").lines, ElementsAre("1", "2"));
    EXPECT_THAT(lines_of("~SEQ(i,-2) $i").lines, ElementsAre("-1", "-2"));
    EXPECT_THAT(lines_of("~SEQ(i,0) $i").lines, ElementsAre("1", "0"));
    EXPECT_THAT(lines_of("~SEQ(i,3,1) $i").lines, ElementsAre("3", "2", "1"));
}

TEST(config_loop, numbers_are_decimal_octal_and_hexadecimal)
{
    EXPECT_THAT(lines_of("~SEQ(i,0x1F,0x20) $i").lines, ElementsAre("31", "32"));
    EXPECT_THAT(lines_of("~SEQ(i,010,+9) $i").lines, ElementsAre("8", "9"));
    EXPECT_THAT(lines_of("~SEQx(i,0x90,0x10,0xb0) fe80::${i}:1").lines,
                ElementsAre("fe80::90:1", "fe80::a0:1", "fe80::b0:1"));
    EXPECT_THAT(lines_of("~SEQx(i,255,-1,254) $i").lines, ElementsAre("ff", "fe"));
}

TEST(config_loop, the_ends_of_the_numbers)
{
    EXPECT_THAT(lines_of("~SEQ(i,9223372036854775806,9223372036854775807) $i").lines,
                ElementsAre("9223372036854775806", "9223372036854775807"));
    EXPECT_THAT(lines_of("~SEQ(i,-9223372036854775807,9223372036854775807,9223372036854775807) $i").lines,
                ElementsAre("-9223372036854775807", "0", "9223372036854775807"));
}

TEST(config_loop, wrong_sequences_are_errors_that_say_how)
{
    EXPECT_THAT(lines_of(" ~SEQ(i,1,0,3) x").messages, error_at(1, 2, "in steps of 0 it never comes to 3"));
    EXPECT_THAT(lines_of("~SEQ(i,1,-1,3) x").messages, error_at(1, 1, "in steps of -1"));
    EXPECT_THAT(lines_of("~SEQ(i) x").messages, error_at(1, 1, "write ~SEQ(NAME, [START, [STEP,]] END)"));
    EXPECT_THAT(lines_of("~SEQ(i,1,2,3,4) x").messages, error_at(1, 1, "write ~SEQ"));
    EXPECT_THAT(lines_of("~SEQ(i,1,,3) x").messages, error_at(1, 1, "'' is no whole number"));
    EXPECT_THAT(lines_of("~SEQ(i,1 2) x").messages, error_at(1, 1, "'1 2' is no whole number"));
    EXPECT_THAT(lines_of("~SEQ(i,--2) x").messages, error_at(1, 1, "'--2' is no whole number"));
    EXPECT_THAT(lines_of("~SEQ(1i,2) x").messages, error_at(1, 1, "'1i' is no variable's name"));
    EXPECT_THAT(lines_of("~SEQ(,2) x").messages, error_at(1, 1, "'' is no variable's name"));
    EXPECT_THAT(lines_of("~SEQ(i,1,2").messages, error_at(1, 1, "no ')'"));
    EXPECT_THAT(lines_of("~SEQX(i,2) x").messages, error_at(1, 1, "write ~SEQ"));
    EXPECT_THAT(lines_of("~SEQx(i,-2,2) x").messages, error_at(1, 1, "no negative numbers"));
    EXPECT_THAT(lines_of("~SEQ(i,99999999999999999999) x").messages, error_at(1, 1, "no whole number"));
}

TEST(config_loop, lists)
{
    EXPECT_THAT(lines_of("~LST(v,a, b ,c) <${v}>").lines, ElementsAre("<a>", "<b>", "<c>"));
    EXPECT_THAT(lines_of("~LST({a,b},{1,2},{3,4}) ${a}${b}").lines, ElementsAre("12", "34"));
    EXPECT_THAT(lines_of("~LST({ a , b }, { 1 , 2 } , {3,4} ) ${a}${b}").lines, ElementsAre("12", "34"));
    EXPECT_THAT(lines_of("~LST({a,b},{1,2},{3},4,{,5}) <${a}|${b}>").lines,
                ElementsAre("<1|2>", "<3|>", "<4|>", "<|5>"));
}

TEST(config_loop, wrong_lists_are_errors)
{
    EXPECT_THAT(lines_of("~LST(v) x").messages, error_at(1, 1, "there is no value"));
    EXPECT_THAT(lines_of("~LST({a,b},{1,2,3}) x").messages, error_at(1, 1, "value 1 has 3 parts for 2 variables"));
    EXPECT_THAT(lines_of("~LST(a,{1,2}) x").messages, error_at(1, 1, "for 1 variable;"));
    EXPECT_THAT(lines_of("~LST({a,b},{1,2) x").messages, error_at(1, 1, "the braces don't match"));
    EXPECT_THAT(lines_of("~LST(a,1},2) x").messages, error_at(1, 1, "the braces don't match"));
    EXPECT_THAT(lines_of("~LSTx(a,1) x").messages, error_at(1, 1, "write ~LST"));
}

TEST(config_loop, several_in_a_line)
{
    EXPECT_THAT(lines_of("~SEQ(a,1,2) ~SEQ(b,3,4) ${a}${b}").lines, ElementsAre("13", "14", "23", "24"));
    EXPECT_THAT(lines_of("~LST({a,b},{1,2},{3,4})~SEQ(c,5,6)${a}${b}${c}").lines,
                ElementsAre("125", "126", "345", "346"));
    EXPECT_THAT(lines_of("x ~SEQ(a,1,2) y").lines, ElementsAre("x ~SEQ(a,1,2) y")) << "not at the beginning";
}

TEST(config_loop, an_outer_variable_may_stand_in_an_inner_loop)
{
    EXPECT_THAT(lines_of("~SEQ(a,1,2) ~SEQ(b,1,${a}) ${a}${b}").lines, ElementsAre("11", "21", "22"));
    EXPECT_THAT(lines_of("$LAST=2\n$LIST=x,y\n~SEQ(a,1,$LAST) $a\n~SEQ(a,${LAST}) $a\n~LST(b,${LIST}) $b").lines,
                ElementsAre("1", "2", "1", "2", "x", "y"));
}

TEST(config_loop, a_variable_of_the_same_name_is_set_anew)
{
    EXPECT_THAT(lines_of("$a=7\n~SEQ(a,1,2) $a\n~SEQ(a,3,3) $a\n<${a}>").lines, ElementsAre("1", "2", "3", "<3>"));
}

TEST(config_loop, with_conditions_definitions_and_several_lines)
{
    EXPECT_THAT(lines_of("~SEQ(a,1,2) @main x${a}\n@main ~SEQ(a,1,2) y${a}\n@other ~SEQ(a,1,2) z").lines,
                ElementsAre("x1", "x2", "y1", "y2"));
    EXPECT_THAT(lines_of("~SEQ(a,1,2) $V${a}=v${a}\n${V1} ${V2}").lines, ElementsAre("v1 v2"));
    EXPECT_THAT(lines_of("$B=\\\n b${a} \\\n ~SEQ(c,1,2) c${a}${c} \\\n d\n~SEQ(a,1,2) $B").lines,
                ElementsAre("b1", "c11", "c12", "d", "b2", "c21", "c22", "d"));
    EXPECT_THAT(lines_of("$LOOP=~SEQ(a,1,2)\n$LOOP x${a}").lines, ElementsAre("x1", "x2"));
}

TEST(config_loop, what_cannot_be_repeated_is_an_error)
{
    EXPECT_THAT(lines_of("~SEQ(a,1,1) $B=\\\n x").messages, error_at(1, 16, "can't come out of a loop"));
    EXPECT_THAT(lines_of("$L=~SEQ(a,1,2)\n$B=\\\n b \\\n c\n$L $B").messages, error_at(5, 1, "write the loop itself"));
    EXPECT_THAT(lines_of("~SEQ(a,1,1) include x").messages, error_at(1, 13, "an include is read before"));
}

TEST(config_loop, nothing_to_repeat_is_nothing)
{
    const read_text result = lines_of("~SEQ(a,1,2)\n~SEQ(a,1,2) # comment\nb");
    EXPECT_THAT(result.lines, ElementsAre("b"));
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_loop, quotes_keep_a_line_from_being_a_loop)
{
    EXPECT_THAT(lines_of("\"~SEQ(a,1,2)\" x\n~FOO(a) x").lines, ElementsAre("\"~SEQ(a,1,2)\" x", "~FOO(a) x"));
}

TEST(config_loop, there_is_an_end_to_it)
{
    for (const char* text : {"~SEQ(a,1,9223372036854775807) x${a}", "~SEQ(a,9999) ~SEQ(b,9999) ~SEQ(c,9999) $c",
                             "~SEQ(a,1,9223372036854775807) $a=1", "~SEQ(a,1,9223372036854775807) @other x"}) {
        const read_text result = lines_of(text, no_surroundings(), {.most_bytes = 1U << 20U});
        EXPECT_THAT(result.messages,
                    ElementsAre(testing::Field("text", &diagnostic::text, testing::HasSubstr("longer than 1 MiB"))))
            << text;
        EXPECT_LE(result.lines.size(), 1U << 20U);
    }
}

} // namespace
} // namespace xvrrp::config
