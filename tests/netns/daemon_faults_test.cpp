// SPDX-License-Identifier: BSD-2-Clause
//
// What happens to interfaces: FAULT, and back when it is over, without a restart.
#include "daemon_world.hpp"
#include "lab/xdp_pass.hpp"

namespace xvrrp::test {
namespace {

class Fault : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Fault, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Fault, ACableThatIsPulledAndPluggedIn)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(lan.carrier(lan["one"], false));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_EQ(one.instance("VI_1").faults, std::vector<std::string>{"interface eth0 is down"});
    EXPECT_TRUE(eventually(5s, [&] { return !lan["one"].ns().has_address(vip); }));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    must(lan.carrier(lan["one"], true));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
}

TEST_P(Fault, AnInterfaceThatIsDeletedAndMadeAnew)
{
    lab::segment lan = make_lan(mode(), {"one"});
    lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip("link del eth0"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    must(lab::add_veth(host.ns(), "eth0", lan.switch_namespace(), "again"));
    must(host.ns().ip("addr add 10.0.0.1/24 dev eth0"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(host.ns().has_address(vip));
    EXPECT_EQ(one.instance("VI_1").attach_mode, mode());
}

TEST_P(Fault, AnInterfaceThatIsRenamedAway)
{
    lab::segment lan = make_lan(mode(), {"one"});
    lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip_batch({"link set eth0 down", "link set eth0 name lan0", "link set lan0 up"}));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(eventually(5s, [&] { return !host.ns().has_address(vip); }));
    must(host.ns().ip_batch({"link set lan0 down", "link set lan0 name eth0", "link set eth0 up"}));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] { return host.ns().has_address(vip); }));
}

