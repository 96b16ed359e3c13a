// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_peers: addresses under a number, which is a slot's or one that reflector_table has given out. Called by these
// two tables, on the datapath's thread.
#pragma once

#include <set>

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath::peer_map {

result<void> add(int map, std::uint32_t number, const ip_address& peer);
void remove(int map, std::uint32_t number, const ip_address& peer);

/// xvrrp_peer_bit of each.
std::uint32_t bits_of(const std::set<ip_address>& peers);

} // namespace xvrrp::datapath::peer_map
