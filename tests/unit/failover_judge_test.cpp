// SPDX-License-Identifier: BSD-2-Clause
//
// What a trial's records say, told by records made up: probes every millisecond from 0 to 300 ms, r1 fails at 100 ms,
// r2 advertises at 103 ms, announces and answers from then on; healed at 200 ms, r1 answers again from 202 ms.
#include <gtest/gtest.h>

#include <algorithm>

#include "failover/judge.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr unsigned ttl_r1 = 101;
constexpr unsigned ttl_r2 = 102;
constexpr unsigned ttl_r3 = 103;

time_point at(duration since)
{
    return time_point(since);
}

class FailoverJudge : public ::testing::Test {
protected:
    FailoverJudge()
    {
        seen_.address = "10.0.0.70";
        seen_.failed = "r1";
        seen_.ttl = {{ttl_r1, "r1"}, {ttl_r2, "r2"}, {ttl_r3, "r3"}};
        seen_.inject_from = at(99500us);
        seen_.inject_to = at(100500us);
        seen_.healed = at(200ms);
        seen_.end = at(300ms);
        seen_.stall_limit = 1ms;
        for (std::uint64_t i = 0; i < 300; ++i) {
            const auto when = at(std::chrono::milliseconds(i));
            seen_.client.sent.push_back({.planned = when, .time = when});
            if (i <= 100 || i >= 202) {
                answer(i, when + 10us, ttl_r1);
            } else if (i >= 104) {
                answer(i, when + 10us, ttl_r2);
            }
        }
        advert(at(50ms), "r1", 200);
        advert(at(103ms), "r2", 150);
        claim(at(103100us), "r2");
    }

    void answer(std::uint64_t number, time_point when, unsigned ttl)
    {
        seen_.client.answers.push_back(
            {.number = number, .time = when, .mac = {}, .ttl = static_cast<std::uint8_t>(ttl)});
        std::ranges::sort(seen_.client.answers, {}, &lab::probe_answer::time);
    }
    void advert(time_point when, const std::string& host, unsigned priority)
    {
        lab::advert one;
        one.time = when;
        one.host = host;
        one.priority = priority;
        seen_.adverts.push_back(one);
        std::ranges::sort(seen_.adverts, {}, &lab::advert::time);
    }
    void claim(time_point when, const std::string& host)
    {
        seen_.claims.push_back({.time = when,
                                .host = host,
                                .what = lab::address_claim::kind::arp_request,
                                .address = seen_.address,
                                .mac = {},
                                .unsolicited = true});
    }
    [[nodiscard]] trial judged() const { return judge(seen_); }

    evidence seen_;
};

TEST_F(FailoverJudge, ACleanTakeoverIsMeasuredFromTheLastAnswer)
{
    const trial found = judged();
    EXPECT_EQ(found.ended, outcome::taken_over);
    EXPECT_EQ(found.successor, "r2");
    EXPECT_EQ(found.longest_gap, 4ms);
    EXPECT_EQ(found.takeover_gap, 4ms);
    EXPECT_EQ(found.lost, 3U);
    EXPECT_EQ(found.advert_after, 2990us) << "the answer at 100.01 ms tells when the host was cut off";
    EXPECT_EQ(found.garp_after, 3090us);
    EXPECT_EQ(found.answer_after, 4ms);
    EXPECT_EQ(found.duplicates + found.alternations + found.old_answers + found.old_claims + found.rivals, 0U);
    EXPECT_EQ(found.return_gap, 1ms) << "from the last answer of r2 to the first of r1";
    EXPECT_EQ(found.return_lost, 0U);
    EXPECT_FALSE(found.stalled);
}

TEST_F(FailoverJudge, TimeRunsFromTheSignalWhereThereIsOne)
{
    seen_.failure = failure_kind::hang;
    EXPECT_EQ(judged().advert_after, 3500us);
}

TEST_F(FailoverJudge, NobodyTookOverAndNobodyAnswers)
{
    std::erase_if(seen_.adverts, [](const auto& one) { return one.host == "r2"; });
    std::erase_if(seen_.client.answers, [](const auto& one) { return one.ttl == ttl_r2; });
    const trial found = judged();
    EXPECT_EQ(found.ended, outcome::no_successor);
    EXPECT_EQ(found.successor, "");
    EXPECT_EQ(found.longest_gap, 102ms) << "to the first answer after the healing";
    EXPECT_FALSE(found.takeover_gap);
    EXPECT_FALSE(found.advert_after);
}

