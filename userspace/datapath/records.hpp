// SPDX-License-Identifier: BSD-2-Clause
//
// What was heard and refused, from the layout of abi.h into the interface's types. Pure.
#pragma once

#include <span>

#include "datapath/datapath.hpp"

namespace xvrrp::datapath {

/// Empty if the record is of another generation than the slot's: of a router that had the slot before.
router_record to_router_record(const xvrrp_router_record& record, std::uint32_t generation, address_family family);

/// The sum over the CPUs, with the latest of their last sources.
drop_counters to_drop_counters(const xvrrp_drop_key& key, std::span<const xvrrp_drop_count> per_cpu);

vip_counters to_vip_counters(const vip& which, slot_index slot, std::span<const xvrrp_vip_count> per_cpu);

inline time_point to_time_point(std::uint64_t monotonic_ns)
{
    return time_point(duration(static_cast<duration::rep>(monotonic_ns)));
}

} // namespace xvrrp::datapath
