// SPDX-License-Identifier: BSD-2-Clause
//
// include in all its forms: which files are read, and what is said about those that aren't.
#include "config/include.hpp"
#include "config/pattern.hpp"
#include "unit/config_text_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

memory_surroundings some_files()
{
    memory_surroundings around;
    around.files = {{"/etc/a.conf", "a"},      {"/etc/b.conf", "b1\nb2"},
                    {"/etc/d", "DIR"},         {"/etc/d/x.conf", "x ${_PWD}\ninclude ../a.conf\ninclude y.conf"},
                    {"/etc/d/../a.conf", "a"}, {"/etc/d/y.conf", "y"}};
    return around;
}

read_text including(std::string_view text)
{
    return lines_of(text, some_files());
}

TEST(config_include, lines_take_the_place_of_the_include)
{
    const read_text result = including("1\ninclude a.conf\n2\n  include\tb.conf # comment\n3");
    EXPECT_THAT(result.lines, ElementsAre("1", "a", "2", "b1", "b2", "3"));
    EXPECT_THAT(result.messages, IsEmpty());
}

TEST(config_include, wildcards_and_braces)
{
    EXPECT_THAT(including("include *.conf").lines, ElementsAre("a", "b1", "b2"));
    EXPECT_THAT(including("include {b,a}.conf").lines, ElementsAre("b1", "b2", "a"));
    EXPECT_THAT(including("include /etc/[b].conf").lines, ElementsAre("b1", "b2"));
    EXPECT_THAT(including("include \"a.conf\"\ninclude 'a.conf'").lines, ElementsAre("a", "a"));
}

TEST(config_include, relative_names_start_from_the_file_that_they_stand_in)
{
    EXPECT_THAT(including("include d/x.conf\n${_PWD}").lines, ElementsAre("x /etc/d", "a", "y", "/etc"));
}

TEST(config_include, a_directory_is_taken_for_its_name)
{
    memory_surroundings around;
    around.files = {{"/e[tc]/x.conf", "x"}, {"/et/x.conf", "wrong"}};
    reporter report;
    const source_text lines = preprocess("include x.conf", "/e[tc]/main.conf", around, {}, report);
    EXPECT_EQ(lines.back().text, "x");
}

TEST(config_include, works_inside_blocks_and_definitions_go_both_ways)
{
    memory_surroundings around;
    around.files = {{"/etc/vips", "10.0.0.70\n10.0.0.${N}\n$M=120"}};
    const loaded result =
        parse("$N=71\nvrrp_instance A {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n"
              "  include vips\n }\n priority $M\n}\n",
              "/etc/main.conf", around, {});
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).virtual_addresses.at(1).address, ip("10.0.0.71"));
    EXPECT_EQ(only_instance(result).priority, priority{120});
}

TEST(config_include, a_file_may_be_included_again)
{
    memory_surroundings around;
    around.files = {{"/etc/t", "n${N}"}};
    EXPECT_THAT(lines_of("$N=1\ninclude t\n$N=2\ninclude t", around).lines, ElementsAre("n1", "n2"));
}

TEST(config_include, what_is_missing_is_an_error_only_where_it_is_asked_for)
{
    for (const char* line :
         {"include none*", "include d/none*", "includem none*", "includer none*", "includeb {a,none*}.conf"}) {
        EXPECT_THAT(including(line).messages, IsEmpty()) << line;
    }
    for (const char* line : {"include none", "includer none", "include {none,nil}", "includem {none,nil}",
                             "includew {a,none}.conf", "includeb none"}) {
        EXPECT_THAT(including(line).messages, ElementsAre(Field("level", &diagnostic::level, severity::warning)))
            << line;
    }
    for (const char* line : {"includem none", "includew none", "includew none*", "includeb {a,none}.conf",
                             "includea none", "includea none*"}) {
        EXPECT_THAT(including(line).messages, ElementsAre(Field("level", &diagnostic::level, severity::error))) << line;
    }
    EXPECT_THAT(including(" includem  none").messages, error_at(1, 12, "there is no file 'none'"));
    EXPECT_THAT(including("includew none*").messages, error_at(1, 10, "no file matches 'none*'"));
    EXPECT_THAT(including("includeb {a,none}.conf").lines, ElementsAre("a"));
}

TEST(config_include, what_cannot_be_read_is_an_error_only_where_it_is_asked_for)
{
    EXPECT_THAT(including("include d").messages, only_message(severity::warning, 1, 9, "/etc/d: Is a directory"));
    for (const char* line : {"includer d", "includem d", "includew d", "includeb d", "includea d"}) {
        EXPECT_THAT(including(line).messages, error_at(1, 10, "/etc/d: Is a directory")) << line;
    }
}

TEST(config_include, include_check_sets_the_checks)
{
    EXPECT_THAT(including("global_defs {\n include_check\n}\ninclude none").messages, error_at(4, 9, "no file 'none'"));
    EXPECT_THAT(including("global_defs {\n include_check +match\n}\ninclude none").messages, SizeIs(1));
    EXPECT_THAT(including("global_defs\n{\n x { y }\n include_check wildcard_match # x\n}\ninclude none*").messages,
                error_at(6, 9, "no file matches"));
    EXPECT_THAT(
        including("global_defs {\n include_check\n include_check -match -wildcard_match\n}\nincluder d").messages,
        SizeIs(1));
    EXPECT_THAT(including("global_defs {\n include_check\n include_check -wildcard_match\n}\ninclude none*").messages,
                IsEmpty());
    EXPECT_THAT(including("vrrp_instance x {\n include_check\n}\ninclude none*").messages, IsEmpty());
    EXPECT_THAT(including("global_defs {\n}\nx {\n include_check\n}\ninclude none*").messages, IsEmpty());
}