TEST_F(FailoverJudge, ASoleRouterThatServesOnHasNoOutage)
{
    seen_.failure = failure_kind::kill;
    std::erase_if(seen_.adverts, [](const auto& one) { return one.host == "r2"; });
    std::erase_if(seen_.client.answers, [](const auto& one) { return one.ttl == ttl_r2; });
    for (std::uint64_t i = 101; i < 202; ++i) {
        answer(i, at(std::chrono::milliseconds(i)) + 10us, ttl_r1);
    }
    const trial found = judged();
    EXPECT_EQ(found.ended, outcome::served_on);
    EXPECT_EQ(found.longest_gap, 1ms);
    EXPECT_EQ(found.lost, 0U);
}

TEST_F(FailoverJudge, AFailedHostThatAnswersOnIsSeen)
{
    answer(110, at(110020us), ttl_r1);
    answer(120, at(120020us), ttl_r1);
    claim(at(150ms), "r1");
    const trial found = judged();
    EXPECT_EQ(found.duplicates, 2U);
    EXPECT_EQ(found.alternations, 4U) << "to r1 and back, twice";
    EXPECT_EQ(found.old_answers, 2U);
    EXPECT_EQ(found.old_answers_left, 17020us);
    EXPECT_EQ(found.old_claims, 1U);
}

TEST_F(FailoverJudge, WhatTheFailedHostDoesOnceHealedIsNotHeldAgainstIt)
{
    claim(at(201ms), "r1");
    EXPECT_EQ(judged().old_claims, 0U);
    EXPECT_EQ(judged().old_answers, 0U);
}

TEST_F(FailoverJudge, ARouterThatComesBackByItselfEndsTheFailure)
{
    seen_.failure = failure_kind::kill;
    advert(at(150ms), "r1", 200);
    claim(at(151ms), "r1");
    advert(at(160ms), "r3", 100);
    for (auto& one : seen_.client.answers) {
        one.ttl = one.number > 150 && one.ttl == ttl_r2 ? ttl_r1 : one.ttl;
    }
    const trial found = judged();
    EXPECT_EQ(found.old_claims, 0U);
    EXPECT_EQ(found.old_answers, 0U);
    EXPECT_EQ(found.alternations, 0U);
    EXPECT_EQ(found.successor, "r2") << "what follows is another story";
    EXPECT_EQ(found.rivals, 0U);
    seen_.failure = failure_kind::cut;
    EXPECT_EQ(judged().old_claims, 1U) << "one that is cut off never ceased to advertise";
}

TEST_F(FailoverJudge, WhoWasActiveForAMomentIsARival)
{
    advert(at(102ms), "r3", 100);
    advert(at(102500us), "r3", 100);
    const trial found = judged();
    EXPECT_EQ(found.successor, "r2");
    EXPECT_EQ(found.rivals, 1U);
    EXPECT_EQ(found.rivals_left, 500us);
    EXPECT_EQ(found.advert_after, 1990us) << "the first advert of any";
}

TEST_F(FailoverJudge, AResignationIsNoTakeover)
{
    advert(at(101ms), "r3", 0);
    EXPECT_EQ(judged().rivals, 0U);
    EXPECT_EQ(judged().advert_after, 2990us);
}

TEST_F(FailoverJudge, TheAddressThatWentBeforeTheTakeoverWentEarly)
{
    seen_.address_changes = {{.time = at(102ms), .present = false}, {.time = at(201ms), .present = true}};
    EXPECT_EQ(judged().address_gone, -1ms);
}

TEST_F(FailoverJudge, StallsAreToldApart)
{
    seen_.machine_stalls = {{.from = at(101ms), .to = at(103ms)}};
    EXPECT_EQ(judged().machine_stall, 2ms);
    EXPECT_TRUE(judged().stalled);
    seen_.machine_stalls = {{.from = at(180ms), .to = at(190ms)}};
    EXPECT_FALSE(judged().stalled) << "long after the takeover";
    seen_.client.sent[102].time = at(104500us);
    EXPECT_EQ(judged().client_stall, 2500us);
    EXPECT_TRUE(judged().stalled);
}

TEST_F(FailoverJudge, AStallThatIsShortBesideTheGapDoesntCount)
{
    for (std::uint64_t i = 104; i < 190; ++i) {
        std::erase_if(seen_.client.answers, [&](const auto& one) { return one.number == i; });
    }
    seen_.machine_stalls = {{.from = at(120ms), .to = at(122ms)}};
    EXPECT_EQ(judged().longest_gap, 90ms);
    EXPECT_EQ(judged().machine_stall, 2ms);
    EXPECT_FALSE(judged().stalled);
}

TEST_F(FailoverJudge, AnswersToProbesThatWereNeverSentAreIgnored)
{
    answer(100000, at(150ms), ttl_r2);
    EXPECT_EQ(judged().longest_gap, 4ms);
    EXPECT_EQ(judged().duplicates, 0U);
}

} // namespace
} // namespace xvrrp::failover
