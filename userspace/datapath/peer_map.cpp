// SPDX-License-Identifier: BSD-2-Clause
//
// The value says nothing where only membership is asked for.
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

result<void> add(int map, std::uint32_t number, const ip_address& peer, const hop_limits& limits)
{
    return maps::put(map, "vrrp_peers", key_for_kernel(number, peer), value_of(limits));
}

void remove(int map, std::uint32_t number, const ip_address& peer)
{
    maps::erase(map, key_for_kernel(number, peer));
}

xvrrp_peer value_of(const hop_limits& limits) noexcept
{
    return {.min_ttl = limits.least, .max_ttl = limits.most, .zero = 0};
}

std::uint32_t bit_of(const ip_address& peer)
{
    std::uint8_t bytes[XVRRP_ADDRESS_BYTES];
    peer.to_abi(bytes);
    std::array<std::uint32_t, 4> words{};
    std::memcpy(words.data(), bytes, sizeof bytes);
    return xvrrp_peer_bit(words.data());
}

} // namespace xvrrp::datapath::peer_map
