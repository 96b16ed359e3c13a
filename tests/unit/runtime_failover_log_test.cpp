// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/failover_log.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <regex>
#include <set>

#include "core/event.hpp"
#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours(1)};

failover takeover(const std::string& instance, time_point decided)
{
    failover what;
    what.instance = instance;
    what.change = {.from = core::state::backup,
                   .to = core::state::active,
                   .why = core::reason::probes_lost,
                   .other = plan::test::ip("10.0.0.2"),
                   .other_priority = {200}};
    what.decided = decided;
    return what;
}

failover yielding(const std::string& instance, time_point decided)
{
    failover what = takeover(instance, decided);
    what.change.from = core::state::active;
    what.change.to = core::state::backup;
    what.change.why = core::reason::higher_priority;
    return what;
}

TEST(FailoverLog, StagesAreMicrosecondsFromTheDecision)
{
    failover what = takeover("VI_1", start);
    what.last_advert = start - 600ms;
    what.first_unanswered_probe = start - 3100us;
    what.loss_detected = start - 45us;
    what.addresses_in_place = start + 90400ns;
    what.advert_sent = start + 120us;
    what.first_garp_sent = start + 130us;
    what.last_garp_sent = start + 1540us;
    const control::failover_report report = to_report(what);
    EXPECT_EQ(report.instance, "VI_1");
    EXPECT_EQ(report.from, "BACKUP");
    EXPECT_EQ(report.to, "MASTER");
    EXPECT_EQ(report.reason, "probes_lost");
    EXPECT_EQ(report.detected_by, "probe loss");
    EXPECT_EQ(report.other, "10.0.0.2");
    EXPECT_EQ(report.other_priority, 200U);
    EXPECT_EQ(report.stages.last_advert_microseconds, -600'000.0);
    EXPECT_EQ(report.stages.first_unanswered_probe_microseconds, -3100.0);
    EXPECT_EQ(report.stages.loss_detected_microseconds, -45.0);
    EXPECT_EQ(report.stages.addresses_microseconds, 90.4);
    EXPECT_EQ(report.stages.advert_microseconds, 120.0);
    EXPECT_EQ(report.stages.first_garp_microseconds, 130.0);
    EXPECT_EQ(report.stages.last_garp_microseconds, 1540.0);
    EXPECT_EQ(report.stages.first_packet_microseconds, std::nullopt);
}

TEST(FailoverLog, TheTimeHasMicrosecondsAndAnOffset)
{
    failover what = takeover("VI_1", start);
    what.when = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000) + 1234us);
    const std::string text = to_report(what).when;
    EXPECT_TRUE(std::regex_match(text, std::regex(R"(2023-11-1[45]T\d\d:\d\d:20\.001234[+-]\d\d:\d\d)"))) << text;
}

