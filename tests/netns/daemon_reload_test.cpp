// SPDX-License-Identifier: BSD-2-Clause
//
// SIGHUP and `xvrrpctl reload`.
#include <csignal>

#include "daemon_world.hpp"
#include "lab/capture.hpp"

namespace xvrrp::test {
namespace {

instance_text named(const std::string& name, unsigned vrid, unsigned priority, const std::string& address)
{
    instance_text instance = fast_instance(priority);
    instance.name = name;
    instance.vrid = vrid;
    instance.addresses = {address};
    return instance;
}

TEST(Reload, WhatDidNotChangeGoesOnUndisturbed)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const instance_text kept = named("KEPT", 51, 200, vip);
    xvrrpd one(lan["one"].ns(), configuration_text({kept, named("GONE", 52, 200, "10.0.0.71")}));
    const xvrrpd two(lan["two"].ns(), configuration_text({named("KEPT", 51, 100, vip)}));
    ASSERT_TRUE(one.wait_for_state("KEPT", "MASTER"));
    ASSERT_TRUE(one.wait_for_state("GONE", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("KEPT", "BACKUP"));
    ASSERT_TRUE(one.wait_for_log("(KEPT) Entering MASTER STATE"));
    lab::capture heard = must(lab::capture::start(lan));
    const unsigned before = one.transitions("KEPT");
    one.write_configuration(configuration_text({kept, named("NEW", 53, 200, "10.0.0.72")}));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(one.wait_for_state("NEW", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] { return !lan["one"].ns().has_address("10.0.0.71"); }));
    EXPECT_TRUE(eventually(5s, [&] { return one.status().instances.size() == 2; }));
    EXPECT_EQ(one.transitions("KEPT"), before);
    EXPECT_EQ(two.state("KEPT"), "BACKUP");
    heard.stop();
    ASSERT_EQ(heard.lost(), 0U);
    EXPECT_TRUE(lab::silences(heard.adverts(), "one", 51, 600ms).empty()) << "two adverts didn't come";
    EXPECT_TRUE(heard.wait_for_advert([](const auto& each) { return each.vrid == 52 && each.priority == 0; }, 1s))
        << "the router that was taken out says goodbye";
}

TEST(Reload, ABadFileLeavesTheRunningConfigurationInForce)
{
    lab::segment lan = make_lan("auto", {"one"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.write_configuration("vrrp_instance VI_1 {\n  interface eth0\n");
    const lab::exec_result refused = one.reload();
    EXPECT_FALSE(refused.ok());
    EXPECT_FALSE(refused.errors.empty());
    EXPECT_EQ(one.state("VI_1"), "MASTER");
    EXPECT_FALSE(one.status().last_reload.empty());
    EXPECT_NE(one.status().last_reload, "ok");
    one.hangup();
    EXPECT_TRUE(eventually(10s,
                           [&] {
                               const std::string log = one.log();
                               return log.find("Reload refused") != log.rfind("Reload refused");
                           }))
        << "xvrrpctl's and the signal's: " << one.log();
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
}

TEST(Reload, AFileWithASlipInItCostsNoInstanceAndNoAddress)
{
    lab::segment lan = make_lan("auto", {"one"});
    instance_text both = named("BOTH", 51, 200, vip);
    both.addresses = {vip, "10.0.0.71"};
    const instance_text other = named("OTHER", 52, 200, "10.0.0.72");
    xvrrpd one(lan["one"].ns(), configuration_text({both, other}));
    ASSERT_TRUE(one.wait_for_state("BOTH", "MASTER"));
    ASSERT_TRUE(one.wait_for_state("OTHER", "MASTER"));

    instance_text slipped = both;
    slipped.addresses = {vip, "10.0.0.711"};
    one.write_configuration(configuration_text({slipped, other}));
    lab::exec_result refused = one.reload();
    EXPECT_FALSE(refused.ok());
    EXPECT_NE(refused.errors.find("10.0.0.711"), std::string::npos) << refused.errors;

    instance_text without_vrid = other;
    without_vrid.vrid = 0;
    one.write_configuration(configuration_text({both, without_vrid}));
    refused = one.reload();
    EXPECT_FALSE(refused.ok());
    EXPECT_NE(refused.errors.find("virtual_router_id"), std::string::npos) << refused.errors;

    EXPECT_EQ(one.state("BOTH"), "MASTER");
    EXPECT_EQ(one.state("OTHER"), "MASTER");
    for (const char* address : {vip, "10.0.0.71", "10.0.0.72"}) {
        EXPECT_TRUE(lan["one"].ns().has_address(address)) << address;
    }
}

TEST(Reload, APriorityChangesTheElectionWithoutARestart)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200)));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.write_configuration(file_of(fast_instance(50)));
    one.hangup();
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(one.instance("VI_1").base_priority, 50U);
}

TEST(Reload, AnotherMaskTakesThePlaceOfTheOldOne)
{
    lab::segment lan = make_lan("auto", {"one"});
    instance_text instance = fast_instance(200);
    instance.addresses = {std::string(vip) + "/32"};
    xvrrpd one(lan["one"].ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    instance.addresses = {std::string(vip) + "/24"};
    one.write_configuration(file_of(instance));
    ASSERT_TRUE(one.reload().ok());
    const auto listed = [&] { return must(lan["one"].ns().ip("-o address show dev eth0")); };
    EXPECT_TRUE(eventually(5s, [&] { return listed().find(std::string(vip) + "/24") != std::string::npos; }));
    EXPECT_EQ(listed().find(std::string(vip) + "/32"), std::string::npos) << listed();
    EXPECT_EQ(one.stop(), 0);
    EXPECT_FALSE(lan["one"].ns().has_address(vip)) << listed();
}

TEST(Reload, AddressesComeAndGoWhileTheRouterIsActive)
{
    lab::segment lan = make_lan("auto", {"one", "client"});
    instance_text instance = fast_instance(200);
    instance.addresses = {vip, "10.0.0.71"};
    const xvrrpd one(lan["one"].ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    instance.addresses = {vip, "10.0.0.72"};
    one.write_configuration(file_of(instance));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return lan["one"].ns().has_address("10.0.0.72"); }));
    EXPECT_FALSE(lan["one"].ns().has_address("10.0.0.71"));
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    EXPECT_EQ(one.transitions("VI_1"), 2U);
    EXPECT_TRUE(reaches(lan["client"], "10.0.0.72"));
}

TEST(Reload, AnAddressMovesFromOneRouterToAnotherInOneReload)
{
    lab::segment lan = make_lan("auto", {"one"});
    const xvrrpd one(lan["one"].ns(),
                     configuration_text({named("A", 51, 200, "10.0.0.71"), named("B", 52, 200, "10.0.0.72")}));
    ASSERT_TRUE(one.wait_for_state("A", "MASTER"));
    ASSERT_TRUE(one.wait_for_state("B", "MASTER"));
    instance_text b = named("B", 52, 200, "10.0.0.72");
    b.addresses.push_back("10.0.0.71");
    one.write_configuration(configuration_text({b}));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return one.status().instances.size() == 1; }));
    EXPECT_TRUE(throughout(300ms, [&] { return lan["one"].ns().has_address("10.0.0.71"); }));
}

} // namespace
} // namespace xvrrp::test
