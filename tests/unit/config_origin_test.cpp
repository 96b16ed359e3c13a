// SPDX-License-Identifier: BSD-2-Clause
//
// Where messages point to when the text isn't that of the file: included files, variables, loops.
#include "unit/config_text_support.hpp"

namespace xvrrp::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

memory_surroundings with_file(const std::string& name, const std::string& text)
{
    memory_surroundings around;
    around.files = {{name, text}};
    return around;
}

loaded read_with(std::string_view text, const surroundings& around = no_surroundings())
{
    return parse(text, "/etc/main.conf", around, {.config_id = "main"});
}

auto message_in(std::string_view file, std::uint32_t line, std::uint32_t column, std::string_view source,
                std::string_view origin)
{
    return AllOf(Field("where", &diagnostic::where,
                       AllOf(Field("file", &source_location::file, file), Field("line", &source_location::line, line),
                             Field("column", &source_location::column, column))),
                 Field("source_line", &diagnostic::source_line, source), Field("origin", &diagnostic::origin, origin));
}

TEST(config_origin, a_message_in_an_included_file_is_about_that_file)
{
    const loaded result = read_with(instance_with("  include more.conf"), with_file("/etc/more.conf", "\n  xyzzy 5\n"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_in("/etc/more.conf", 2, 3, "  xyzzy 5", "")));
}

TEST(config_origin, a_variables_value_is_shown_where_the_variable_stands)
{
    const loaded result = read_with("$PRIO=many\n" + instance_with("  priority ${PRIO} 7"));
    ASSERT_EQ(result.diagnostics.size(), 2U);
    EXPECT_THAT(result.diagnostics[0],
                message_in("/etc/main.conf", 5, 12, "  priority many 7", "$PRIO is defined in line 1"));
    EXPECT_EQ(result.diagnostics[0].caret, 12U);
    EXPECT_THAT(result.diagnostics[1], message_in("/etc/main.conf", 5, 20, "  priority many 7", ""))
        << "behind the variable, the column is that of the file";
    EXPECT_EQ(result.diagnostics[1].caret, 17U);
}

TEST(config_origin, the_text_of_a_message_says_it_in_one_line)
{
    const loaded result = read_with("$PRIO=many\n" + instance_with("  priority $PRIO"));
    EXPECT_EQ(
        to_string(result.diagnostics.at(0)),
        "/etc/main.conf:5:12: error: priority takes a whole number from 1 to 255, not 'many'; vrrp_instance VI_1 is "
        "left out ($PRIO is defined in line 1)\n      priority many\n               ^");
}

TEST(config_origin, a_value_within_a_value_is_shown_where_the_outer_one_stands)
{
    const loaded result = read_with("$A=ma\n$B=<${A}ny>\n" + instance_with("priority x${B} 7"));
    EXPECT_THAT(result.diagnostics.at(0), message_in("/etc/main.conf", 6, 10, "priority x<many> 7", ""));
    EXPECT_THAT(result.diagnostics.at(1), message_in("/etc/main.conf", 6, 16, "priority x<many> 7", ""));
}

TEST(config_origin, a_line_of_a_definition_is_shown_where_it_is_defined)
{
    const loaded result = read_with("$ROUTER=\\\n  interface eth0 \\\n  xyzzy ${N} \\\n  virtual_router_id $N\n"
                                    "$N=7\nvrrp_instance A {\n $ROUTER\n virtual_ipaddress { 10.0.0.1 }\n}\n");
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_in("/etc/main.conf", 3, 3, "  xyzzy 7", "from $ROUTER, used in line 7")));
}

