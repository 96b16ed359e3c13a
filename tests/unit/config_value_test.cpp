// SPDX-License-Identifier: BSD-2-Clause
//
// userspace/config/value and suggestion: words to values, and to words that they nearly are.
#include <array>

#include <gtest/gtest.h>

#include "config/suggestion.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;

TEST(config_value, integers_are_decimal_and_whole)
{
    EXPECT_EQ(parse_integer("51"), 51);
    EXPECT_EQ(parse_integer("-20"), -20);
    EXPECT_EQ(parse_integer("+20"), 20);
    for (const char* wrong : {"", "x", "5x", "1.5", "0x10", "--1", "+-1", "+", " 1", "99999999999999999999"}) {
        EXPECT_EQ(parse_integer(wrong), std::nullopt) << wrong;
    }
}

TEST(config_value, seconds_are_exact)
{
    EXPECT_EQ(parse_seconds("1"), 1s);
    EXPECT_EQ(parse_seconds("0.01"), 10ms);
    EXPECT_EQ(parse_seconds(".5"), 500ms);
    EXPECT_EQ(parse_seconds("3."), 3s);
    EXPECT_EQ(parse_seconds("0.000001"), 1us);
    EXPECT_EQ(parse_seconds("0.0000000019"), 1ns);
    EXPECT_EQ(parse_seconds("4294967295"), 4294967295s);
    for (const char* wrong : {"", ".", "x", "1s", "-1", "+1", "1.2.3", "1e3", "4294967296", "99999999999999999999"}) {
        EXPECT_EQ(parse_seconds(wrong), std::nullopt) << wrong;
    }
}

TEST(config_value, seconds_are_written_as_they_are_read)
{
    for (const duration value :
         {duration(0), duration(1ns), duration(10ms), duration(1s), duration(40950ms), duration(1000s)}) {
        EXPECT_EQ(parse_seconds(seconds_text(value)), value);
    }
    EXPECT_EQ(seconds_text(250ms), "0.25");
    EXPECT_EQ(seconds_text(100s), "100");
}

TEST(config_value, switches_have_six_words)
{
    for (const char* word : {"on", "true", "yes"}) {
        EXPECT_EQ(parse_bool(word), true);
    }
    for (const char* word : {"off", "false", "no"}) {
        EXPECT_EQ(parse_bool(word), false);
    }
    EXPECT_EQ(parse_bool("1"), std::nullopt);
    EXPECT_EQ(parse_bool("ON"), std::nullopt);
}

TEST(config_value, interface_names_are_what_the_kernel_takes)
{
    EXPECT_TRUE(is_interface_name("eth0"));
    EXPECT_TRUE(is_interface_name("enp0s31f6.4094"));
    EXPECT_TRUE(is_interface_name("fifteen-letters"));
    for (const char* wrong : {"", "sixteen-letters-", "a/b", "a b", ".", "..", "a\tb"}) {
        EXPECT_FALSE(is_interface_name(wrong)) << wrong;
    }
}

TEST(config_value, host_addresses)
{
    EXPECT_TRUE(is_host_address(ip_address::parse("10.0.0.70").value()));
    EXPECT_TRUE(is_host_address(ip_address::parse("fe80::1").value()));
    for (const char* wrong : {"0.0.0.0", "::", "224.0.0.18", "ff02::12", "255.255.255.255"}) {
        EXPECT_FALSE(is_host_address(ip_address::parse(wrong).value())) << wrong;
    }
}

TEST(config_suggestion, counts_edits)
{
    EXPECT_EQ(edit_distance("priority", "priority"), 0U);
    EXPECT_EQ(edit_distance("priorty", "priority"), 1U);
    EXPECT_EQ(edit_distance("pritority", "priority"), 1U);
    EXPECT_EQ(edit_distance("prioritu", "priority"), 1U);
    EXPECT_EQ(edit_distance("prioirty", "priority"), 1U) << "neighbours swapped";
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance(std::string(1000, 'a'), "a"), 63U) << "bounded";
}

TEST(config_suggestion, names_the_nearest_within_reason)
{
    constexpr std::array<std::string_view, 4> known{"state", "priority", "accept", "no_accept"};
    EXPECT_EQ(nearest("priorty", known), "priority");
    EXPECT_EQ(nearest("noaccept", known), "no_accept");
    EXPECT_EQ(nearest("stat", known), "state");
    EXPECT_EQ(nearest("stt", known), std::nullopt) << "two edits are too many for a short word";
    EXPECT_EQ(nearest("colour", known), std::nullopt);
}

} // namespace
} // namespace xvrrp::config
