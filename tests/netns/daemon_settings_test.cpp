// SPDX-License-Identifier: BSD-2-Clause
//
// Keywords of vrrp_instance that change who is heard, what is said and when, end to end.
#include <algorithm>
#include <thread>

#include "daemon_world.hpp"
#include "lab/capture.hpp"

namespace xvrrp::test {
namespace {

class Settings : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Settings, ::testing::Values("socket", "generic"), mode_name_of);

instance_text with(instance_text instance, const std::vector<std::string>& more)
{
    instance.more.insert(instance.more.end(), more.begin(), more.end());
    return instance;
}

instance_text unicast(unsigned priority, const lab::host& own, const lab::host& other,
                      const std::string& limits = std::string())
{
    instance_text instance = fast_instance(priority);
    instance.unicast_src_ip = own.ipv4();
    instance.unicast_peers = {other.ipv4() + limits};
    return instance;
}

TEST(SettingsElection, S_B2_DownTimerAdvertsSaysHowLongASilenceIsBorne)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200)));
    const xvrrpd two(lan["two"].ns(), file_of(with(fast_instance(100), {"fast_detect off", "down_timer_adverts 15"})));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.adverts_received > 2; }));
    must(lan.cut(lan["one"]));
    EXPECT_TRUE(throughout(2s, [&] { return two.state("VI_1") == "BACKUP"; })) << "3 s are borne";
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
}

TEST(SettingsElection, AStalledRouterBecomesBackupIfSoConfigured)
{
    lab::segment lan = make_lan("auto", {"one"});
    xvrrpd one(lan["one"].ns(), file_of(with(fast_instance(200), {"nopreempt", "timer_expired_backup"})));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.freeze();
    std::this_thread::sleep_for(1500ms);
    one.thaw();
    EXPECT_TRUE(one.wait_for_log("This daemon was stalled for so long that another router may be MASTER"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER")) << "there is none: it is elected again";
    EXPECT_EQ(one.transitions("VI_1"), 4U) << one.log();
}

TEST_P(Settings, AUnicastTtlWithinThePeersLimitsIsHeardAndOneOutsideIsNot)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const auto first = with(unicast(200, lan["one"], lan["two"]), {"unicast_ttl 64"});
    const xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    xvrrpd two(lan["two"].ns(), file_of(unicast(100, lan["two"], lan["one"], " min_ttl 60 max_ttl 64"), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.ttl_not_255 > 2; }));
    two.write_configuration(file_of(unicast(100, lan["two"], lan["one"], " min_ttl 65"), mode()));
    ASSERT_TRUE(two.reload().ok());
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER")) << two.log();
    EXPECT_TRUE(eventually(5s, [&] {
        return std::ranges::any_of(two.status().drops, [](const auto& each) { return each.reason == "ttl"; });
    }));
}

TEST_P(Settings, AMulticastGroupOfItsOwn)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const auto seen = must(lab::capture::start(lan));
    const std::vector<std::string> group{"mcast_dst_ip 239.1.2.3"};
    const xvrrpd one(lan["one"].ns(), file_of(with(fast_instance(200), group), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(with(fast_instance(100), group), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.adverts_received > 2; }));
    const auto other = [](const lab::advert& each) { return each.destination != "239.1.2.3"; };
    EXPECT_FALSE(seen.wait_for_advert(other, 500ms));
}

TEST(SettingsSource, AWatchedSourceThatGoesIsAFault)
{
    lab::segment lan = make_lan("auto", {"one"});
    const lab::host& host = lan["one"];
    must(host.ns().ip("addr add 10.0.0.40/24 dev eth0"));
    const auto instance = with(fast_instance(200), {"mcast_src_ip 10.0.0.40", "track_src_ip"});
    const xvrrpd one(host.ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip("addr del 10.0.0.40/24 dev eth0"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(one.wait_for_log("10.0.0.40, which adverts come from, isn't an address of interface eth0"));
    must(host.ns().ip("addr add 10.0.0.40/24 dev eth0"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

TEST(SettingsSource, AnInterfaceThatIsNotTrackedMayGoDown)
{
    lab::segment lan = make_lan("auto", {"one"});
    const lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), file_of(with(fast_instance(200), {"dont_track_primary"})));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip("link set eth0 down"));
    EXPECT_TRUE(throughout(1s, [&] { return one.state("VI_1") == "MASTER"; })) << one.log();
    must(host.ns().ip("link set eth0 up"));
    EXPECT_TRUE(eventually(5s, [&] { return host.ns().has_address(vip); }));
    EXPECT_EQ(one.transitions("VI_1"), 2U) << one.log();
}

TEST(SettingsPeers, WithoutAPeerItStaysInFaultIfSoConfigured)
{
    lab::segment lan = make_lan("auto", {"one"});
    const lab::host& host = lan["one"];
    auto instance = with(unicast(200, host, host), {"unicast_fault_no_peer"});
    xvrrpd one(host.ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(one.wait_for_log("unicast_peer names no other router"));
    instance.unicast_peers = {"10.0.0.9"};
    one.write_configuration(file_of(instance));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
}

} // namespace
} // namespace xvrrp::test
