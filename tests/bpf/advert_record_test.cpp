// SPDX-License-Identifier: BSD-2-Clause
//
// What vrrp_routers keeps of valid adverts, and how many of them reach the ring buffer.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "bpf/harness.hpp"

namespace xvrrp::test {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

/// What a bucket lets through at most, from full, in a time that the test measured.
std::size_t at_most(unsigned burst, unsigned per_second, std::uint64_t nanoseconds)
{
    return burst + per_second * nanoseconds / second_ns + 1;
}

class advert_record : public ::testing::Test {
public:
    void hear(const std::string& source, std::uint8_t priority, std::uint16_t interval = 100) const
    {
        const auto frame = advert({}, ipv4{.source = source}, vrrp{.priority = priority, .interval = interval});
        ASSERT_EQ(kernel.xdp_verdict(frame), XDP_PASS);
    }
    std::string followed() const { return to_text(kernel.record().followed.source, XVRRP_IPV4); }
    std::string other() const { return to_text(kernel.record().other.source, XVRRP_IPV4); }
    /// As if what the record says had been heard so much earlier.
    void age_other(std::uint64_t nanoseconds) const
    {
        auto record = kernel.record();
        record.other.stamp_ns -= nanoseconds;
        kernel.store_record(record);
    }

    bpf_harness kernel;
};

TEST_F(advert_record, the_followed_router_alone_writes_its_record)
{
    kernel.add_router({.followed = "10.0.0.2"});
    hear("10.0.0.2", 150);
    EXPECT_EQ(followed(), "10.0.0.2");
    EXPECT_EQ(other(), "0.0.0.0");
    const auto before = kernel.record().followed;
    hear("10.0.0.3", 254);
    hear("10.0.0.4", 255);
    const auto after = kernel.record().followed;
    EXPECT_EQ(after.stamp_ns, before.stamp_ns);
    EXPECT_EQ(after.priority, 150);
    EXPECT_EQ(followed(), "10.0.0.2");
    EXPECT_EQ(other(), "10.0.0.4");

    const auto events = kernel.events();
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].flags, XVRRP_EVENT_FOLLOWED);
    EXPECT_EQ(events[1].flags, 0);
    EXPECT_EQ(kernel.record().accepted, 3u);
}

TEST_F(advert_record, following_nobody_an_advert_from_the_zero_address_is_one_of_the_others)
{
    kernel.add_router({});
    hear("0.0.0.0", 150);
    EXPECT_EQ(kernel.record().followed.stamp_ns, 0u);
    EXPECT_EQ(kernel.record().other.priority, 150);
}

TEST_F(advert_record, ipv6_sources_are_compared_whole)
{
    kernel.add_router({.family = XVRRP_IPV6, .followed = "fe80::1:2"});
    ASSERT_EQ(kernel.xdp_verdict(advert({}, ipv6{.source = "fe80::2:2"}, vrrp{})), XDP_PASS);
    EXPECT_EQ(kernel.record().followed.stamp_ns, 0u);
    ASSERT_EQ(kernel.xdp_verdict(advert({}, ipv6{.source = "fe80::1:2"}, vrrp{})), XDP_PASS);
    EXPECT_EQ(to_text(kernel.record().followed.source, XVRRP_IPV6), "fe80::1:2");
}

TEST_F(advert_record, the_other_half_of_followed_takes_over_at_once)
{
    kernel.add_router({.followed = "10.0.0.2"});
    hear("10.0.0.2", 150);
    hear("10.0.0.3", 160);
    kernel.follow("10.0.0.3");
    // Until the new one's next advert the record still shows the old one, by its source.
    EXPECT_EQ(followed(), "10.0.0.2");
    EXPECT_EQ(other(), "10.0.0.3");
    hear("10.0.0.3", 160);
    EXPECT_EQ(followed(), "10.0.0.3");
    EXPECT_EQ(other(), "0.0.0.0") << "the followed router must not stand in the way of others";
    hear("10.0.0.2", 90);
    EXPECT_EQ(other(), "10.0.0.2");
}

TEST_F(advert_record, other_is_the_best_by_priority_then_the_latest)
{
    kernel.add_router({});
    hear("10.0.0.2", 100);
    hear("10.0.0.3", 99);
    EXPECT_EQ(other(), "10.0.0.2");
    hear("10.0.0.4", 100);
    EXPECT_EQ(other(), "10.0.0.4");
    hear("10.0.0.5", 101);
    EXPECT_EQ(other(), "10.0.0.5");
}

