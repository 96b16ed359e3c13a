// SPDX-License-Identifier: BSD-2-Clause
//
// A daemon that hangs: its successor takes over at the hang limit, its own kernel keeps it silent from then on, and it
// comes back as any Backup does, whatever became of the others meanwhile.
#include <algorithm>

#include "fast_world.hpp"
#include "lab/capture.hpp"
#include "lab/probe.hpp"

namespace xvrrp::test {
namespace {

constexpr const char* short_hang_limit = "fast_detect interval 10ms multiplier 3 hang_limit 300ms";

class Deposed : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Deposed, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Deposed, AFrozenRouterIsReplacedAtItsHangLimitAndComesBackWithAClaim)
{
    trio routers(mode(), short_hang_limit);
    ASSERT_TRUE(routers.settles());
    lab::probe client = must(lab::probe::start(routers.lan["client"], vip, 1ms));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    routers.first().freeze();
    ASSERT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 300ms + well_before_any_timer));
    ASSERT_TRUE(eventually(2s, [&] { return client.report().last_answer == routers.lan["second"].mac(); }));
    const auto from_the_frozen = client.report().answers[routers.lan["first"].mac()];
    ASSERT_TRUE(client.wait_for_answers(500, 5s));
    EXPECT_EQ(client.report().answers[routers.lan["first"].mac()], from_the_frozen);
    routers.first().thaw();
    EXPECT_TRUE(routers.first().wait_for_state("VI_1", "BACKUP", 2s));
    EXPECT_NE(routers.first().log().find("this process hung, and 10.0.0.2 took over meanwhile"), std::string::npos);
    EXPECT_EQ(routers.second().state("VI_1"), "MASTER");
    // It preempts as any Backup of a higher priority does.
    EXPECT_TRUE(routers.first().wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(routers.second().wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(eventually(2s, [&] { return client.report().last_answer == routers.lan["first"].mac(); }));
    ASSERT_TRUE(client.wait_for_answers(200, 5s));
    const lab::probe_report seen = client.stop();
    EXPECT_EQ(seen.duplicates, 0U);
    EXPECT_LT(seen.longest_gap, well_before_any_timer + seen.longest_stall);
    EXPECT_EQ(routers.third().state("VI_1"), "BACKUP");
}

/// VI_1 to VI_3 with VIPs from 10.0.0.70 on, of which the first alone has a short hang limit.
std::string file_of_three(unsigned priority, const std::string& mode, const std::string& detection_of_the_third)
{
    std::vector<instance_text> all;
    for (const std::string& detection :
         {std::string(short_hang_limit), std::string(probes_10ms), detection_of_the_third}) {
        instance_text each = probing_instance(priority, detection);
        each.more.emplace_back("nopreempt");
        const auto number = static_cast<unsigned>(all.size());
        each.name = "VI_" + std::to_string(1 + number);
        each.vrid += number;
        each.addresses = {"10.0.0." + std::to_string(70 + number)};
        all.push_back(each);
    }
    return configuration_text(all, {"xdp_mode " + mode});
}

TEST_P(Deposed, OfEveryRouterWhoseAdvertsComeFromTheAddressWithTheShortHangLimit)
{
    lab::segment lan = make_lan(mode(), {"first", "second", "client"});
    xvrrpd first(lan["first"].ns(), file_of_three(200, mode(), "fast_detect off"));
    const xvrrpd second(lan["second"].ns(), file_of_three(100, mode(), probes_10ms));
    const std::vector<std::string> all{"VI_1", "VI_2", "VI_3"};
    const auto are = [&all](const xvrrpd& router, const std::string& state, std::chrono::milliseconds within) {
        return eventually(within, [&] {
            return std::ranges::all_of(all, [&](const auto& each) { return router.state(each) == state; });
        });
    };
    ASSERT_TRUE(are(first, "MASTER", 15s));
    ASSERT_TRUE(are(second, "BACKUP", 10s));
    ASSERT_TRUE(waits_for_session(second, "up"));
    lab::capture heard = must(lab::capture::start(lan));
    first.freeze();
    ASSERT_TRUE(are(second, "MASTER", 300ms + well_before_any_timer));
    const time_point taken = std::chrono::steady_clock::now();
    std::ignore = lan["client"].ns().ip("neigh flush dev eth0");
    for (const char* each : {"10.0.0.70", "10.0.0.71", "10.0.0.72"}) {
        EXPECT_TRUE(can_ping(lan["client"], each));
    }
    first.thaw();
    EXPECT_TRUE(are(first, "BACKUP", 2s));
    heard.stop();
    EXPECT_TRUE(std::ranges::none_of(heard.claims(), [&](const lab::address_claim& each) {
        return each.host == "first" && each.time > taken;
    })) << "it answers for none of them";
    for (const std::string& each : all) {
        EXPECT_TRUE(first.wait_for_log("(" + each + ") this process hung, and 10.0.0.2 took over")) << first.log();
    }
}

/// How many of them hold the address as Active routers.
long count_active(const trio& routers)
{
    return std::ranges::count_if(routers.routers, [](const auto& each) { return each->state("VI_1") == "MASTER"; });
}

TEST_P(Deposed, ThawedAtAnyMomentOfTheTakeoverItLeavesOneActiveRouter)
{
    trio routers(mode(), short_hang_limit);
    ASSERT_TRUE(routers.settles());
    lab::probe client = must(lab::probe::start(routers.lan["client"], vip, 1ms));
    for (const auto frozen : {296ms, 303ms, 308ms, 330ms}) {
        routers.first().freeze();
        const auto until = std::chrono::steady_clock::now() + frozen;
        std::this_thread::sleep_until(until);
        routers.first().thaw();
        EXPECT_TRUE(eventually(10s, [&] {
            return routers.first().state("VI_1") == "MASTER" && count_active(routers) == 1;
        })) << frozen.count();
        ASSERT_TRUE(eventually(2s, [&] { return client.report().last_answer == routers.lan["first"].mac(); }))
            << frozen.count();
    }
    const lab::probe_report seen = client.stop();
    EXPECT_EQ(seen.duplicates, 0U);
    EXPECT_LT(seen.longest_gap, well_before_any_timer + seen.longest_stall);
}

TEST_P(Deposed, TheLastRouterAliveServesThoughItWasFenced)
{
    trio routers(mode(), short_hang_limit);
    ASSERT_TRUE(routers.settles());
    lab::probe client = must(lab::probe::start(routers.lan["client"], vip, 1ms));
    routers.first().freeze();
    ASSERT_TRUE(routers.second().wait_for_state("VI_1", "MASTER", 2s));
    routers.second().kill();
    ASSERT_TRUE(routers.third().wait_for_state("VI_1", "MASTER", 2s))
        << "the successor's reflector says that it is dead";
    routers.third().kill();
    routers.first().thaw();
    EXPECT_TRUE(routers.first().wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] { return client.report().last_answer == routers.lan["first"].mac(); }));
    const auto before = client.report();
    ASSERT_TRUE(client.wait_for_answers(300, 5s));
    const lab::probe_report after = client.stop();
    const auto by_first = [&](const lab::probe_report& report) {
        return report.answers.at(routers.lan["first"].mac());
    };
    EXPECT_GE(by_first(after) - by_first(before), 300U) << "nobody else answers";
}

