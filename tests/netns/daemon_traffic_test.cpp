// SPDX-License-Identifier: BSD-2-Clause
//
// What the data path counts, drops and says, seen through the daemon.
#include <algorithm>

#include "daemon_world.hpp"
#include "lab/flood.hpp"

namespace xvrrp::test {
namespace {

class Traffic : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Traffic, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Traffic, OfTheAddressIsCountedBothWays)
{
    lab::segment lan = make_lan(mode(), {"one", "client"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(reaches(lan["client"], vip));
    const control::vip_status counted = one.instance("VI_1").vips.at(0);
    EXPECT_GE(counted.received_packets, 1U);
    EXPECT_GE(counted.sent_packets, 1U);
    EXPECT_EQ(counted.received_bytes, counted.received_packets * 98);
    EXPECT_EQ(counted.not_active_packets, 0U);
    EXPECT_TRUE(counted.present);
}

TEST_P(Traffic, OfAnAddressOnAnotherInterfaceIsCountedThere)
{
    lab::segment lan = make_lan(mode(), {"one", "client"});
    must(lab::add_veth(lan["one"].ns(), "eth1", lan["client"].ns(), "eth1"));
    must(lan["one"].ns().ip("addr add 10.1.0.1/24 dev eth1"));
    must(lan["client"].ns().ip("addr add 10.1.0.2/24 dev eth1"));
    instance_text instance = fast_instance(200);
    instance.addresses = {"10.1.0.70 dev eth1"};
    const xvrrpd one(lan["one"].ns(), file_of(instance, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(reaches(lan["client"], "10.1.0.70"));
    EXPECT_GE(one.instance("VI_1").vips.at(0).received_packets, 1U);
}

TEST_P(Traffic, WithNoAcceptTheAddressIsResolvedButNotServed)
{
    lab::segment lan = make_lan(mode(), {"one", "client"});
    instance_text instance = fast_instance(200);
    instance.more = {"no_accept"};
    const xvrrpd one(lan["one"].ns(), file_of(instance, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(reaches(lan["client"], lan["one"].ipv4()));
    EXPECT_FALSE(can_ping(lan["client"], vip));
    const auto neighbours = must(lan["client"].ns().ip("neigh show 10.0.0.70"));
    EXPECT_NE(neighbours.find("02:00:00:00:00:01"), std::string::npos) << neighbours;
}

class Noise : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Noise, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Noise, RX_15_AWrongPasswordIsVisible)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    instance_text right = fast_instance(200);
    right.version = 2;
    right.advert_int = "1";
    right.auth_pass = "right";
    instance_text wrong = right;
    wrong.auth_pass = "wrong";
    wrong.priority = 100;
    const xvrrpd one(lan["one"].ns(), file_of(right, mode()));
    const xvrrpd two(lan["two"].ns(), file_of(wrong, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(10s, [&] {
        return two.log().find("eth0: discarded") != std::string::npos &&
               two.log().find("with a wrong password, the last from 10.0.0.1 for VRID 51") != std::string::npos;
    })) << two.log();
    const auto drops = two.status().drops;
    EXPECT_TRUE(std::ranges::any_of(drops, [](const auto& each) {
        return each.interface == "eth0" && each.reason == "auth_password" && each.count > 0 &&
               each.last_source == "10.0.0.1";
    }));
}

TEST_P(Noise, RX_13_AnotherAddressListIsAcceptedCountedAndSaidOnce)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    instance_text other = fast_instance(100);
    other.addresses = {vip, "10.0.0.71"};
    const xvrrpd two(lan["two"].ns(), file_of(other, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.address_list_mismatch > 3; }));
    EXPECT_EQ(two.state("VI_1"), "BACKUP");
    const std::string line = "list other addresses than virtual_ipaddress";
    ASSERT_TRUE(two.wait_for_log(line)) << two.log();
    const std::string log = two.log();
    EXPECT_EQ(log.find(line, log.find(line) + 1), std::string::npos) << "once";
}

TEST_P(Noise, RX_07_AForeignVridIsCountedAndChangesNothing)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    instance_text foreign = fast_instance(255);
    foreign.vrid = 99;
    foreign.addresses = {"10.0.0.99"};
    const xvrrpd two(lan["two"].ns(), file_of(foreign, mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] {
        const auto drops = one.status().drops;
        return std::ranges::any_of(drops,
                                   [](const auto& each) { return each.reason == "unknown_vrid" && each.count > 3; });
    }));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST(Fallback, WithoutTheRightToUseBPFTheDaemonRunsOnSocketsAndSaysWhatIsLost)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200)), {"bpf", "sys_admin"});
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(one.instance("VI_1").attach_mode, "socket");
    ASSERT_TRUE(one.status().bpf_refusal);
    EXPECT_NE(one.status().bpf_refusal->find("no_accept"), std::string::npos);
    EXPECT_TRUE(one.wait_for_log(*one.status().bpf_refusal)) << one.log();
}

TEST(Fallback, MapsCanBeReadWithBpftool)
{
    lab::segment lan = make_lan("generic", {"one"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), "generic"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto dump =
        must(lab::exec({"bpftool", "map", "dump", "pinned", (one.bpf_directory() / "vrrp_vips").string()}));
    EXPECT_TRUE(dump.ok());
    EXPECT_NE(dump.output.find("\"received_packets\""), std::string::npos) << dump.output;
}

} // namespace
} // namespace xvrrp::test
