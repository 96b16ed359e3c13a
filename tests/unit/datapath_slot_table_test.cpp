// SPDX-License-Identifier: BSD-2-Clause
//
// Slots, generations and what is stored for a router, without BPF.
#include <gtest/gtest.h>

#include <set>

#include "datapath/slot_table.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::datapath;

slot_table make_table()
{
    return {maps::config_memory::allocate(XVRRP_MAX_SLOTS), std::nullopt};
}

slot_settings router(std::uint8_t id)
{
    slot_settings settings;
    settings.interface = {7};
    settings.vrid = {id};
    settings.source = *ip_address::parse("10.0.0.1");
    settings.group = *ip_address::parse("224.0.0.18");
    return settings;
}

std::string address_in(const std::uint8_t (&bytes)[XVRRP_ADDRESS_BYTES])
{
    return ip_address::from_abi(address_family::ipv4, bytes).to_string();
}

TEST(datapath_slot_table, a_router_gets_the_lowest_free_slot)
{
    auto table = make_table();
    EXPECT_EQ(table.add(router(1)), slot_index{0});
    EXPECT_EQ(table.add(router(2)), slot_index{1});
    table.remove({0});
    EXPECT_EQ(table.add(router(3)), slot_index{0});
    EXPECT_EQ(table.find({7}, address_family::ipv4, {3}), slot_index{0});
    EXPECT_EQ(table.find({7}, address_family::ipv4, {1}), std::nullopt);
    EXPECT_EQ(table.find({7}, address_family::ipv6, {3}), std::nullopt);
    EXPECT_EQ(table.find({8}, address_family::ipv4, {3}), std::nullopt);
}

TEST(datapath_slot_table, generations_are_never_zero_and_never_come_again)
{
    auto table = make_table();
    std::set<std::uint32_t> seen{0};
    for (int round = 0; round < 100; ++round) {
        const auto slot = table.add(router(1));
        ASSERT_TRUE(slot);
        EXPECT_TRUE(seen.insert(table.generation(*slot)).second);
        table.remove(*slot);
        EXPECT_EQ(table.generation(*slot), 0U) << "a free slot";
    }
}

TEST(datapath_slot_table, the_same_router_twice_is_an_error)
{
    auto table = make_table();
    ASSERT_TRUE(table.add(router(1)));
    EXPECT_FALSE(table.add(router(1)));
}

TEST(datapath_slot_table, a_full_table_is_an_error_that_says_so)
{
    auto table = make_table();
    for (std::uint32_t i = 0; i < XVRRP_MAX_SLOTS; ++i) {
        auto settings = router(static_cast<std::uint8_t>(i % 255 + 1));
        settings.interface = {i / 255 + 1};
        ASSERT_TRUE(table.add(settings));
    }
    auto one_more = router(1);
    one_more.interface = {1000};
    const auto refused = table.add(one_more);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, "no more than 4096 virtual routers can run");
}

TEST(datapath_slot_table, flags_of_settings_and_of_state_stand_side_by_side)
{
    auto table = make_table();
    auto settings = router(1);
    settings.no_accept = true;
    settings.password = "secret";
    const auto slot = *table.add(settings);
    table.store(slot, {.state = XVRRP_LEAVING, .priority = {42}, .quiet = true, .fenced = false, .followed = {}});
    const auto& config = table.config(slot);
    EXPECT_EQ(config.flags, XVRRP_SLOT_NO_ACCEPT | XVRRP_SLOT_AUTH_PASS | XVRRP_SLOT_QUIET);
    EXPECT_EQ(config.state, XVRRP_LEAVING);
    EXPECT_EQ(config.priority, 42);
    settings.no_accept = false;
    settings.strict = true;
    settings.no_vips = true;
    ASSERT_TRUE(table.change(slot, settings));
    EXPECT_EQ(config.flags, XVRRP_SLOT_STRICT | XVRRP_SLOT_AUTH_PASS | XVRRP_SLOT_QUIET | XVRRP_SLOT_NO_VIPS);
    EXPECT_EQ(config.state, XVRRP_LEAVING) << "a change of the checks is no change of state";
}

