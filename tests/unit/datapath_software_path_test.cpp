// SPDX-License-Identifier: BSD-2-Clause
//
// The socket fallback's checks and records, packet by packet.
#include <gtest/gtest.h>

#include "datapath/software_path.hpp"
#include "lab/forge.hpp"
#include "support/must.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::datapath;
using lab::advert_recipe;
using test::must;

constexpr interface_index eth0{7};
constexpr mac_address sender{{2, 0, 0, 0, 0, 9}};

class datapath_software_path : public testing::Test {
protected:
    datapath_software_path() : slots(maps::config_memory::allocate(XVRRP_MAX_SLOTS), std::nullopt)
    {
        settings.interface = eth0;
        settings.vrid = {51};
        settings.source = *ip_address::parse("10.0.0.9");
        settings.group = *ip_address::parse("224.0.0.18");
        slot = must(slots.add(settings));
    }

    std::optional<xvrrp_event> receive(const advert_recipe& recipe)
    {
        const lab::frame frame = must(lab::forge_advert(recipe));
        now += 1ms;
        const bool ipv6 = recipe.source.find(':') != std::string::npos;
        return path.receive({.interface = eth0,
                             .family = ipv6 ? address_family::ipv6 : address_family::ipv4,
                             .ip = std::span(frame).subspan(14),
                             .mac = sender,
                             .stamp = now},
                            slots);
    }

    std::uint64_t refused(xvrrp_drop_reason reason)
    {
        for (const auto& drops : path.read_drops()) {
            if (drops.reason == reason) {
                return drops.count;
            }
        }
        return 0;
    }

    static advert_recipe valid() { return {.source_mac = sender, .source = "10.0.0.1", .addresses = {"10.0.0.70"}}; }
    void follow(const char* address)
    {
        slots.store(slot, {.state = XVRRP_BACKUP, .priority = {90}, .followed = ip_address::parse(address)});
    }

    slot_settings settings;
    slot_table slots;
    slot_index slot;
    software_path path;
    time_point now{100s};
};

