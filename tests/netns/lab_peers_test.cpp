// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory itself: keepalived and FRR, against each other.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lab/capture.hpp"
#include "lab/peers.hpp"
#include "lab/probe.hpp"
#include "support/must.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp::lab;
using xvrrp::address_family;
using xvrrp::test::must;

std::string keepalived_configuration(unsigned priority, const std::string& address)
{
    return fmt::format("vrrp_instance V {{\n  state BACKUP\n  interface eth0\n  version 3\n  virtual_router_id 51\n"
                       "  priority {}\n  advert_int 0.1\n  virtual_ipaddress {{\n    {}\n  }}\n}}\n",
                       priority, address);
}

TEST(lab_peers, two_keepalived_elect_one_and_the_other_takes_over)
{
    auto lan = must(segment::create({"a", "b", "client"}));
    auto heard = must(capture::start(lan));
    auto better = must(keepalived::start(lan["a"].ns(), keepalived_configuration(150, "10.0.0.70")));
    auto worse = must(keepalived::start(lan["b"].ns(), keepalived_configuration(100, "10.0.0.70")));
    ASSERT_TRUE(eventually(10s, [&] { return better.state("V") == "MASTER" && worse.state("V") == "BACKUP"; }))
        << better.log() << worse.log();
    EXPECT_TRUE(eventually(5s, [&] { return lan["a"].ns().has_address("10.0.0.70"); }));

    auto probing = must(probe::start(lan["client"], "10.0.0.70", 2ms));
    ASSERT_TRUE(probing.wait_for_answers(20, 10s));
    must(better.stop());
    ASSERT_TRUE(eventually(10s, [&] { return worse.state("V") == "MASTER"; })) << worse.log();
    ASSERT_TRUE(probing.wait_for_answers(20, 10s));
    const auto report = probing.stop();
    EXPECT_EQ(report.last_answer, lan["b"].mac());
    EXPECT_TRUE(report.answers.contains(lan["a"].mac()));

    heard.stop();
    const auto adverts = heard.adverts();
    EXPECT_TRUE(std::ranges::any_of(adverts, [](const advert& one) { return one.host == "a" && one.priority == 0; }));
    EXPECT_TRUE(std::ranges::any_of(adverts, [](const advert& one) { return one.host == "b" && one.priority == 100; }));
    EXPECT_TRUE(std::ranges::any_of(heard.claims(), [](const address_claim& one) {
        return one.host == "b" && one.address == "10.0.0.70" && one.unsolicited;
    }));
}

struct family_case {
    const char* name;
    address_family family;
    const char* address;
};

class lab_peers_frr : public testing::TestWithParam<family_case> {};

TEST_P(lab_peers_frr, yields_to_keepalived_and_takes_over_from_it)
{
    auto lan = must(segment::create({"a", "b"}));
    frr_router router{.vrid = 51, .priority = 100, .interval = 100ms};
    (GetParam().family == address_family::ipv4 ? router.ipv4 : router.ipv6).push_back(GetParam().address);
    auto worse = must(frr::start(lan["b"].ns(), router));
    ASSERT_TRUE(eventually(10s, [&] { return worse.state(GetParam().family) == "Master"; })) << worse.log();
    auto better = must(keepalived::start(lan["a"].ns(), keepalived_configuration(150, GetParam().address)));
    ASSERT_TRUE(
        eventually(10s, [&] { return better.state("V") == "MASTER" && worse.state(GetParam().family) == "Backup"; }))
        << worse.log() << better.log();
    better.kill();
    ASSERT_TRUE(eventually(10s, [&] { return worse.state(GetParam().family) == "Master"; })) << worse.log();
    must(worse.stop());
}

INSTANTIATE_TEST_SUITE_P(family, lab_peers_frr,
                         testing::Values(family_case{"IPv4", address_family::ipv4, "10.0.0.70"},
                                         family_case{"IPv6", address_family::ipv6, "fe80::70"}),
                         [](const auto& parameter) { return parameter.param.name; });

} // namespace
