// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_drops: the daemon makes the entries of an attached interface, XDP counts in them. Owned by the datapath, called
// on its thread.
#pragma once

#include <vector>

#include "datapath/datapath.hpp"

namespace xvrrp::datapath::drop_map {

/// An entry for each reason, zero.
result<void> add(int map, interface_index interface);
void remove(int map, interface_index interface);
/// Appends those of an interface that aren't zero.
void read(int map, interface_index interface, std::vector<drop_counters>& into);

} // namespace xvrrp::datapath::drop_map
