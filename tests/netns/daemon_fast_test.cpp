// SPDX-License-Identifier: BSD-2-Clause
//
// Fast failure detection, end to end: adverts once a second, as everybody has them, and a dead router replaced in
// milliseconds; a living one never.
#include <algorithm>

#include "fast_world.hpp"
#include "lab/probe.hpp"

namespace xvrrp::test {
namespace {

class Fast : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Fast, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Fast, ARouterThatIsCutOffIsReplacedLongBeforeItsAdvertsAreMissed)
{
    trio routers(mode());
    ASSERT_TRUE(routers.settles());
    lab::probe client = must(lab::probe::start(routers.lan["client"], vip, 1ms));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    must(routers.lan.cut(routers.lan["first"]));
    ASSERT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 3s));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    const lab::probe_report seen = client.stop();
    EXPECT_LT(seen.longest_gap, well_before_any_timer + seen.longest_stall);
    EXPECT_EQ(seen.last_answer, routers.lan["second"].mac());
    const auto takeover = last_takeover(routers.second());
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "probes_lost");
    EXPECT_EQ(takeover->detected_by, "probe loss");
    EXPECT_TRUE(takeover->stages.last_advert_microseconds && takeover->stages.first_unanswered_probe_microseconds &&
                takeover->stages.loss_detected_microseconds && takeover->stages.last_garp_microseconds);
    EXPECT_LT(takeover->stages.first_unanswered_probe_microseconds, takeover->stages.loss_detected_microseconds);
    if (mode() != "socket") {
        EXPECT_TRUE(eventually(5s, [&] {
            const auto now = last_takeover(routers.second());
            return now && now->stages.first_packet_microseconds.has_value();
        }));
    }
    EXPECT_TRUE(waits_for_session(routers.third(), "up")) << "it probes the successor now";
    EXPECT_EQ(routers.third().state("VI_1"), "BACKUP");
    // Home again: the better router preempts, and the others probe it once more.
    must(routers.lan.restore(routers.lan["first"]));
    EXPECT_TRUE(routers.second().wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(routers.first().state("VI_1"), "MASTER");
    EXPECT_TRUE(waits_for_session(routers.second(), "up") || sessions_of(routers.second()).size() > 1);
}

TEST_P(Fast, AStoppedRouterLosesNothing)
{
    trio routers(mode());
    ASSERT_TRUE(routers.settles());
    lab::probe client = must(lab::probe::start(routers.lan["client"], vip, 1ms));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    EXPECT_EQ(routers.first().stop(), 0);
    EXPECT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 5s));
    ASSERT_TRUE(client.wait_for_answers(200, 5s));
    const lab::probe_report seen = client.stop();
    EXPECT_EQ(seen.lost(), 0U);
    EXPECT_EQ(routers.third().transitions("VI_1"), 1U) << "BACKUP, and nothing after it";
}

class FastInKernel : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, FastInKernel, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(FastInKernel, AKilledDaemonIsReplacedAndItsHostServesNoMore)
{
    trio routers(mode());
    ASSERT_TRUE(routers.settles());
    lab::probe client = must(lab::probe::start(routers.lan["client"], vip, 1ms));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    routers.first().kill();
    ASSERT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 2s));
    ASSERT_TRUE(eventually(2s, [&] { return client.report().last_answer == routers.lan["second"].mac(); }));
    const auto from_the_dead = client.report().answers[routers.lan["first"].mac()];
    ASSERT_TRUE(client.wait_for_answers(1000, 10s));
    const lab::probe_report seen = client.stop();
    EXPECT_EQ(seen.answers.at(routers.lan["first"].mac()), from_the_dead);
    EXPECT_EQ(seen.duplicates, 0U);
    EXPECT_LT(seen.longest_gap, well_before_any_timer + seen.longest_stall);
    EXPECT_TRUE(routers.lan["first"].ns().has_address(vip)) << "nobody removed it: the fence keeps it silent";
    const auto takeover = last_takeover(routers.second());
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "peer_dead");
}