TEST(FailoverLog, EveryReasonHasANameOfItsOwn)
{
    std::set<std::string_view> names;
    for (int why = 0; why <= static_cast<int>(core::reason::timer_expired); ++why) {
        names.insert(reason_name(static_cast<core::reason>(why)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(core::reason::timer_expired) + 1);
    EXPECT_FALSE(names.contains("unknown"));
}

TEST(FailoverLog, HowALossWasDetected)
{
    const auto detected = [](core::reason why, std::uint8_t other_priority = 200) {
        failover what = takeover("VI_1", start);
        what.change.why = why;
        what.change.other_priority = {other_priority};
        return to_report(what).detected_by;
    };
    EXPECT_EQ(detected(core::reason::active_down_timer), "Active_Down_Timer");
    EXPECT_EQ(detected(core::reason::priority_zero), "priority 0");
    EXPECT_EQ(detected(core::reason::peer_dead), "AdminDown");
    EXPECT_EQ(detected(core::reason::peer_yielded), "advert");
    EXPECT_EQ(detected(core::reason::peer_yielded, 0), "priority 0") << "of a router that is dead";
    EXPECT_EQ(detected(core::reason::deposed), "fence");
    EXPECT_EQ(detected(core::reason::shutdown), "operator");
}

TEST(FailoverLog, WhichFaultItWas)
{
    const auto detected = [](core::fault which) {
        failover what = yielding("VI_1", start);
        what.change.to = core::state::initialize;
        what.change.why = core::reason::fault;
        what.faults = static_cast<std::uint32_t>(which);
        return to_report(what).detected_by;
    };
    EXPECT_EQ(detected(core::fault::link_down), "link");
    EXPECT_EQ(detected(core::fault::interface_missing), "link");
    EXPECT_EQ(detected(core::fault::no_address), "address");
    EXPECT_EQ(detected(core::fault::not_attached), "attachment");
    EXPECT_EQ(detected(core::fault::tracked_interface), "tracked interface");
    EXPECT_EQ(detected(core::fault::tracked_script), "tracked script");
}

TEST(FailoverLog, WithoutAnotherRouterThereIsNoneInTheReport)
{
    failover what = takeover("VI_1", start);
    what.change.other.reset();
    EXPECT_EQ(to_report(what).other, "");
    EXPECT_EQ(to_report(what).other_priority, 0U);
}

TEST(FailoverLog, AFaultIsNamedAsTheStatusNamesIt)
{
    failover what = yielding("VI_1", start);
    what.change.to = core::state::initialize;
    what.faults = static_cast<std::uint32_t>(core::fault::link_down);
    EXPECT_EQ(to_report(what).to, "FAULT");
}

TEST(FailoverLog, KeepsTheNewest)
{
    failover_log log;
    for (std::size_t i = 0; i < failover_log::most_records + 10; ++i) {
        log.add(takeover("VI_" + std::to_string(i), start));
    }
    const auto reports = log.report();
    ASSERT_EQ(reports.size(), failover_log::most_records);
    EXPECT_EQ(reports.front().instance, "VI_10") << "oldest first";
    EXPECT_EQ(reports.back().instance, "VI_1033");
    EXPECT_EQ(log.last_takeover("VI_9"), nullptr);
}

TEST(FailoverLog, TheFirstPacketBelongsToTheLastTakeoverOfItsInstance)
{
    failover_log log;
    log.add(takeover("VI_1", start));
    log.add(takeover("VI_2", start + 1s));
    log.add(takeover("VI_1", start + 2s));
    log.add(yielding("VI_1", start + 3s));
    log.note_first_packet("VI_1", start + 2s + 700us);
    log.note_first_packet("VI_1", start + 2s + 900us);
    log.note_first_packet("VI_1", start + 2s + 500us);
    const auto reports = log.report();
    EXPECT_EQ(reports[0].stages.first_packet_microseconds, std::nullopt);
    EXPECT_EQ(reports[1].stages.first_packet_microseconds, std::nullopt);
    EXPECT_EQ(reports[2].stages.first_packet_microseconds, 500.0) << "of several addresses the first one's";
    EXPECT_EQ(reports[3].stages.first_packet_microseconds, std::nullopt);
}

TEST(FailoverLog, APacketOfAnEarlierTakeoverIsNoneOfThisOne)
{
    failover_log log;
    log.note_first_packet("VI_1", start);
    log.add(takeover("VI_1", start));
    log.note_first_packet("VI_1", start - 1ns);
    EXPECT_EQ(log.report()[0].stages.first_packet_microseconds, std::nullopt);
}

TEST(FailoverLog, AStageMayComeLater)
{
    failover_log log;
    log.add(takeover("VI_1", start));
    failover* const last = log.last_takeover("VI_1");
    ASSERT_NE(last, nullptr);
    last->last_garp_sent = start + 15ms;
    EXPECT_EQ(log.report()[0].stages.last_garp_microseconds, 15'000.0);
}

} // namespace
} // namespace xvrrp::runtime