TEST(datapath_slot_table, whom_a_backup_follows_goes_into_the_unused_half)
{
    auto table = make_table();
    const auto slot = *table.add(router(1));
    const auto& config = table.config(slot);
    const auto first = ip_address::parse("10.0.0.2");
    const auto second = ip_address::parse("10.0.0.3");
    table.store(slot, {.state = XVRRP_BACKUP, .priority = {100}, .followed = first});
    const auto half = config.followed_half;
    EXPECT_EQ(address_in(config.followed[half]), "10.0.0.2");
    table.store(slot, {.state = XVRRP_BACKUP, .priority = {100}, .followed = first});
    EXPECT_EQ(config.followed_half, half) << "nothing to flip for";
    table.store(slot, {.state = XVRRP_BACKUP, .priority = {100}, .followed = second});
    EXPECT_EQ(config.followed_half, half ^ 1);
    EXPECT_EQ(address_in(config.followed[config.followed_half]), "10.0.0.3");
    EXPECT_EQ(address_in(config.followed[half]), "10.0.0.2") << "XDP may still be reading this half";
    table.store(slot, {.state = XVRRP_ACTIVE, .priority = {100}, .followed = std::nullopt});
    EXPECT_EQ(address_in(config.followed[config.followed_half]), "0.0.0.0");
}

TEST(datapath_slot_table, a_change_keeps_the_generation_and_exchanges_peers_and_password)
{
    auto table = make_table();
    auto settings = router(1);
    settings.peers = {*ip_address::parse("10.0.0.2"), *ip_address::parse("10.0.0.3")};
    settings.password = "old";
    const auto slot = *table.add(settings);
    const auto generation = table.generation(slot);
    settings.peers = {*ip_address::parse("10.0.0.3"), *ip_address::parse("10.0.0.4")};
    settings.password = "new";
    ASSERT_TRUE(table.change(slot, settings));
    EXPECT_EQ(table.generation(slot), generation);
    EXPECT_FALSE(table.peer(slot, *ip_address::parse("10.0.0.2")));
    EXPECT_TRUE(table.peer(slot, *ip_address::parse("10.0.0.3")));
    EXPECT_TRUE(table.peer(slot, *ip_address::parse("10.0.0.4")));
    EXPECT_STREQ(reinterpret_cast<const char*>(table.secret(slot).password), "new");
    settings.vrid = {2};
    EXPECT_FALSE(table.change(slot, settings)) << "another router";
}

TEST(datapath_slot_table, a_password_of_eight_bytes_is_kept_whole)
{
    auto table = make_table();
    auto settings = router(1);
    settings.password = "12345678";
    const auto slot = *table.add(settings);
    const auto secret = table.secret(slot);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(secret.password), 8), "12345678");
}

TEST(datapath_slot_table, the_hang_limit_is_in_nanoseconds_and_can_be_changed)
{
    auto table = make_table();
    auto settings = router(1);
    settings.hang_limit = 300ms;
    const auto slot = *table.add(settings);
    EXPECT_EQ(table.config(slot).hang_limit_ns, 300'000'000U);
    settings.hang_limit = 4s;
    ASSERT_TRUE(table.change(slot, settings));
    EXPECT_EQ(table.config(slot).hang_limit_ns, 4'000'000'000U);
}

TEST(datapath_slot_table, every_activation_has_a_number_of_its_own)
{
    auto table = make_table();
    const auto first = *table.add(router(1));
    const auto second = *table.add(router(2));
    const auto become = [&](slot_index slot, xvrrp_state state) {
        table.store(slot, {.state = state, .priority = {100}, .followed = std::nullopt});
        return table.config(slot).activation;
    };
    std::set<std::uint32_t> seen{0};
    EXPECT_EQ(become(first, XVRRP_BACKUP), 0U);
    for (const auto slot : {first, second, first}) {
        const auto number = become(slot, XVRRP_ACTIVE);
        EXPECT_TRUE(seen.insert(number).second) << "no slot's VIP may meet another's number";
        EXPECT_EQ(become(slot, XVRRP_ACTIVE), number) << "still the same";
        EXPECT_EQ(become(slot, XVRRP_LEAVING), number);
        EXPECT_EQ(become(slot, XVRRP_BACKUP), number);
    }
    table.remove(first);
    ASSERT_EQ(table.add(router(3)), first);
    EXPECT_EQ(table.config(first).activation, 0U);
    EXPECT_TRUE(seen.insert(become(first, XVRRP_ACTIVE)).second);
}

TEST(datapath_slot_table, a_fence_is_lifted_by_its_epoch)
{
    auto table = make_table();
    const auto slot = *table.add(router(1));
    const auto epoch = table.config(slot).fence_epoch;
    table.lift_fence(slot);
    EXPECT_EQ(table.config(slot).fence_epoch, epoch + 1);
    ASSERT_TRUE(table.change(slot, router(1)));
    table.store(slot, {.state = XVRRP_ACTIVE, .priority = {100}, .followed = std::nullopt});
    EXPECT_EQ(table.config(slot).fence_epoch, epoch + 1) << "nothing else touches it";
    table.lift_fence({7});
    EXPECT_EQ(table.config({7}).fence_epoch, 0U) << "a free slot";
}

} // namespace