TEST_F(advert_record, other_is_refreshed_by_its_own_router_whatever_its_priority)
{
    kernel.add_router({});
    hear("10.0.0.2", 200);
    const auto before = kernel.record().other.stamp_ns;
    hear("10.0.0.2", 50);
    EXPECT_EQ(kernel.record().other.priority, 50);
    EXPECT_GT(kernel.record().other.stamp_ns, before);
}

TEST_F(advert_record, other_gives_way_when_it_has_been_silent_for_three_intervals_and_a_second)
{
    kernel.add_router({});
    hear("10.0.0.2", 200, 300);
    age_other(9 * second_ns + second_ns / 10); // far from the ten seconds: the test itself takes time
    hear("10.0.0.3", 50);
    EXPECT_EQ(other(), "10.0.0.2");
    age_other(second_ns);
    hear("10.0.0.3", 50);
    EXPECT_EQ(other(), "10.0.0.3");
}

TEST_F(advert_record, a_resignation_displaces_nobody_and_gives_way_to_anybody)
{
    kernel.add_router({});
    hear("10.0.0.3", 0);
    EXPECT_EQ(kernel.record().other.stamp_ns, 0u) << "somebody who leaves is no candidate";
    hear("10.0.0.2", 200);
    hear("10.0.0.3", 0);
    EXPECT_EQ(other(), "10.0.0.2");
    age_other(5 * second_ns);
    hear("10.0.0.3", 0);
    EXPECT_EQ(other(), "10.0.0.2");
    hear("10.0.0.2", 0);
    EXPECT_EQ(kernel.record().other.priority, 0);
    hear("10.0.0.3", 1);
    EXPECT_EQ(other(), "10.0.0.3");
    EXPECT_EQ(kernel.events().size(), 6u) << "the daemon hears of every one";
}

TEST_F(advert_record, the_resignation_of_the_followed_router_is_recorded)
{
    kernel.add_router({.followed = "10.0.0.2"});
    hear("10.0.0.2", 200);
    hear("10.0.0.2", 0);
    EXPECT_EQ(kernel.record().followed.priority, 0);
}

TEST_F(advert_record, another_generation_starts_with_an_empty_record)
{
    kernel.add_router({.generation = 5, .followed = "10.0.0.2"});
    hear("10.0.0.2", 200);
    hear("10.0.0.3", 200);
    kernel.events();
    kernel.config().generation = 6;
    EXPECT_EQ(kernel.record().generation, 5u);
    hear("10.0.0.4", 10);
    const auto record = kernel.record();
    EXPECT_EQ(record.generation, 6u);
    EXPECT_EQ(record.followed.stamp_ns, 0u);
    EXPECT_EQ(other(), "10.0.0.4");
    EXPECT_EQ(record.accepted, 1u);
    const auto events = kernel.events();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].generation, 6u);
}

TEST_F(advert_record, RX_20_a_flood_of_others_hides_neither_the_followed_router_nor_its_events)
{
    kernel.add_router({.followed = "10.0.0.2"});
    const auto flood = advert({}, ipv4{.source = "10.0.0.66"}, vrrp{.priority = 254});
    const auto began = monotonic_ns();
    constexpr int rounds = 2000;
    for (int i = 0; i < rounds; ++i) {
        ASSERT_EQ(kernel.xdp_verdict(flood), XDP_PASS);
        if (i % 50 == 0) {
            hear("10.0.0.2", 150);
        }
    }
    const auto took = monotonic_ns() - began;
    const auto record = kernel.record();
    const auto events = kernel.events();
    const auto from_followed = static_cast<std::uint64_t>(
        std::ranges::count_if(events, [](const auto& event) { return event.flags == XVRRP_EVENT_FOLLOWED; }));
    const auto from_others = events.size() - from_followed;
    EXPECT_EQ(from_followed, rounds / 50u);
    EXPECT_GE(from_others, XVRRP_OTHERS_BURST);
    EXPECT_LE(from_others, at_most(XVRRP_OTHERS_BURST, XVRRP_OTHERS_PER_SECOND, took));
    EXPECT_EQ(record.accepted, rounds + from_followed);
    EXPECT_EQ(record.suppressed, rounds - from_others);
    EXPECT_EQ(record.lost, 0u);
    EXPECT_EQ(followed(), "10.0.0.2");
    EXPECT_EQ(other(), "10.0.0.66");
    EXPECT_GE(record.other.stamp_ns, events.back().stamp_ns) << "suppressed adverts are recorded too";
}