/// A router of unicast peers, or of IPv6: the first of two, which is cut off.
void expect_fast_takeover(const std::string& mode, const instance_text& better, const instance_text& worse)
{
    lab::segment lan = make_lan(mode, {"first", "second"});
    const xvrrpd first(lan["first"].ns(), file_of(better, mode));
    const xvrrpd second(lan["second"].ns(), file_of(worse, mode));
    ASSERT_TRUE(first.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(second.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(waits_for_session(second, "up")) << second.log();
    must(lan.cut(lan["first"]));
    EXPECT_TRUE(second.wait_for_state("VI_1", "MASTER", 1500ms));
    const auto takeover = last_takeover(second);
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "probes_lost");
}

class FastFamilies : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, FastFamilies, ::testing::Values("socket", "generic"), mode_name_of);

TEST_P(FastFamilies, UnicastPeersProbeEachOther)
{
    instance_text first = probing_instance(200);
    first.unicast_src_ip = "10.0.0.1";
    first.unicast_peers = {"10.0.0.2"};
    instance_text second = probing_instance(150);
    second.unicast_src_ip = "10.0.0.2";
    second.unicast_peers = {"10.0.0.1"};
    expect_fast_takeover(mode(), first, second);
}

TEST_P(FastFamilies, IPv6RoutersProbeEachOther)
{
    instance_text first = probing_instance(200);
    first.addresses = {"fe80::70", "2001:db8::70"};
    instance_text second = first;
    second.priority = 150;
    expect_fast_takeover(mode(), first, second);
}

TEST(FastRules, LostAdvertsAloneAreJudgedByTheirTimer)
{
    trio routers("generic");
    ASSERT_TRUE(routers.settles());
    block(routers.lan, routers.lan["first"], {blocked::adverts});
    EXPECT_TRUE(throughout(2s, [&] { return routers.second().state("VI_1") == "BACKUP"; }));
    EXPECT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 5s)) << "a reply never extends a timer";
    const auto takeover = last_takeover(routers.second());
    ASSERT_TRUE(takeover);
    EXPECT_EQ(takeover->reason, "active_down_timer");
}

