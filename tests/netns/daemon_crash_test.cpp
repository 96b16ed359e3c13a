// SPDX-License-Identifier: BSD-2-Clause
//
// kill -9, and the run after it: what the dead one left is adopted or removed, what isn't ours is never touched.
#include <algorithm>

#include "daemon_world.hpp"
#include "lab/probe.hpp"

namespace xvrrp::test {
namespace {

class Crash : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Crash, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Crash, ASoleRouterServesOnAndTheNextRunAdoptsItsAddresses)
{
    lab::segment lan = make_lan(mode(), {"one", "client"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(reaches(lan["client"], vip));
    lab::probe client = must(lab::probe::start(lan["client"], vip));
    ASSERT_TRUE(client.wait_for_answers(20, 5s));
    one.kill();
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    one.start();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(client.wait_for_answers(20, 5s));
    const lab::probe_report seen = client.stop();
    EXPECT_LT(seen.longest_gap, 200ms + seen.longest_stall);
    EXPECT_TRUE(one.wait_for_log("VIPs of an earlier run are in place")) << one.log();
}

TEST_P(Crash, WhatAnotherRouterTookOverIsRemoved)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    instance_text first = fast_instance(200);
    first.more = {"nopreempt"};
    xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    one.kill();
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    one.start();
    EXPECT_TRUE(eventually(5s, [&] { return !lan["one"].ns().has_address(vip); }));
    EXPECT_EQ(two.state("VI_1"), "MASTER");
    EXPECT_EQ(one.state("VI_1"), "BACKUP");
}

TEST_P(Crash, WhatIsConfiguredNoMoreIsRemovedAtStart)
{
    lab::segment lan = make_lan(mode(), {"one"});
    instance_text before = fast_instance(200);
    before.addresses = {vip, "10.0.0.71"};
    xvrrpd one(lan["one"].ns(), file_of(before, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(lan["one"].ns().has_address("10.0.0.71"));
    one.kill();
    one.write_configuration(file_of(fast_instance(200), mode()));
    one.start();
    EXPECT_FALSE(lan["one"].ns().has_address("10.0.0.71"));
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
}

TEST_P(Crash, TheHostsOwnAddressesAreNeverTouched)
{
    lab::segment lan = make_lan(mode(), {"one"});
    lab::host& host = lan["one"];
    must(host.ns().ip("addr add 10.0.0.70/24 dev eth0"));
    xvrrpd one(host.ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.kill();
    one.start();
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.stop(), 0);
    const auto left = must(host.ns().addresses_of("eth0"));
    EXPECT_NE(std::ranges::find(left, "10.0.0.70/24"), left.end());
    EXPECT_NE(std::ranges::find(left, host.ipv4() + "/24"), left.end());
}

TEST(CrashPins, LinksAreAdoptedAndNothingIsLeftAfterACleanStop)
{
    lab::segment lan = make_lan("generic", {"one"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), "generic"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.kill();
    const auto attached = [&] { return must(lan["one"].ns().ip("link show dev eth0")); };
    EXPECT_NE(attached().find("xdpgeneric"), std::string::npos) << "the pinned link stays";
    one.start();
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("the program of an earlier run was replaced in place")) << one.log();
    EXPECT_EQ(one.stop(), 0);
    EXPECT_EQ(attached().find("xdp"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(one.bpf_directory()));
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
}

TEST(CrashPins, WhatKeepsTheKernelFromSeeingADeathIsSaidAtStart)
{
    lab::segment lan = make_lan("generic", {"one"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), "generic"));
    EXPECT_EQ(one.log().find("the kernel can't see this process die"), std::string::npos) << one.log();
    one.kill();
    // Nothing can be pinned in its place.
    const std::filesystem::path pin = one.bpf_directory() / "death_exit";
    ASSERT_TRUE(std::filesystem::remove(pin));
    ASSERT_TRUE(std::filesystem::create_directory(pin));
    one.start();
    EXPECT_TRUE(one.wait_for_log("the kernel can't see this process die")) << one.log();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER")) << "heard by XDP all the same";
    EXPECT_NE(one.log().find("listening, generic"), std::string::npos) << one.log();
}

TEST(CrashPins, ASecondDaemonWithTheSamePinsIsRefused)
{
    lab::segment lan = make_lan("generic", {"one"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), "generic"));
    const auto second = must(
        lan["one"].ns().exec({xvrrpd_binary(), "-n", "-G", "-f", one.file("xvrrpd.conf"), "-p", one.file("second.pid"),
                              "--bpf-dir", one.bpf_directory(), "--socket", one.file("second.sock")}));
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.errors.find(one.bpf_directory().string() + " is in use by process"), std::string::npos)
        << second.errors;
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

} // namespace
} // namespace xvrrp::test