TEST_F(datapath_software_path, an_advert_becomes_the_event_that_xdp_would_make)
{
    const auto event = receive(valid());
    ASSERT_TRUE(event);
    EXPECT_EQ(event->stamp_ns, 100'001'000'000U);
    EXPECT_EQ(event->slot, slot.value);
    EXPECT_EQ(event->generation, slots.generation(slot));
    EXPECT_EQ(event->ifindex, eth0.value);
    EXPECT_EQ(event->advert_length, 20) << "8 of header, an address, 8 of authentication data";
    EXPECT_EQ(event->family, XVRRP_IPV4);
    EXPECT_EQ(event->ttl, 255);
    EXPECT_EQ(ip_address::from_abi(address_family::ipv4, event->source).to_string(), "10.0.0.1");
    EXPECT_EQ(ip_address::from_abi(address_family::ipv4, event->destination).to_string(), "224.0.0.18");
    EXPECT_TRUE(std::ranges::equal(event->mac, sender.bytes));
    EXPECT_EQ(event->flags, 0);
    EXPECT_EQ(event->advert[0], 0x21);
    EXPECT_EQ(event->advert[2], 100);
    EXPECT_EQ(event->advert[20], 0) << "zero behind the message";
}

TEST_F(datapath_software_path, RX_01_RX_06_RX_07_RX_12_RX_15_refused_under_their_reasons)
{
    auto wrong = valid();
    wrong.ttl = 254;
    EXPECT_FALSE(receive(wrong));
    EXPECT_EQ(refused(XVRRP_DROP_TTL), 1U);
    wrong = valid();
    wrong.wrong_checksum = true;
    EXPECT_FALSE(receive(wrong));
    EXPECT_EQ(refused(XVRRP_DROP_CHECKSUM), 1U);
    wrong = valid();
    wrong.vrid = 52;
    EXPECT_FALSE(receive(wrong));
    EXPECT_FALSE(receive(wrong));
    EXPECT_EQ(refused(XVRRP_PASS_UNKNOWN_VRID), 2U);
    wrong = valid();
    wrong.interval = 2s;
    EXPECT_FALSE(receive(wrong));
    EXPECT_EQ(refused(XVRRP_DROP_INTERVAL_MISMATCH), 1U);
    wrong = valid();
    wrong.password = "guess";
    EXPECT_FALSE(receive(wrong));
    EXPECT_EQ(refused(XVRRP_DROP_AUTH_TYPE), 1U);
    EXPECT_EQ(path.read(slot, slots).accepted, 0U) << "nothing of this is a sign of life";
    const auto drops = path.read_drops();
    ASSERT_FALSE(drops.empty());
    EXPECT_EQ(drops[0].last_source->to_string(), "10.0.0.1");
    path.forget(eth0);
    EXPECT_TRUE(path.read_drops().empty());
}

TEST_F(datapath_software_path, check_unicast_src_refuses_who_is_no_peer)
{
    settings.check_source = true;
    settings.peers = {*ip_address::parse("10.0.0.2")};
    must(slots.change(slot, settings));
    EXPECT_FALSE(receive(valid()));
    EXPECT_EQ(refused(XVRRP_DROP_SOURCE), 1U);
    auto peer = valid();
    peer.source = "10.0.0.2";
    EXPECT_TRUE(receive(peer));
}

TEST_F(datapath_software_path, a_peers_ttl_limits)
{
    settings.check_source = true;
    settings.peers = {*ip_address::parse("10.0.0.1")};
    settings.hop_limits = {{settings.peers[0], {.least = 255, .most = 255}}};
    settings.unicast = true;
    must(slots.change(slot, settings));
    auto peer = valid();
    peer.destination = "10.0.0.9";
    EXPECT_TRUE(receive(peer));
    peer.ttl = 254;
    EXPECT_FALSE(receive(peer));
    EXPECT_EQ(refused(XVRRP_DROP_TTL), 1U);
    settings.hop_limits.at(settings.peers[0]).least = 254;
    must(slots.change(slot, settings));
    EXPECT_TRUE(receive(peer)) << "limits change with the peer that was there";
}

TEST_F(datapath_software_path, what_is_no_advert_is_left_alone)
{
    const std::vector<std::uint8_t> nothing;
    EXPECT_FALSE(path.receive(
        {.interface = eth0, .family = address_family::ipv4, .ip = nothing, .mac = {}, .stamp = now}, slots));
    lab::frame cut = must(lab::forge_advert(valid()));
    cut.resize(14 + 30);
    EXPECT_FALSE(path.receive(
        {.interface = eth0, .family = address_family::ipv4, .ip = std::span(cut).subspan(14), .mac = {}, .stamp = now},
        slots));
    EXPECT_TRUE(path.read_drops().empty());
}

TEST_F(datapath_software_path, the_followed_router_has_a_record_and_a_bucket_of_its_own)
{
    follow("10.0.0.1");
    auto other = valid();
    other.source = "10.0.0.2";
    other.priority = 254;
    std::size_t told = 0;
    for (int i = 0; i < 1000; ++i) {
        told += receive(other) ? 1 : 0;
    }
    EXPECT_GE(told, static_cast<std::size_t>(XVRRP_OTHERS_BURST));
    EXPECT_LE(told, static_cast<std::size_t>(XVRRP_OTHERS_BURST + XVRRP_OTHERS_PER_SECOND + 1)) << "of one second";
    const auto event = receive(valid());
    ASSERT_TRUE(event);
    EXPECT_EQ(event->flags & XVRRP_EVENT_FOLLOWED, XVRRP_EVENT_FOLLOWED);
    const auto record = path.read(slot, slots);
    ASSERT_TRUE(record.followed && record.other);
    EXPECT_EQ(record.followed->source.to_string(), "10.0.0.1");
    EXPECT_EQ(record.followed->stamp, now);
    EXPECT_EQ(record.other->source.to_string(), "10.0.0.2");
    EXPECT_EQ(record.accepted, 1001U);
    EXPECT_EQ(record.suppressed, 1000 - told);
}

TEST_F(datapath_software_path, the_other_is_the_best_and_gives_way_when_it_is_silent)
{
    auto best = valid();
    best.source = "10.0.0.3";
    best.priority = 200;
    EXPECT_TRUE(receive(best));
    EXPECT_TRUE(receive(valid()));
    EXPECT_EQ(path.read(slot, slots).other->source.to_string(), "10.0.0.3") << "priority 100 doesn't displace 200";
    now += 5s;
    EXPECT_TRUE(receive(valid()));
    EXPECT_EQ(path.read(slot, slots).other->source.to_string(), "10.0.0.1");
    auto resigning = best;
    resigning.priority = 0;
    EXPECT_TRUE(receive(resigning));
    EXPECT_EQ(path.read(slot, slots).other->source.to_string(), "10.0.0.1") << "who has left is no candidate";
}

TEST_F(datapath_software_path, a_new_router_in_the_slot_starts_with_an_empty_record)
{
    EXPECT_TRUE(receive(valid()));
    slots.remove(slot);
    EXPECT_EQ(must(slots.add(settings)), slot);
    EXPECT_EQ(path.read(slot, slots).accepted, 0U);
    EXPECT_TRUE(receive(valid()));
    EXPECT_EQ(path.read(slot, slots).accepted, 1U);
}

} // namespace
