// SPDX-License-Identifier: BSD-2-Clause
//
// Fast failure detection beside routers that know nothing of it: they are judged by their adverts, and whoever of all
// is the best takes over in the end.
#include <algorithm>

#include "fast_world.hpp"
#include "lab/peers.hpp"

namespace xvrrp::test {
namespace {

/// Adverts once a second, of VRID 51, from another implementation.
class keepalived_peer {
public:
    keepalived_peer(const lab::host& place, unsigned priority)
        : daemon_(must(lab::keepalived::start(place.ns(), configuration_text({probing_instance(priority)}))))
    {
    }
    [[nodiscard]] bool is_active() const { return daemon_.state("VI_1") == "MASTER"; }
    [[nodiscard]] bool is_backup() const { return daemon_.state("VI_1") == "BACKUP"; }
    [[nodiscard]] bool becomes_active() const
    {
        return eventually(10s, [&] { return is_active(); });
    }
    [[nodiscard]] bool becomes_backup() const
    {
        return eventually(10s, [&] { return is_backup(); });
    }

private:
    lab::keepalived daemon_;
};

TEST(FastInterop, KeepalivedAndFrrAreAskedSaidToAnswerNothingAndJudgedByTheirAdverts)
{
    lab::segment lan = make_lan("generic", {"keepalived", "frr", "backup"});
    const keepalived_peer keepalived(lan["keepalived"], 200);
    const auto frr = must(lab::frr::start(lan["frr"].ns(), {.vrid = 52, .priority = 200, .ipv4 = {"10.0.0.71"}}));
    instance_text beside_frr = probing_instance(150);
    beside_frr.name = "VI_2";
    beside_frr.vrid = 52;
    beside_frr.addresses = {"10.0.0.71"};
    const xvrrpd backup(lan["backup"].ns(),
                        configuration_text({probing_instance(150), beside_frr}, {"xdp_mode generic"}));
    const std::vector<std::string> said{"10.0.0.1 doesn't answer probes", "10.0.0.2 doesn't answer probes"};
    for (const std::string& each : said) {
        ASSERT_TRUE(backup.wait_for_log(each, 25s)) << backup.log() << frr.log();
    }
    const auto sessions = sessions_of(backup);
    ASSERT_EQ(sessions.size(), 2U);
    for (const auto& each : sessions) {
        EXPECT_EQ(each.state, "asking") << each.peer;
        EXPECT_LE(each.probes_sent, 12U) << each.peer;
    }
    must(lan.cut(lan["keepalived"]));
    must(lan.cut(lan["frr"]));
    EXPECT_TRUE(throughout(2s, [&] { return backup.state("VI_1") == "BACKUP" && backup.state("VI_2") == "BACKUP"; }));
    EXPECT_TRUE(backup.wait_for_state("VI_1", "MASTER", 5s));
    EXPECT_TRUE(backup.wait_for_state("VI_2", "MASTER", 5s));
    for (const auto& each : failovers_of(backup)) {
        EXPECT_TRUE(each.to != "MASTER" || each.reason == "active_down_timer") << each.instance << ": " << each.reason;
    }
    for (const std::string& each : said) {
        EXPECT_EQ(backup.log().find(each), backup.log().rfind(each)) << "once";
    }
}

TEST(FastBesideKeepalived, KeepalivedAsThirdRouterStandsByWhileTheSecondTakesOver)
{
    lab::segment lan = make_lan("generic", {"first", "second", "third"});
    const xvrrpd first(lan["first"].ns(), file_of(probing_instance(200)));
    const xvrrpd second(lan["second"].ns(), file_of(probing_instance(150)));
    ASSERT_TRUE(first.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(waits_for_session(second, "up"));
    const keepalived_peer third(lan["third"], 100);
    ASSERT_TRUE(third.becomes_backup());
    must(lan.cut(lan["first"]));
    EXPECT_TRUE(second.wait_for_state("VI_1", "MASTER", 1s));
    EXPECT_TRUE(throughout(4s, [&] { return third.is_backup(); }));
    EXPECT_EQ(second.state("VI_1"), "MASTER");
}

TEST(FastBesideKeepalived, KeepalivedThatDiesAsActiveRouterIsReplacedByTheBetterBackupWhenItsAdvertsAreMissed)
{
    lab::segment lan = make_lan("generic", {"first", "second", "third"});
    const keepalived_peer active(lan["first"], 200);
    const xvrrpd better(lan["second"].ns(), file_of(probing_instance(150)));
    const xvrrpd worse(lan["third"].ns(), file_of(probing_instance(100)));
    ASSERT_TRUE(active.becomes_active());
    ASSERT_TRUE(waits_for_session(better, "asking"));
    ASSERT_TRUE(waits_for_session(worse, "asking"));
    must(lan.cut(lan["first"]));
    EXPECT_TRUE(throughout(2s, [&] { return better.state("VI_1") == "BACKUP"; }));
    EXPECT_TRUE(better.wait_for_state("VI_1", "MASTER", 5s));
    EXPECT_EQ(last_takeover(better)->reason, "active_down_timer");
    EXPECT_TRUE(eventually(15s, [&] {
        const auto all = sessions_of(worse);
        return std::ranges::any_of(all, [](const auto& each) { return each.peer == "10.0.0.2" && each.state == "up"; });
    })) << "it probes the successor now";
    EXPECT_EQ(worse.transitions("VI_1"), 1U) << "BACKUP, and nothing after it";
}

TEST(FastBesideKeepalived, KeepalivedBetweenTwoTakesOverFromTheWorseOneThatWasQuicker)
{
    lab::segment lan = make_lan("generic", {"first", "second", "third"});
    xvrrpd first(lan["first"].ns(), file_of(probing_instance(200)));
    const xvrrpd third(lan["third"].ns(), file_of(probing_instance(100)));
    ASSERT_TRUE(first.wait_for_state("VI_1", "MASTER"));
    const keepalived_peer second(lan["second"], 150);
    ASSERT_TRUE(second.becomes_backup());
    ASSERT_TRUE(waits_for_session(third, "up"));
    first.kill();
    EXPECT_TRUE(third.wait_for_state("VI_1", "MASTER", 2s)) << "told at once, where keepalived waits for adverts";
    EXPECT_TRUE(second.becomes_active()) << "adverts of a lower priority don't hold it up";
    EXPECT_TRUE(third.wait_for_state("VI_1", "BACKUP", 2s));
    EXPECT_TRUE(throughout(1s, [&] { return second.is_active() && third.state("VI_1") == "BACKUP"; }));
}

} // namespace
} // namespace xvrrp::test