/// Whether a ping is answered by whoever says now that it has the address.
bool finds(const lab::host& from, const std::string& target)
{
    must(from.ns().ip("neigh flush dev eth0"));
    return can_ping(from, target);
}

TEST_P(Deposed, AHostWhoseSuccessorDiesServesAgainWhenItsFenceRunsOutThoughItsDaemonIsStillFrozen)
{
    lab::segment lan = make_lan(mode(), {"first", "second", "client"});
    const auto router_of = [&](const char* role, unsigned priority) {
        return std::make_unique<xvrrpd>(lan[role].ns(), file_of(probing_instance(priority, short_hang_limit), mode()));
    };
    const auto first = router_of("first", 200);
    const auto second = router_of("second", 150);
    ASSERT_TRUE(first->wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(waits_for_session(*second, "up"));
    ASSERT_TRUE(finds(lan["client"], vip));
    first->freeze();
    ASSERT_TRUE(second->wait_for_state("VI_1", "MASTER", 2s));
    ASSERT_TRUE(finds(lan["client"], vip)) << "at the successor";
    must(lan.cut(lan["second"]));
    // Its Active_Down_Interval is 3.4 s, and its last advert a second old at most.
    EXPECT_FALSE(finds(lan["client"], vip)) << "the fence holds";
    EXPECT_TRUE(eventually(10s, [&] { return finds(lan["client"], vip); })) << "by the frozen host's kernel alone";
}

} // namespace
} // namespace xvrrp::test
