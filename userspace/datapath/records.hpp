// SPDX-License-Identifier: BSD-2-Clause
//
// What was heard and refused, from the layout of abi.h into the interface's types. Pure.
#pragma once

#include <span>

#include "datapath/datapath.hpp"

namespace xvrrp::datapath {

/// Empty if the record is of another generation than the slot's: of a router that had the slot before. A fence that was
/// lifted isn't in it; one that has run out is.
router_record to_router_record(const xvrrp_router_record& record, const xvrrp_slot_config& slot);

/// The sum over the CPUs, with the latest of their last sources.
drop_counters to_drop_counters(const xvrrp_drop_key& key, std::span<const xvrrp_drop_count> per_cpu);

/// `activation`: of the slot; what a CPU noted in an earlier one is no first packet of this.
vip_counters to_vip_counters(const vip& which, slot_index slot, std::uint32_t activation,
                             std::span<const xvrrp_vip_count> per_cpu);

inline time_point to_time_point(std::uint64_t monotonic_ns)
{
    return time_point(duration(static_cast<duration::rep>(monotonic_ns)));
}

inline std::uint64_t to_monotonic_ns(time_point time)
{
    return static_cast<std::uint64_t>(duration(time.time_since_epoch()).count());
}

} // namespace xvrrp::datapath
