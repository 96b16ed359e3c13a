// SPDX-License-Identifier: BSD-2-Clause
//
// The bits that spare XDP a look-up: never missing for a VIP, gone with the last one that shares them.
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <numeric>

#include "datapath/vip_table.hpp"

namespace {

using namespace xvrrp;
using namespace xvrrp::datapath;

class datapath_vip_table : public testing::Test {
protected:
    datapath_vip_table()
        : memory(maps::vip_bits_memory::allocate(1)), bits(memory.values()[0]), table(std::move(memory), {})
    {
    }
    [[nodiscard]] int set_bits() const
    {
        return std::accumulate(std::begin(bits.words), std::end(bits.words), 0,
                               [](int sum, __u64 word) { return sum + std::popcount(word); });
    }
    [[nodiscard]] bool is_set(const ip_address& address) const
    {
        alignas(8) std::uint8_t bytes[XVRRP_ADDRESS_BYTES];
        address.to_abi(bytes);
        __u32 words[4];
        std::memcpy(words, bytes, sizeof words);
        const __u32 bit = xvrrp_vip_bit(words);
        return (bits.words[bit / 64] >> bit % 64 & 1) != 0;
    }

    maps::vip_bits_memory memory;
    xvrrp_vip_bits& bits;
    vip_table table;
};

TEST_F(datapath_vip_table, every_vip_has_its_bit_and_no_bit_stays)
{
    EXPECT_EQ(bits.in_use, 1U);
    std::vector<vip> vips;
    for (std::uint8_t host = 1; host < 200; ++host) {
        vips.push_back({.interface = {7}, .address = ip_address::v4({10, 0, 0, host})});
        vips.push_back(
            {.interface = {7}, .address = ip_address::v6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host})});
    }
    for (const vip& which : vips) {
        ASSERT_TRUE(table.add(which, {0}));
        EXPECT_TRUE(is_set(which.address)) << which.address.to_string();
    }
    for (const vip& which : vips) {
        EXPECT_TRUE(is_set(which.address)) << which.address.to_string();
        table.remove(which);
    }
    EXPECT_EQ(set_bits(), 0);
}

TEST_F(datapath_vip_table, a_bit_stays_while_another_interface_has_the_vip)
{
    const ip_address address = ip_address::v4({10, 0, 0, 70});
    ASSERT_TRUE(table.add({.interface = {7}, .address = address}, {0}));
    ASSERT_TRUE(table.add({.interface = {7}, .address = address}, {1})) << "handed to another router";
    ASSERT_TRUE(table.add({.interface = {8}, .address = address}, {1}));
    table.remove({.interface = {7}, .address = address});
    EXPECT_TRUE(is_set(address));
    table.remove({.interface = {7}, .address = address});
    EXPECT_TRUE(is_set(address)) << "removed twice";
    table.remove({.interface = {8}, .address = address});
    EXPECT_FALSE(is_set(address));
}

} // namespace