TEST(config_origin, definitions_within_definitions_and_loops_are_named_from_inside_out)
{
    const loaded result =
        read_with("include defs\n~SEQ(N,4,5) $OUTER\n" + instance_with(""),
                  with_file("/etc/defs", "$INNER=\\\n xyz${N} \\\n @other x\n$OUTER=\\\n @main y${N} \\\n $INNER\n"));
    ASSERT_EQ(result.diagnostics.size(), 4U);
    EXPECT_THAT(result.diagnostics[0],
                message_in("/etc/defs", 5, 8, "       y4",
                           "from $OUTER, used in /etc/main.conf:2; N = 4 by the loop in /etc/main.conf:2"));
    EXPECT_THAT(result.diagnostics[3],
                message_in("/etc/defs", 2, 2, " xyz5",
                           "from $INNER, used in line 6; from $OUTER, used in /etc/main.conf:2; N = 5 by the loop in "
                           "/etc/main.conf:2"));
}

TEST(config_origin, the_columns_of_a_loops_line_are_those_of_the_file)
{
    const loaded result = read_with("~SEQ(N,1,1) xyz${N} {\n}\n" + instance_with(""));
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_in("/etc/main.conf", 1, 13, "            xyz1 {", "N = 1 by the loop in line 1")));
}

TEST(config_origin, other_lines_are_named_with_their_file)
{
    const loaded result =
        read_with(instance_with("include more") + instance_with(""), with_file("/etc/more", "priority 5"));
    EXPECT_THAT(result.diagnostics,
                ElementsAre(Field("text", &diagnostic::text, HasSubstr("stands in line 1 already"))));
    const loaded twice = read_with(instance_with("priority 3\ninclude more"), with_file("/etc/more", "priority 5"));
    EXPECT_THAT(twice.diagnostics,
                ElementsAre(Field("text", &diagnostic::text, HasSubstr("priority stands in /etc/main.conf:4 too"))));
}

TEST(config_origin, messages_come_in_the_order_in_which_the_text_is_read)
{
    const loaded result = read_with(instance_with("x1\ninclude more\nx3"), with_file("/etc/more", "x2"));
    ASSERT_EQ(result.diagnostics.size(), 3U);
    EXPECT_EQ(result.diagnostics[1].where.file, "/etc/more");
    EXPECT_THAT(result.diagnostics[2].text, HasSubstr("x3"));
}

TEST(config_secret, passwords_out_of_variables_loops_and_the_environment_are_in_no_message)
{
    memory_surroundings around;
    around.variables = {{"PW", "secret"}};
    const std::string block = "authentication {\n auth_type PASS\n auth_pass ";
    for (const std::string& text :
         {"$PW=secret x\n" + instance_with(block + "$PW\n}"), "$PW=secret x\n" + instance_with(block + "${PW}y\n}"),
          "$PW=\\\n auth_pass secret x \\\n xyzzy\n" + instance_with("authentication {\n auth_type PASS\n $PW\n}"),
          "$PW =secret\n" + instance_with(""), "$PW=secret${PW}\n" + instance_with(block + "${PW}\n}"),
          "~LST({A,B},{1,secret},{2,secret,3}) x\n" + instance_with(""),
          "~LST(A,secret,{secret,1}) x\n" + instance_with(""),
          "~LST(A,secret x,secret) xyzzy${B}\n" + instance_with(""),
          "~LST(PW,secret) xyzzy" + instance_with(block + "${PW} x\n}"),
          instance_with(block + "${_ENV PW} x ${_ENV NONE}\n}"),
          instance_with("auth_hmac { key 1 secret\n xyzzy \"\n key 2 \"secret\n}"),
          "@main $PW=secret\n @main ~LST(A,secret,{1,2}) x\n" + instance_with(block + "x$PW x\n}")}) {
        const loaded result = read_with(text, around);
        EXPECT_THAT(result.diagnostics, Not(IsEmpty())) << text;
        for (const diagnostic& each : result.diagnostics) {
            EXPECT_THAT(to_string(each), Not(HasSubstr("secret"))) << text;
        }
    }
}

TEST(config_secret, the_rest_of_such_a_line_can_be_seen)
{
    EXPECT_THAT(read_with("~LST({A,B},{1,se),{2}) x").diagnostics.at(0).source_line, "~LST({A,B},{*,**),{*}) *");
    EXPECT_THAT(read_with("@other x\n$A = 5 6").diagnostics.at(0).source_line, "$A = * *");
}

} // namespace
} // namespace xvrrp::config
