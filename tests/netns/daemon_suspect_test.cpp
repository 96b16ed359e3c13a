// SPDX-License-Identifier: BSD-2-Clause
//
// The configuration changes while a router is suspect. Losses take seconds here, in which a reload has to fit.
#include "fast_world.hpp"

namespace xvrrp::test {
namespace {

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