TEST(FastRules, LostProbesAreVetoedByAnAdvert)
{
    // An advert every 200 ms falls into each loss, which takes 300 ms to find.
    lab::segment lan = make_lan("generic", {"first", "second"});
    instance_text first = probing_instance(200, "fast_detect interval 100ms multiplier 3");
    first.advert_int = "0.2";
    instance_text second = first;
    second.priority = 150;
    const xvrrpd active(lan["first"].ns(), file_of(first));
    const xvrrpd backup(lan["second"].ns(), file_of(second));
    ASSERT_TRUE(active.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(backup.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(waits_for_session(backup, "up"));
    block(lan, lan["first"], {blocked::probes});
    EXPECT_TRUE(waits_for_session(backup, "asking")) << "it lives, and answers no probes any more";
    EXPECT_TRUE(throughout(1s, [&] { return backup.state("VI_1") == "BACKUP"; }));
    EXPECT_EQ(backup.transitions("VI_1"), 1U) << backup.log();
    EXPECT_NE(backup.log().find("not taken for dead"), std::string::npos);
    unblock(lan, lan["first"]);
    EXPECT_TRUE(waits_for_session(backup, "up"));
}

TEST(FastRules, AFalseTakeoverIsUndoneAtOnceAndMakesTheNextHarder)
{
    duo routers;
    ASSERT_TRUE(routers.settles());
    auto& [lan, active, backup] = routers;
    block(lan, lan["first"], {blocked::probes});
    ASSERT_TRUE(eventually(5s, [&] {
        return backup.log().find("was taken for dead and is alive") != std::string::npos;
    })) << backup.log();
    EXPECT_TRUE(eventually(10s,
                           [&] {
                               const unsigned so_far = backup.transitions("VI_1");
                               return throughout(2s, [&] {
                                   return backup.state("VI_1") == "BACKUP" && backup.transitions("VI_1") == so_far;
                               });
                           }))
        << "once lost, it isn't lost again before it answers: " << backup.log();
    EXPECT_EQ(active.state("VI_1"), "MASTER");
    const auto all = sessions_of(backup);
    ASSERT_EQ(all.size(), 1U);
    // Two if the advert that undoes the first one is read in the same turn: the session gets the benefit of it once.
    EXPECT_GE(all[0].false_takeovers, 1U);
    EXPECT_LE(all[0].false_takeovers, 2U);
    EXPECT_EQ(all[0].damping, 1U << all[0].false_takeovers);
    unblock(lan, lan["first"]);
    EXPECT_TRUE(waits_for_session(backup, "up"));
}

TEST(FastRules, ProbesThatNeverArriveLeaveTheirSenderBackup)
{
    duo routers;
    ASSERT_TRUE(routers.settles());
    auto& [lan, active, backup] = routers;
    block(lan, lan["second"], {blocked::probes});
    ASSERT_TRUE(eventually(5s, [&] {
        return backup.log().find("was taken for dead and is alive") != std::string::npos;
    })) << backup.log();
    EXPECT_TRUE(backup.wait_for_state("VI_1", "BACKUP", 1s));
    EXPECT_TRUE(throughout(2s, [&] { return backup.state("VI_1") == "BACKUP"; }));
    EXPECT_EQ(active.transitions("VI_1"), 2U) << "BACKUP, MASTER, and nothing after it";
    unblock(lan, lan["second"]);
    EXPECT_TRUE(waits_for_session(backup, "up"));
}

TEST(FastRules, ARouterThatHearsButIsNotHeardIsReplacedAndSettlesWithItsSuccessorWhenItIsHeard)
{
    trio routers("generic");
    ASSERT_TRUE(routers.settles());
    block(routers.lan, routers.lan["first"], {blocked::adverts, blocked::probes});
    EXPECT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 2s));
    EXPECT_EQ(last_takeover(routers.second())->reason, "probes_lost");
    EXPECT_TRUE(throughout(1s, [&] { return routers.second().state("VI_1") == "MASTER"; }));
    EXPECT_EQ(routers.first().state("VI_1"), "MASTER") << "it hears adverts of lower priority alone";
    EXPECT_EQ(routers.third().state("VI_1"), "BACKUP");
    unblock(routers.lan, routers.lan["first"]);
    EXPECT_TRUE(routers.second().wait_for_state("VI_1", "BACKUP", 3s));
    EXPECT_TRUE(throughout(1s, [&] {
        return routers.first().state("VI_1") == "MASTER" && routers.second().state("VI_1") == "BACKUP" &&
               routers.third().state("VI_1") == "BACKUP";
    }));
    EXPECT_EQ(routers.first().transitions("VI_1"), 2U) << "BACKUP, MASTER, and nothing after it";
}

TEST(FastRules, APulledCableOfOurOwnIsAFaultAndNoTakeover)
{
    lab::segment lan = make_lan("generic", {"first", "second"});
    const xvrrpd active(lan["first"].ns(), file_of(probing_instance(200)));
    const xvrrpd backup(lan["second"].ns(), file_of(probing_instance(150)));
    ASSERT_TRUE(backup.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(waits_for_session(backup, "up"));
    must(lan.carrier(lan["second"], false));
    EXPECT_TRUE(backup.wait_for_state("VI_1", "FAULT"));
    must(lan.carrier(lan["second"], true));
    EXPECT_TRUE(backup.wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(waits_for_session(backup, "up"));
    EXPECT_FALSE(last_takeover(backup)) << backup.log();
}

TEST(FastRules, AReloadWhileTheRouterIsSuspectChangesNothing)
{
    trio routers("generic");
    ASSERT_TRUE(routers.settles());
    for (int round = 0; round < 3; ++round) {
        must(routers.lan.cut(routers.lan["first"]));
        for (int reloads = 0; reloads < 3; ++reloads) {
            routers.second().hangup();
        }
        EXPECT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 2s));
        must(routers.lan.restore(routers.lan["first"]));
        EXPECT_TRUE(routers.second().wait_for_state("VI_1", "BACKUP"));
        ASSERT_TRUE(eventually(10s, [&] {
            return std::ranges::any_of(sessions_of(routers.second()),
                                       [](const auto& each) { return each.peer == "10.0.0.1" && each.state == "up"; });
        }));
        const auto takeover = last_takeover(routers.second());
        ASSERT_TRUE(takeover);
        EXPECT_EQ(takeover->reason, "probes_lost");
    }
}

} // namespace
} // namespace xvrrp::test
