// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory itself: hosts on a switch.
#include <gtest/gtest.h>

#include "lab/segment.hpp"
#include "support/must.hpp"

namespace {

using namespace std::chrono_literals;
using xvrrp::lab::eventually;
using xvrrp::lab::host;
using xvrrp::lab::segment;
using xvrrp::test::must;

/// One echo request; `patience` in seconds is for its answer.
bool pings(const host& from, const std::string& address, const char* patience = "5")
{
    const auto ping = from.ns().exec({"ping", "-c", "1", "-W", patience, address});
    return ping && ping->ok();
}

std::string operstate(const host& of)
{
    return must(of.ns().ip("-br link show eth0"));
}

class lab_segment : public testing::TestWithParam<bool> {};

TEST_P(lab_segment, hosts_reach_each_other_at_once)
{
    auto lan = must(segment::create({"a", "b"}, {.xdp_at_switch = GetParam()}));
    EXPECT_TRUE(pings(lan["a"], lan["b"].ipv4()));
    EXPECT_TRUE(pings(lan["b"], lan["a"].ipv6()));
    EXPECT_TRUE(pings(lan["b"], lan["a"].link_local() + "%eth0"));
    EXPECT_EQ(must(lan["b"].ns().mac_of("eth0")), lan["b"].mac());
}

TEST_P(lab_segment, a_cut_host_is_alone_and_keeps_its_carrier)
{
    auto lan = must(segment::create({"a", "b"}, {.xdp_at_switch = GetParam()}));
    ASSERT_TRUE(pings(lan["a"], lan["b"].ipv4()));
    must(lan.cut(lan["a"]));
    EXPECT_FALSE(pings(lan["a"], lan["b"].ipv4(), "0.2"));
    EXPECT_NE(operstate(lan["a"]).find("LOWER_UP"), std::string::npos);
    must(lan.restore(lan["a"]));
    EXPECT_TRUE(eventually(5s, [&] { return pings(lan["a"], lan["b"].ipv4(), "0.2"); }));
}

TEST_P(lab_segment, a_pulled_cable_takes_the_carrier)
{
    auto lan = must(segment::create({"a", "b"}, {.xdp_at_switch = GetParam()}));
    must(lan.carrier(lan["a"], false));
    EXPECT_TRUE(eventually(5s, [&] { return operstate(lan["a"]).find("NO-CARRIER") != std::string::npos; }));
    must(lan.carrier(lan["a"], true));
    EXPECT_TRUE(eventually(5s, [&] { return pings(lan["a"], lan["b"].ipv4(), "0.2"); }));
}

/// Of one echo request with its answer; nothing without one.
std::optional<std::chrono::duration<double, std::milli>> round_trip(const host& from, const std::string& address)
{
    const auto ping = from.ns().exec({"ping", "-n", "-c", "1", "-W", "5", address});
    const auto at = ping ? ping->output.find("time=") : std::string::npos;
    if (at == std::string::npos) {
        return std::nullopt;
    }
    return std::chrono::duration<double, std::milli>(std::stod(ping->output.substr(at + 5)));
}

TEST_P(lab_segment, a_spliced_cable_carries_everything_and_holds_back_what_the_host_says)
{
    auto lan = must(segment::create({"a", "b"}, {.xdp_at_switch = GetParam(), .spliced = {"a"}}));
    EXPECT_TRUE(pings(lan["a"], lan["b"].ipv4()));
    EXPECT_TRUE(pings(lan["b"], lan["a"].ipv6()));
    lan.cable_of(lan["a"]).hold(500ms);
    const auto held = round_trip(lan["b"], lan["a"].ipv4());
    ASSERT_TRUE(held);
    EXPECT_GT(*held, 100ms);
    const auto after = round_trip(lan["b"], lan["a"].ipv4());
    ASSERT_TRUE(after);
    EXPECT_LT(*after, 100ms);
    must(lan.cut(lan["a"]));
    EXPECT_FALSE(pings(lan["a"], lan["b"].ipv4(), "0.2"));
    must(lan.carrier(lan["a"], false));
    EXPECT_TRUE(eventually(5s, [&] { return operstate(lan["a"]).find("NO-CARRIER") != std::string::npos; }));
}

INSTANTIATE_TEST_SUITE_P(switch_port, lab_segment, testing::Bool(),
                         [](const auto& parameter) { return parameter.param ? "with_xdp" : "plain"; });

} // namespace