TEST_P(Fault, AnInterfaceThatLosesItsAddress)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), file_of(fast_instance(200), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip("addr del " + host.ipv4() + "/24 dev eth0"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip("addr add " + host.ipv4() + "/24 dev eth0"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST_P(Fault, AnInterfaceThatIsMissingAtStart)
{
    lab::segment lan = make_lan(mode(), {"one"});
    lab::host& host = lan["one"];
    must(host.ns().ip("link set eth0 down"));
    must(host.ns().ip("link set eth0 name later"));
    const xvrrpd one(host.ns(), file_of(fast_instance(200), mode()));
    EXPECT_EQ(one.state("VI_1"), "FAULT");
    must(host.ns().ip_batch({"link set later name eth0", "link set eth0 up"}));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST_P(Fault, ATrackedInterfaceWithoutAWeight)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    must(lab::add_veth(lan["one"].ns(), "uplink", lan["one"].ns(), "uplink2"));
    instance_text first = fast_instance(200);
    first.more = {"track_interface {", "uplink", "}"};
    const xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(lan["one"].ns().ip("link set uplink2 down"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    must(lan["one"].ns().ip("link set uplink2 up"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST_P(Fault, ATrackedInterfaceWithAWeightLowersThePriority)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    must(lab::add_veth(lan["one"].ns(), "uplink", lan["one"].ns(), "uplink2"));
    instance_text first = fast_instance(120);
    first.more = {"track_interface {", "uplink weight -50", "}"};
    const xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(lan["one"].ns().ip("link set uplink2 down"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(one.instance("VI_1").effective_priority, 70U);
    must(lan["one"].ns().ip("link set uplink2 up"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.instance("VI_1").effective_priority, 120U);
}

/// `lines`: of interface_up_down_delays.
std::string with_delays(const instance_text& instance, const std::string& mode, const std::string& lines)
{
    return file_of(instance, mode) + "interface_up_down_delays {\n" + lines + "\n}\n";
}

class Delay : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Delay, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Delay, ALinkThatBouncesForLessThanItIsNoFault)
{
    lab::segment lan = make_lan(mode(), {"one"});
    const lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), with_delays(fast_instance(200), mode(), "eth0 5 0"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    for (int bounce = 0; bounce < 3; ++bounce) {
        must(lan.carrier(host, false));
        EXPECT_TRUE(throughout(200ms, [&] { return host.ns().has_address(vip); }));
        must(lan.carrier(host, true));
        EXPECT_TRUE(throughout(200ms, [&] { return host.ns().has_address(vip); }));
    }
    EXPECT_EQ(one.transitions("VI_1"), 2U) << "BACKUP, then MASTER, and no more: " << one.log();
}

TEST_P(Delay, ALinkThatStaysDownOrUpForItCounts)
{
    lab::segment lan = make_lan(mode(), {"one"});
    const lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), with_delays(fast_instance(200), mode(), "eth0 0.5 1"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto pulled = std::chrono::steady_clock::now();
    must(lan.carrier(host, false));
    ASSERT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_GT(std::chrono::steady_clock::now() - pulled, 490ms);
    const auto plugged = std::chrono::steady_clock::now();
    must(lan.carrier(host, true));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_GT(std::chrono::steady_clock::now() - plugged, 990ms);
}

TEST_P(Delay, ABackupWhoseOwnLinkIsDownDoesNotTakeOver)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    const xvrrpd two(lan["two"].ns(), with_delays(fast_instance(100), mode(), "eth0 60 0"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(5s, [&] { return two.instance("VI_1").active.has_value(); }));
    must(lan.carrier(lan["two"], false));
    EXPECT_TRUE(two.wait_for_state("VI_1", "FAULT")) << two.log();
    EXPECT_TRUE(two.wait_for_log("eth0: down, and adverts are missing: not waiting for its delay")) << two.log();
    must(lan.carrier(lan["two"], true));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(two.instance("VI_1").counters.became_master, 0U) << two.log();
}

TEST(DelayToo, HoldsForTrackedInterfacesAndGoesWithAReload)
{
    lab::segment lan = make_lan("auto", {"one"});
    must(lab::add_veth(lan["one"].ns(), "uplink", lan["one"].ns(), "uplink2"));
    instance_text instance = fast_instance(120);
    instance.more = {"track_interface {", "uplink weight -50", "}"};
    const xvrrpd one(lan["one"].ns(), with_delays(instance, "auto", "uplink 60"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(lan["one"].ns().ip("link set uplink2 down"));
    EXPECT_TRUE(throughout(300ms, [&] { return one.instance("VI_1").effective_priority == 120; }));
    one.write_configuration(file_of(instance));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return one.instance("VI_1").effective_priority == 70; }));
}

class Deaf : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Deaf, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Deaf, ABackupWhoseProgramIsDetachedAttachesItAgainAndTakesNothingOver)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(5s, [&] { return two.instance("VI_1").active.has_value(); }));
    ASSERT_TRUE(detach_xdp(two, lan["two"]));
    EXPECT_TRUE(two.wait_for_log("eth0: adverts aren't heard any more")) << two.log();
    const auto heard = two.instance("VI_1").counters.adverts_received;
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.adverts_received > heard + 5; }));
    EXPECT_EQ(two.transitions("VI_1"), 1U) << "BACKUP, and nothing after it: " << two.log();
    EXPECT_EQ(two.instance("VI_1").attach_mode, mode());
    must(lan.cut(lan["one"]));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER")) << "a silence that isn't its own fault counts";
}

TEST_P(Deaf, AnActiveRouterHearsABetterOneAgain)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(150), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(detach_xdp(one, lan["one"]));
    two.write_configuration(file_of(fast_instance(200), mode()));
    ASSERT_TRUE(two.reload().ok());
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP")) << one.log();
}

TEST(DeafToo, AProgramOfSomebodyElseInItsPlaceLeavesASocket)
{
    lab::segment lan = make_lan("generic", {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), "generic"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), "generic"));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    lab::file_descriptor foreign;
    ASSERT_TRUE(eventually(10s, [&] { // xvrrpd may come first
        std::ignore = detach_xdp(two, lan["two"]);
        auto attached = lab::attach_xdp_pass(lan["two"].ns(), "eth0");
        foreign = attached ? std::move(*attached) : lab::file_descriptor();
        return attached.has_value();
    }));
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").attach_mode == "socket"; })) << two.log();
    const auto heard = two.instance("VI_1").counters.adverts_received;
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.adverts_received > heard + 5; }));
    EXPECT_EQ(two.state("VI_1"), "BACKUP");
    EXPECT_EQ(two.instance("VI_1").counters.became_master, 0U) << two.log();
}

} // namespace
} // namespace xvrrp::test