TEST(config_include, include_check_lasts_until_its_file_ends)
{
    memory_surroundings around;
    around.files = {{"/etc/strict", "global_defs {\n include_check\n}\ninclude none"}};
    const read_text result = lines_of("include strict\ninclude none", around);
    ASSERT_THAT(result.messages, SizeIs(2));
    EXPECT_EQ(result.messages[0].level, severity::error);
    EXPECT_EQ(result.messages[0].where.file, "/etc/strict");
    EXPECT_EQ(result.messages[1].level, severity::warning);
}

TEST(config_include, include_check_options_are_checked)
{
    const loaded result = read("global_defs {\n include_check +match -x readable\n}\n" + instance_with(""));
    EXPECT_THAT(result.diagnostics,
                only_message(severity::error, 2, 23, "'-x' is left out: include_check takes readable"));
}

TEST(config_include, names_are_needed_and_have_no_variables)
{
    EXPECT_THAT(including("include").messages, error_at(1, 8, "include needs the name of a file"));
    EXPECT_THAT(including("include # a.conf").messages, error_at(1, 9, "include needs the name of a file"));
    EXPECT_THAT(including("$A=a.conf\ninclude ${A}").messages, error_at(2, 9, "before variables"));
    EXPECT_THAT(including("includex a.conf\ninclude_check\nincludes").lines,
                ElementsAre("includex a.conf", "include_check", "includes"));
}

TEST(config_include, a_circle_is_an_error_that_names_it)
{
    memory_surroundings around;
    around.files = {{"/etc/b", "include c\nb"}, {"/etc/c", "include b\nc"}, {"/etc/main.conf", ""}};
    const read_text result = lines_of("include b\na", around);
    EXPECT_THAT(result.lines, ElementsAre("c", "b", "a"));
    EXPECT_THAT(result.messages, error_at(1, 9, "/etc/b includes /etc/c includes /etc/b: a file can't include itself"));
    EXPECT_EQ(result.messages[0].where.file, "/etc/c");
    EXPECT_THAT(lines_of("include main.conf", around).messages,
                error_at(1, 9, "/etc/main.conf includes /etc/main.conf"));
    around.files["/etc/../etc/./main.conf"] = "";
    EXPECT_THAT(lines_of("include ../etc/./main.conf", around).messages, error_at(1, 9, "can't include itself"));
}

TEST(config_include, depth_is_bounded)
{
    memory_surroundings around;
    for (int i = 0; i < 30; ++i) {
        around.files["/etc/f" + std::to_string(i)] = "include f" + std::to_string(i + 1) + "\nline";
    }
    const read_text result = lines_of("include f0", around);
    EXPECT_THAT(result.lines, SizeIs(deepest_include));
    EXPECT_THAT(result.messages, error_at(1, 9, "files within files, more than 16"));
}

TEST(config_include, a_definition_ends_with_its_file)
{
    memory_surroundings around;
    around.files = {{"/etc/a", "$A=\\\n x \\\n y \\"}};
    EXPECT_THAT(lines_of("include a\nz\n$A", around).lines, ElementsAre("z", "x", "y"));
}

TEST(config_include, a_file_that_includes_itself_by_many_names_comes_to_an_end)
{
    memory_surroundings around;
    for (int i = 0; i < 8; ++i) {
        around.files["/etc/" + std::to_string(i)] = "include *\nx";
    }
    const read_text result = lines_of("include *", around);
    EXPECT_LE(result.messages.size(), 501U);
}

TEST(config_pattern, braces)
{
    EXPECT_THAT(expand_braces("a"), Optional(ElementsAre("a")));
    EXPECT_THAT(expand_braces("a{b,c}d"), Optional(ElementsAre("abd", "acd")));
    EXPECT_THAT(expand_braces("{foo/{,cat,dog},bar}"), Optional(ElementsAre("foo/", "foo/cat", "foo/dog", "bar")));
    EXPECT_THAT(expand_braces("{a,b}{c,d}"), Optional(ElementsAre("ac", "ad", "bc", "bd")));
    EXPECT_THAT(expand_braces("{,}"), Optional(ElementsAre("", "")));
    for (const char* same : {"{}", "{a}", "{a", "a}", "}{", "{a}{b", ""}) {
        EXPECT_THAT(expand_braces(same), Optional(ElementsAre(same)));
    }
    EXPECT_THAT(expand_braces("{a}{b,c}"), Optional(ElementsAre("{a}b", "{a}c")));
}

TEST(config_pattern, alternatives_are_bounded)
{
    std::string pattern;
    for (int i = 0; i < 10; ++i) {
        pattern += "{a,b}";
    }
    EXPECT_THAT(expand_braces(pattern), Optional(SizeIs(1024)));
    EXPECT_EQ(expand_braces(pattern + "{a,b}"), std::nullopt);
    EXPECT_THAT(including("include " + pattern + pattern).messages, error_at(1, 9, "more than 1024 names"));
}

TEST(config_pattern, wildcards)
{
    for (const char* name : {"*", "a?", "[ab]"}) {
        EXPECT_TRUE(has_wildcard(name));
    }
    EXPECT_FALSE(has_wildcard("a-b.c"));
    EXPECT_EQ(escape_wildcards("/a*[b]\\?"), "/a\\*\\[b]\\\\\\?");
}

} // namespace
} // namespace xvrrp::config
