// SPDX-License-Identifier: BSD-2-Clause
//
// Outages of a real address, and takeovers that nobody should have made.
#include <gtest/gtest.h>

#include "failover/idle.hpp"
#include "failover/outages.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

const mac_address one{.bytes = {2, 0, 0, 0, 0, 1}};
const mac_address two{.bytes = {2, 0, 0, 0, 0, 2}};

/// A probe each millisecond, 100 of them; `by` tells who answers the probe, nobody: none.
template <class Who> lab::probe_log probed(const Who& by)
{
    lab::probe_log seen;
    for (std::uint64_t i = 0; i < 100; ++i) {
        const auto when = time_point(std::chrono::milliseconds(i));
        seen.sent.push_back({.planned = when, .time = when});
        if (const mac_address* who = by(i)) {
            seen.answers.push_back({.number = i, .time = when + 100us, .mac = *who, .ttl = 64});
        }
    }
    return seen;
}

TEST(FailoverOutages, AreBetweenTwoAnswers)
{
    const auto seen = probed([](std::uint64_t i) { return i < 20 ? &one : i < 50 ? nullptr : &two; });
    const auto found = find_outages(seen, 10ms);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].length(), 31ms);
    EXPECT_EQ(found[0].lost, 30U);
    EXPECT_EQ(found[0].before, one);
    EXPECT_EQ(found[0].after, two);
    EXPECT_TRUE(found[0].over);
    EXPECT_EQ(count_changes(seen), 1U);
    EXPECT_TRUE(find_outages(seen, 32ms).empty());
}

TEST(FailoverOutages, MayLastFromTheStartOrToTheEnd)
{
    const auto seen = probed([](std::uint64_t i) { return i >= 30 && i < 60 ? &one : nullptr; });
    const auto found = find_outages(seen, 10ms);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].lost, 30U);
    EXPECT_TRUE(found[0].over);
    EXPECT_EQ(found[1].lost, 40U);
    EXPECT_FALSE(found[1].over);
    EXPECT_EQ(find_outages(probed([](std::uint64_t) -> const mac_address* { return nullptr; }), 10ms).size(), 1U);
}

TEST(FailoverOutages, ALateClientIsNamed)
{
    auto seen = probed([](std::uint64_t i) { return i < 20 || i >= 50 ? &one : nullptr; });
    seen.sent[30].planned -= 7ms;
    EXPECT_EQ(find_outages(seen, 10ms).at(0).client_stall, 7ms);
    EXPECT_TRUE(find_outages({}, 10ms).empty());
}

TEST(FailoverIdle, ATakeoverIsAnAdvertAfterAPause)
{
    std::vector<lab::advert> adverts;
    const auto add = [&](duration since, const char* host, unsigned priority) {
        lab::advert each;
        each.time = time_point(since);
        each.host = host;
        each.priority = priority;
        adverts.push_back(each);
    };
    add(0ms, "r1", 200);
    EXPECT_EQ(count_takeovers(adverts, "r1", 10ms), 0U);
    add(100ms, "r2", 150);
    add(110ms, "r2", 150);
    add(115ms, "r3", 100);
    add(120ms, "r3", 0);
    EXPECT_EQ(count_takeovers(adverts, "r1", 10ms), 2U);
    add(1500ms, "r2", 150);
    EXPECT_EQ(count_takeovers(adverts, "r1", 10ms), 3U);
    EXPECT_EQ(count_takeovers(adverts, "r1", 1s), 2U) << "adverts are that far apart";
}

} // namespace
} // namespace xvrrp::failover