TEST_F(advert_record, the_followed_routers_bucket_is_bounded_and_fills_again)
{
    kernel.add_router({.followed = "10.0.0.2"});
    const auto frame = advert({}, ipv4{}, vrrp{});
    const auto began = monotonic_ns();
    for (int i = 0; i < 3000; ++i) {
        ASSERT_EQ(kernel.xdp_verdict(frame), XDP_PASS);
    }
    const auto took = monotonic_ns() - began;
    const auto told = kernel.events().size();
    EXPECT_GE(told, XVRRP_FOLLOWED_BURST);
    EXPECT_LE(told, at_most(XVRRP_FOLLOWED_BURST, XVRRP_FOLLOWED_PER_SECOND, took));

    auto record = kernel.record();
    EXPECT_LT(record.followed_bucket.credit, 64 * second_ns);
    record.followed_bucket.refilled_ns -= second_ns;
    kernel.store_record(record);
    ASSERT_EQ(kernel.xdp_verdict(frame), XDP_PASS);
    EXPECT_EQ(kernel.record().followed_bucket.credit, (XVRRP_FOLLOWED_BURST - 1) * second_ns);
}

TEST_F(advert_record, a_slot_has_buckets_of_its_own)
{
    kernel.add_router({});
    kernel.add_router({.slot = 1, .vrid = 52});
    const auto flood = advert({}, ipv4{}, vrrp{});
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(kernel.xdp_verdict(flood), XDP_PASS);
    }
    kernel.events();
    ASSERT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{.vrid = 52})), XDP_PASS);
    EXPECT_EQ(kernel.events().size(), 1u);
}

TEST_F(advert_record, records_are_whole_while_two_cpus_write_them)
{
    kernel.add_router({.followed = "10.0.0.2"});
    // Each source goes with one MAC, priority and interval; a torn record would mix two of them.
    const auto frame_of = [](std::uint8_t last) {
        return advert({.source = {2, 0, 0, 0, 0, last}}, ipv4{.source = "10.0.0." + std::to_string(last)},
                      vrrp{.priority = last, .interval = last});
    };
    std::atomic<int> writers = 0;
    const auto keep_hearing = [&](const std::stop_token& stop, const std::vector<bytes>& frames) {
        for (std::size_t i = 0; !stop.stop_requested(); ++i) {
            kernel.xdp_verdict(frames[i % frames.size()]);
            writers += i == 0 ? 1 : 0;
        }
    };
    {
        const std::jthread first(keep_hearing, std::vector{frame_of(2), frame_of(100)});
        const std::jthread second(keep_hearing, std::vector{frame_of(2), frame_of(101), frame_of(100)});
        std::uint64_t accepted = 0;
        for (int i = 0; i < 20'000 || writers < 2; ++i) {
            const auto record = kernel.record();
            ASSERT_GE(record.accepted, accepted);
            accepted = record.accepted;
            for (const auto& heard : {record.followed, record.other}) {
                const auto last = heard.source[3];
                ASSERT_EQ(heard.mac[5], last);
                ASSERT_EQ(heard.priority, last);
                ASSERT_EQ(heard.interval_cs, last);
            }
        }
    }
    const auto record = kernel.record();
    EXPECT_EQ(kernel.events().size() + record.suppressed + record.lost, record.accepted);
}

TEST(advert_record_ring, what_a_full_ring_buffer_loses_is_recorded_and_counted)
{
    bpf_harness kernel({.ring_bytes = 4096}); // 30 events of 128 + 8 bytes
    kernel.add_router({.followed = "10.0.0.2"});
    const auto frame = advert({}, ipv4{}, vrrp{});
    for (int i = 0; i < 40; ++i) {
        ASSERT_EQ(kernel.xdp_verdict(frame), XDP_PASS);
    }
    const auto before = kernel.record();
    EXPECT_EQ(before.accepted, 40u);
    EXPECT_EQ(before.suppressed, 0u);
    EXPECT_EQ(before.lost, 10u);
    ASSERT_EQ(kernel.xdp_verdict(frame), XDP_PASS);
    EXPECT_GT(kernel.record().followed.stamp_ns, before.followed.stamp_ns);
    EXPECT_EQ(kernel.events().size(), 30u);
    ASSERT_EQ(kernel.xdp_verdict(frame), XDP_PASS);
    EXPECT_EQ(kernel.events().size(), 1u) << "and the ring works again";
}

TEST(advert_record_clock, adverts_get_the_exact_time_with_either_clock)
{
    for (const bool coarse : {false, true}) {
        bpf_harness kernel({.coarse_clock = coarse});
        kernel.add_router({});
        const auto before = monotonic_ns();
        ASSERT_EQ(kernel.xdp_verdict(advert({}, ipv4{}, vrrp{})), XDP_PASS);
        EXPECT_GE(kernel.record().other.stamp_ns, before);
        EXPECT_LE(kernel.record().other.stamp_ns, monotonic_ns());
    }
}

} // namespace
} // namespace xvrrp::test
