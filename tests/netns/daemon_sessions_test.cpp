// SPDX-License-Identifier: BSD-2-Clause
//
// Sessions end to end where something else happens to them than the death of the router that is probed: it is followed
// for several VRIDs, fast_detect is switched off, or our own XDP program is taken away.
#include "fast_world.hpp"

namespace xvrrp::test {
namespace {

class Sessions : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Sessions, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Sessions, ADetachedProgramOfOurOwnIsNoTakeover)
{
    duo routers(mode());
    ASSERT_TRUE(routers.settles());
    auto& [lan, active, backup] = routers;
    ASSERT_TRUE(detach_xdp(backup, lan["second"]));
    EXPECT_TRUE(backup.wait_for_log("eth0: adverts aren't heard any more")) << backup.log();
    EXPECT_TRUE(waits_for_session(backup, "up"));
    EXPECT_TRUE(throughout(4s, [&] { return backup.state("VI_1") == "BACKUP"; }, 50ms)) << backup.log();
    EXPECT_EQ(backup.transitions("VI_1"), 1U) << backup.log();
    must(lan.cut(lan["first"]));
    EXPECT_TRUE(backup.wait_for_state("VI_1", "MASTER"));
    const auto takeover = last_takeover(backup);
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "probes_lost");
}

/// VRIDs 51 and 52 with a VIP each.
std::string two_vrids(unsigned priority, const std::string& adverts_of_52, const std::string& detection)
{
    instance_text one = probing_instance(priority, detection);
    one.advert_int = "0.2";
    instance_text other = probing_instance(priority, detection);
    other.name = "VI_2";
    other.vrid = 52;
    other.advert_int = adverts_of_52;
    other.addresses = {"10.0.0.71"};
    return configuration_text({one, other}, {"xdp_mode generic"});
}

bool both(const xvrrpd& router, const std::string& state, std::chrono::seconds timeout = 15s)
{
    return router.wait_for_state("VI_1", state, timeout) && router.wait_for_state("VI_2", state, timeout);
}

TEST(SharedSession, ItsLossIsToldToEachRouterThatFollowsThePeer)
{
    lab::segment lan = make_lan("generic", {"first", "second"});
    const xvrrpd active(lan["first"].ns(), two_vrids(200, "1", probes_10ms));
    const xvrrpd backup(lan["second"].ns(), two_vrids(150, "1", probes_10ms));
    ASSERT_TRUE(both(active, "MASTER"));
    ASSERT_TRUE(both(backup, "BACKUP"));
    ASSERT_TRUE(waits_for_session(backup, "up")) << "one for both";
    must(lan.cut(lan["first"]));
    EXPECT_TRUE(both(backup, "MASTER", 3s));
    unsigned takeovers = 0;
    for (const auto& each : failovers_of(backup)) {
        takeovers += each.to == "MASTER" ? 1 : 0;
        EXPECT_TRUE(each.to != "MASTER" || each.reason == "probes_lost") << each.instance << ": " << each.reason;
    }
    EXPECT_EQ(takeovers, 2U);
}

TEST(SharedSession, AnAdvertForOneVridRefutesTheLossForTheOther)
{
    // An advert for VRID 51, every 200 ms, falls into each loss, which takes 300 ms to find; hardly one for VRID 52
    // does.
    const std::string detection = "fast_detect interval 100ms multiplier 3";
    lab::segment lan = make_lan("generic", {"first", "second"});
    const xvrrpd active(lan["first"].ns(), two_vrids(255, "10", detection));
    const xvrrpd backup(lan["second"].ns(), two_vrids(150, "10", detection));
    ASSERT_TRUE(both(active, "MASTER"));
    ASSERT_TRUE(both(backup, "BACKUP"));
    ASSERT_TRUE(eventually(15s, [&] { return backup.instance("VI_2").active.has_value(); }));
    ASSERT_TRUE(waits_for_session(backup, "up"));
    block(lan, lan["first"], {blocked::probes});
    EXPECT_TRUE(waits_for_session(backup, "asking")) << "refuted twice: " << backup.log();
    EXPECT_EQ(backup.transitions("VI_1"), 1U) << backup.log();
    EXPECT_EQ(backup.transitions("VI_2"), 1U) << backup.log();
    const auto all = sessions_of(backup);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].refuted, 2U);
    EXPECT_EQ(all[0].damping, 1U);
}

TEST(ReloadedSession, SwitchedOffItNoLongerMakesARouterHasty)
{
    duo routers;
    ASSERT_TRUE(routers.settles());
    auto& [lan, active, backup] = routers;
    backup.write_configuration(file_of(probing_instance(150, "fast_detect off")));
    ASSERT_TRUE(backup.reload().ok());
    active.write_configuration(file_of(probing_instance(100)));
    ASSERT_TRUE(active.reload().ok());
    EXPECT_TRUE(backup.wait_for_state("VI_1", "MASTER"));
    const auto takeover = last_takeover(backup);
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "preempted") << "as without fast_detect";
}

} // namespace
} // namespace xvrrp::test
