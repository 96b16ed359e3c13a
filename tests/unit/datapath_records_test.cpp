// SPDX-License-Identifier: BSD-2-Clause
//
// From abi.h's layout to the interface's types.
#include <gtest/gtest.h>

#include "datapath/records.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::datapath;

xvrrp_router_record heard_once()
{
    xvrrp_router_record record{};
    record.generation = 3;
    record.followed.stamp_ns = 5'000'000'000;
    record.followed.priority = 200;
    record.followed.interval_cs = 25;
    record.followed.mac[5] = 9;
    ip_address::parse("10.0.0.9")->to_abi(record.followed.source);
    record.accepted = 7;
    record.suppressed = 2;
    record.lost = 1;
    return record;
}

xvrrp_slot_config slot_of_generation(std::uint32_t generation, std::uint32_t fence_epoch = 0)
{
    xvrrp_slot_config slot{};
    slot.generation = generation;
    slot.family = XVRRP_IPV4;
    slot.fence_epoch = fence_epoch;
    return slot;
}

/// From 10.0.0.HOST to VRID HOST.
xvrrp_drop_count drops(std::uint64_t count, std::uint64_t last_ns, std::uint8_t host)
{
    xvrrp_drop_count counted{};
    counted.count = count;
    counted.last_ns = last_ns;
    ip_address::v4({10, 0, 0, host}).to_abi(counted.last_source);
    counted.last_vrid = host;
    counted.last_family = XVRRP_IPV4;
    return counted;
}

TEST(datapath_records, a_router_record_with_its_units)
{
    const router_record record = to_router_record(heard_once(), slot_of_generation(3));
    ASSERT_TRUE(record.followed);
    EXPECT_FALSE(record.other);
    EXPECT_EQ(record.followed->stamp, time_point(5s));
    EXPECT_EQ(record.followed->source.to_string(), "10.0.0.9");
    EXPECT_EQ(to_string(record.followed->mac), "00:00:00:00:00:09");
    EXPECT_EQ(record.followed->priority, priority{200});
    EXPECT_EQ(record.followed->interval, 250ms);
    EXPECT_EQ(record.accepted, 7U);
    EXPECT_EQ(record.suppressed, 2U);
    EXPECT_EQ(record.lost, 1U);
}

TEST(datapath_records, a_record_of_another_generation_is_empty)
{
    EXPECT_FALSE(to_router_record(heard_once(), slot_of_generation(4)).followed);
    EXPECT_EQ(to_router_record(heard_once(), slot_of_generation(4)).accepted, 0U);
    EXPECT_FALSE(to_router_record(xvrrp_router_record{}, slot_of_generation(0)).followed);
}

TEST(datapath_records, a_fence_is_told_until_it_is_lifted)
{
    auto record = heard_once();
    EXPECT_EQ(to_router_record(record, slot_of_generation(3)).fenced_until, std::nullopt) << "never set";
    record.fenced_until_ns = 9'000'000'000;
    record.fence_epoch = 7;
    EXPECT_EQ(to_router_record(record, slot_of_generation(3, 7)).fenced_until, time_point(9s));
    EXPECT_EQ(to_router_record(record, slot_of_generation(3, 8)).fenced_until, std::nullopt) << "lifted";
    EXPECT_EQ(to_router_record(record, slot_of_generation(4, 7)).fenced_until, std::nullopt) << "another router's";
}

TEST(datapath_records, drops_are_summed_and_the_latest_source_is_shown)
{
    std::array<xvrrp_drop_count, 3> per_cpu{};
    per_cpu[0] = drops(2, 900, 1);
    per_cpu[1] = drops(3, 400, 2);
    const auto total = to_drop_counters({.ifindex = 4, .reason = XVRRP_DROP_TTL}, per_cpu);
    EXPECT_EQ(total.interface, interface_index{4});
    EXPECT_EQ(total.reason, XVRRP_DROP_TTL);
    EXPECT_EQ(total.count, 5U);
    EXPECT_EQ(total.last, time_point(900ns));
    EXPECT_EQ(total.last_source->to_string(), "10.0.0.1");
    EXPECT_EQ(total.last_vrid, vrid{1});
}

TEST(datapath_records, vip_counters_are_summed)
{
    std::array<xvrrp_vip_count, 2> per_cpu{};
    per_cpu[0].received_packets = 1;
    per_cpu[0].received_bytes = 60;
    per_cpu[0].sent_packets = 2;
    per_cpu[0].sent_bytes = 120;
    per_cpu[0].last_received_ns = 50;
    per_cpu[0].not_active_packets = 1;
    per_cpu[1] = per_cpu[0];
    per_cpu[1].last_received_ns = 70;
    const auto total = to_vip_counters({}, {1}, 0, per_cpu);
    EXPECT_EQ(total.received_packets, 2U);
    EXPECT_EQ(total.received_bytes, 120U);
    EXPECT_EQ(total.sent_packets, 4U);
    EXPECT_EQ(total.sent_bytes, 240U);
    EXPECT_EQ(total.not_active_packets, 2U);
    EXPECT_EQ(total.last_received, time_point(70ns));
    EXPECT_FALSE(to_vip_counters({}, {1}, 0, {}).last_received);
}

TEST(datapath_records, the_first_packet_is_the_earliest_of_this_activation)
{
    std::array<xvrrp_vip_count, 4> per_cpu{};
    per_cpu[0].first_active_ns = 10;
    per_cpu[0].activation = 1;
    per_cpu[1].first_active_ns = 70;
    per_cpu[1].activation = 2;
    per_cpu[2].first_active_ns = 60;
    per_cpu[2].activation = 2;
    EXPECT_EQ(to_vip_counters({}, {1}, 2, per_cpu).first_active, time_point(60ns));
    EXPECT_EQ(to_vip_counters({}, {1}, 1, per_cpu).first_active, time_point(10ns));
    EXPECT_EQ(to_vip_counters({}, {1}, 3, per_cpu).first_active, std::nullopt);
    EXPECT_EQ(to_vip_counters({}, {1}, 0, per_cpu).first_active, std::nullopt) << "never Active";
}

} // namespace
