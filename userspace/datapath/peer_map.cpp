// SPDX-License-Identifier: BSD-2-Clause
//
// The key is all that an entry says.
#include "datapath/peer_map.hpp"

#include <array>
#include <cstring>

#include "datapath/maps.hpp"

namespace xvrrp::datapath::peer_map {

namespace {

xvrrp_peer_key key_for_kernel(std::uint32_t number, const ip_address& peer)
{
    xvrrp_peer_key key{};
    key.slot = number;
    peer.to_abi(key.address);
    return key;
}

} // namespace

result<void> add(int map, std::uint32_t number, const ip_address& peer)
{
    return maps::put(map, "vrrp_peers", key_for_kernel(number, peer), __u32{1});
}

void remove(int map, std::uint32_t number, const ip_address& peer)
{
    maps::erase(map, key_for_kernel(number, peer));
}

std::uint32_t bits_of(const std::set<ip_address>& peers)
{
    std::uint32_t bits = 0;
    for (const ip_address& peer : peers) {
        std::uint8_t bytes[XVRRP_ADDRESS_BYTES];
        peer.to_abi(bytes);
        std::array<std::uint32_t, 4> words{};
        std::memcpy(words.data(), bytes, sizeof bytes);
        bits |= xvrrp_peer_bit(words.data());
    }
    return bits;
}

} // namespace xvrrp::datapath::peer_map
