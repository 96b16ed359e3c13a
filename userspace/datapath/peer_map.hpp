// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_peers: addresses under a number, which is a slot's or one that reflector_table has given out. Called by these
// two tables, on the datapath's thread.
#pragma once

#include <cstdint>

#include "xvrrp/abi.h"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath::peer_map {

result<void> add(int map, std::uint32_t number, const ip_address& peer, const hop_limits& limits = {});
void remove(int map, std::uint32_t number, const ip_address& peer);

/// The value of an entry.
[[nodiscard]] xvrrp_peer value_of(const hop_limits& limits) noexcept;

/// xvrrp_peer_bit.
[[nodiscard]] std::uint32_t bit_of(const ip_address& peer);

} // namespace xvrrp::datapath::peer_map
