// SPDX-License-Identifier: BSD-2-Clause
//
// Sessions end to end where something else happens to them than the death of the router that is probed: it is followed
// for several VRIDs, the configuration changes while it is suspect, or our own XDP program is taken away.
#include "fast_world.hpp"

namespace xvrrp::test {
namespace {

class Sessions : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Sessions, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Sessions, ADetachedProgramOfOurOwnIsNoTakeover)
{
    lab::segment lan = make_lan(mode(), {"first", "second"});
    const xvrrpd active(lan["first"].ns(), file_of(probing_instance(200), mode()));
    const xvrrpd backup(lan["second"].ns(), file_of(probing_instance(150), mode()));
    ASSERT_TRUE(active.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(backup.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(waits_for_session(backup, "up"));
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
    lab::segment lan = make_lan("generic", {"first", "second"});
    const xvrrpd active(lan["first"].ns(), file_of(probing_instance(200)));
    const xvrrpd backup(lan["second"].ns(), file_of(probing_instance(150)));
    ASSERT_TRUE(active.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(backup.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(waits_for_session(backup, "up"));
    backup.write_configuration(file_of(probing_instance(150, "fast_detect off")));
    ASSERT_TRUE(backup.reload().ok());
    active.write_configuration(file_of(probing_instance(100)));
    ASSERT_TRUE(active.reload().ok());
    EXPECT_TRUE(backup.wait_for_state("VI_1", "MASTER"));
    const auto takeover = last_takeover(backup);
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "preempted") << "as without fast_detect";
}

/// Two routers of which the first, the owner, is cut off: three seconds pass until that is a loss, and half as much
/// again until its adverts are missed, so that what happens to the second happens while the first is suspect.
class Suspect : public ::testing::Test {
protected:
    static constexpr const char* slow_probes = "fast_detect interval 300ms multiplier 10";

    static instance_text slow_instance(unsigned priority, const std::string& detection = slow_probes)
    {
        instance_text instance = probing_instance(priority, detection);
        instance.advert_int = "2";
        return instance;
    }
    [[nodiscard]] bool is_suspect() const
    {
        const auto all = sessions_of(backup);
        return all.size() == 1 && all[0].state == "up" && all[0].probes_sent >= all[0].replies + 2;
    }
    /// Cuts the first off, and exchanges the second's configuration once that has been noticed.
    void reload_while_suspect(const instance_text& next)
    {
        ASSERT_TRUE(active.wait_for_state("VI_1", "MASTER"));
        ASSERT_TRUE(waits_for_session(backup, "up")) << backup.log();
        backup.write_configuration(file_of(next));
        must(lan.cut(lan["first"]));
        ASSERT_TRUE(eventually(3s, [&] { return is_suspect(); }));
        ASSERT_TRUE(backup.reload().ok());
        ASSERT_EQ(backup.state("VI_1"), "BACKUP");
    }
    void expect_takeover(const std::string& reason) const
    {
        EXPECT_TRUE(backup.wait_for_state("VI_1", "MASTER")) << backup.log();
        const auto takeover = last_takeover(backup);
        ASSERT_TRUE(takeover);
        EXPECT_EQ(takeover->reason, reason);
        EXPECT_EQ(backup.transitions("VI_1"), 2U);
    }

    lab::segment lan = make_lan("generic", {"first", "second"});
    xvrrpd active{lan["first"].ns(), file_of(slow_instance(255))};
    xvrrpd backup{lan["second"].ns(), file_of(slow_instance(150))};
};

TEST_F(Suspect, TheSameFileChangesNothing)
{
    reload_while_suspect(slow_instance(150));
    expect_takeover("probes_lost");
}

TEST_F(Suspect, AnotherMultiplierCountsWhatIsMissedAlready)
{
    reload_while_suspect(slow_instance(150, "fast_detect interval 300ms multiplier 6"));
    expect_takeover("probes_lost");
}

TEST_F(Suspect, AnotherIntervalIsProbedAt)
{
    reload_while_suspect(slow_instance(150, "fast_detect interval 100ms multiplier 10"));
    expect_takeover("probes_lost");
}

TEST_F(Suspect, WithoutFastDetectItsAdvertsAreMissed)
{
    reload_while_suspect(slow_instance(150, "fast_detect off"));
    EXPECT_TRUE(sessions_of(backup).empty() || sessions_of(backup)[0].state != "lost");
    expect_takeover("active_down_timer");
}

TEST_F(Suspect, FromAnotherAddressItIsAskedAnewAndItsAdvertsAreMissed)
{
    must(lan["second"].ns().ip("addr add 10.0.0.22/24 dev eth0"));
    instance_text moved = slow_instance(150);
    moved.more.emplace_back("mcast_src_ip 10.0.0.22");
    reload_while_suspect(moved);
    const auto all = sessions_of(backup);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].source, "10.0.0.22");
    EXPECT_EQ(all[0].state, "asking");
    expect_takeover("active_down_timer");
}

TEST_F(Suspect, ItIsClearedByItsAnswersToTheNewProbes)
{
    reload_while_suspect(slow_instance(150, "fast_detect interval 300ms multiplier 20"));
    must(lan.restore(lan["first"]));
    const auto answered = sessions_of(backup).at(0).replies;
    EXPECT_TRUE(eventually(10s, [&] { return sessions_of(backup).at(0).replies > answered + 20; }, 50ms));
    EXPECT_EQ(backup.transitions("VI_1"), 1U) << backup.log();
    EXPECT_EQ(sessions_of(backup).at(0).losses, 0U);
}

} // namespace
} // namespace xvrrp::test
