// SPDX-License-Identifier: BSD-2-Clause
//
// People grep for these lines.
#include "runtime/messages.hpp"

#include <gtest/gtest.h>

#include "plan_world.hpp"

namespace xvrrp::runtime {
namespace {

using lines = std::vector<std::string>;

lines of(core::state from, core::state to, core::reason why, std::uint32_t faults = 0)
{
    return transition_lines(
        plan::test::make_instance(),
        {.from = from, .to = to, .why = why, .other = plan::test::ip("10.0.0.2"), .other_priority = {150}}, {100},
        faults);
}

TEST(runtime_messages, transitions_have_keepaliveds_words)
{
    using enum core::state;
    EXPECT_EQ(of(initialize, backup, core::reason::startup), lines{"(VI_1) Entering BACKUP STATE (init)"});
    EXPECT_EQ(of(backup, active, core::reason::active_down_timer),
              (lines{"(VI_1) Receive advertisement timeout", "(VI_1) Entering MASTER STATE"}));
    EXPECT_EQ(of(active, backup, core::reason::higher_priority),
              (lines{"(VI_1) Master received advert from 10.0.0.2 with higher priority 150, ours 100",
                     "(VI_1) Entering BACKUP STATE"}));
    EXPECT_EQ(of(backup, initialize, core::reason::fault, static_cast<std::uint32_t>(core::fault::link_down)),
              (lines{"(VI_1) interface eth0 is down", "(VI_1) Entering FAULT STATE"}));
}

TEST(runtime_messages, what_probes_found_is_said)
{
    using enum core::state;
    EXPECT_EQ(of(backup, active, core::reason::probes_lost),
              (lines{"(VI_1) Master 10.0.0.2 answers no probes", "(VI_1) Entering MASTER STATE"}));
    EXPECT_EQ(of(backup, active, core::reason::peer_dead),
              (lines{"(VI_1) Master 10.0.0.2 says that its daemon is dead, hung or serves no more (AdminDown)",
                     "(VI_1) Entering MASTER STATE"}));
    EXPECT_EQ(of(active, backup, core::reason::deposed),
              (lines{"(VI_1) 10.0.0.2 with priority 150 took over while this daemon was not in control",
                     "(VI_1) Entering BACKUP STATE"}));
}

TEST(runtime_messages, a_master_that_yields_lowered_its_priority_or_resigned_dead)
{
    const auto of_priority = [](std::uint8_t theirs) {
        return transition_lines(plan::test::make_instance(),
                                {.from = core::state::backup,
                                 .to = core::state::active,
                                 .why = core::reason::peer_yielded,
                                 .other = plan::test::ip("10.0.0.2"),
                                 .other_priority = {theirs}},
                                {100}, 0)
            .front();
    };
    EXPECT_EQ(of_priority(90), "(VI_1) Master 10.0.0.2 lowered its priority to 90, ours 100");
    EXPECT_EQ(of_priority(0), "(VI_1) Master 10.0.0.2 is dead and sent priority 0");
}

TEST(runtime_messages, sessions_have_lines)
{
    const auto line = [](session_event what, duration detection_time = std::chrono::milliseconds(300)) {
        return session_line("eth0", plan::test::ip("10.0.0.2"), what, detection_time);
    };
    EXPECT_EQ(line(session_event::up), "eth0: 10.0.0.2 answers probes: its failure is detected within 300 ms");
    EXPECT_EQ(line(session_event::up, std::chrono::microseconds(900)),
              "eth0: 10.0.0.2 answers probes: its failure is detected within 0.9 ms");
    EXPECT_NE(line(session_event::not_capable).find("UDP 7784"), std::string::npos);
    EXPECT_EQ(line(session_event::lost), "eth0: 10.0.0.2 answers no probes any more");
    EXPECT_EQ(line(session_event::admin_down),
              "eth0: 10.0.0.2 says that its daemon is dead, hung or serves no more (AdminDown)");
    EXPECT_EQ(line(session_event::refuted),
              "eth0: 10.0.0.2 advertises though it answers no probes: not taken for dead");
    EXPECT_NE(line(session_event::damped, std::chrono::seconds(3)).find("within 3000 ms from now on"),
              std::string::npos);
}

TEST(runtime_messages, an_ipv4_router_without_an_address_says_so)
{
    EXPECT_EQ(fault_names(static_cast<std::uint32_t>(core::fault::no_address), plan::test::make_instance()),
              lines{"no IPv4 address for interface eth0"});
}

TEST(runtime_messages, a_losing_advert_forces_a_new_election)
{
    EXPECT_EQ(
        notice_line(
            plan::test::make_instance(),
            {.kind = core::notice_kind::lower_priority_advert, .source = plan::test::ip("10.0.0.2"), .priority = {90}},
            core::state::active, {100}),
        "(VI_1) Received advert from 10.0.0.2 with lower priority 90, ours 100, forcing new election");
}

TEST(runtime_messages, a_priority_of_zero_names_the_state_that_it_was_received_in)
{
    const core::notice heard{
        .kind = core::notice_kind::priority_zero_received, .source = plan::test::ip("10.0.0.2"), .priority = {0}};
    EXPECT_EQ(notice_line(plan::test::make_instance(), heard, core::state::backup, {100}),
              "(VI_1) Backup received priority 0 advertisement from 10.0.0.2");
    EXPECT_EQ(notice_line(plan::test::make_instance(), heard, core::state::active, {100}),
              "(VI_1) Master received priority 0 advertisement from 10.0.0.2");
}

TEST(runtime_messages, every_reason_for_a_drop_has_words)
{
    for (int reason = XVRRP_DROP_TRUNCATED; reason < XVRRP_REASONS; ++reason) {
        datapath::drop_counters drops{};
        drops.reason = static_cast<xvrrp_drop_reason>(reason);
        EXPECT_EQ(drop_line("eth0", drops, 1).find("unknown reason"), std::string::npos) << reason;
    }
}

TEST(runtime_messages, probes_and_replies_are_not_called_adverts)
{
    datapath::drop_counters drops{};
    drops.last_source = plan::test::ip("10.0.0.3");
    const auto line = [&](xvrrp_drop_reason reason, std::uint64_t count) {
        drops.reason = reason;
        return drop_line("eth0", drops, count);
    };
    EXPECT_EQ(line(XVRRP_DROP_PROBE_TTL, 12),
              "eth0: discarded 12 S-BFD probes with a hop limit other than 255, the last from 10.0.0.3");
    EXPECT_EQ(line(XVRRP_DROP_PROBE_RATE, 1),
              "eth0: discarded 1 S-BFD probe beyond what one source may send, the last from 10.0.0.3");
    EXPECT_EQ(line(XVRRP_DROP_REPLY, 1), "eth0: discarded 1 S-BFD reply to no probe of ours, the last from 10.0.0.3");
    for (int reason = XVRRP_DROP_PROBE_TTL; reason <= XVRRP_DROP_REPLY; ++reason) {
        EXPECT_EQ(line(static_cast<xvrrp_drop_reason>(reason), 2).find("advert"), std::string::npos) << reason;
    }
}

TEST(runtime_messages, scripts_have_keepaliveds_words)
{
    using kind = track::run_result::kind;
    const auto verdict = [](kind how, int value) {
        return script_line(
            {.script = "chk", .what = track::script_news::kind::verdict, .result = {.how = how, .value = value}});
    };
    EXPECT_EQ(verdict(kind::exited, 0), "VRRP_Script(chk) succeeded");
    EXPECT_EQ(verdict(kind::exited, 3), "VRRP_Script(chk) failed (exited with status 3)");
    EXPECT_EQ(verdict(kind::signalled, 9), "VRRP_Script(chk) failed (due to signal 9)");
    EXPECT_EQ(verdict(kind::timed_out, 0), "VRRP_Script(chk) timed_out");
    EXPECT_EQ(verdict(kind::not_run, 13), "VRRP_Script(chk) failed (could not be run: Permission denied)");
    EXPECT_EQ(script_line({.script = "chk",
                           .what = track::script_news::kind::now_returning,
                           .result = {.how = kind::exited, .value = 3}}),
              "Script `chk` now returning 3");
    EXPECT_EQ(script_line({.script = "chk", .what = track::script_news::kind::skipped_running, .result = {}}),
              "Track script chk is already running, expect idle - skipping run");
    EXPECT_EQ(script_line({.script = "chk", .what = track::script_news::kind::skipped_ending, .result = {}}),
              "Track script chk is being timed out, expect idle - skipping run");
    const vrrp_instance config = plan::test::make_instance();
    EXPECT_EQ(priority_line(config, priority{100}, priority{102}),
              "(VI_1) Changing effective priority from 100 to 102");
    EXPECT_EQ(script_fault_line(config, "chk"), "(VI_1): entering FAULT state due to script chk");
}

TEST(runtime_messages, initialize_is_fault_when_there_is_one)
{
    EXPECT_EQ(state_name(core::state::initialize, 0), "INIT");
    EXPECT_EQ(state_name(core::state::initialize, 1), "FAULT");
    EXPECT_EQ(state_name(core::state::initialize, static_cast<std::uint32_t>(core::fault::awaiting_scripts)), "INIT");
    EXPECT_EQ(state_name(core::state::active, 0), "MASTER");
    EXPECT_EQ(state_name(core::state::leaving, 0), "LEAVING");
}

TEST(runtime_messages, notify_scripts_are_named_with_their_instance)
{
    using kind = track::notify_news::kind;
    track::notify_news news{.what = kind::ended,
                            .instance = "VI_1",
                            .script = "/etc/n.sh",
                            .result = {.how = track::run_result::kind::signalled, .value = 9}};
    EXPECT_EQ(notify_line(news), "(VI_1) notify script /etc/n.sh failed (due to signal 9)");
    news.what = kind::slow;
    EXPECT_EQ(notify_line(news), "(VI_1) notify script /etc/n.sh has run for a minute; others wait for its end");
    news.what = kind::dropped;
    EXPECT_EQ(notify_line(news),
              "(VI_1) 256 events wait for the notify script that runs, /etc/n.sh; the oldest of them are dropped");
}

} // namespace
} // namespace xvrrp::runtime
