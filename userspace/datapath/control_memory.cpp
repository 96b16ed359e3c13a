// SPDX-License-Identifier: BSD-2-Clause
//
// The lease is stored first: an `alive` beside an old lease would do no harm, but nor would it say anything.
#include "datapath/control_memory.hpp"

#include "datapath/records.hpp"

namespace xvrrp::datapath {

void control_memory::renew(time_point now) noexcept
{
    xvrrp_control& control = memory_.values()[0];
    maps::store_word(control.lease_ns, __u64{to_monotonic_ns(now)});
    maps::store_word(control.alive, __u32{1});
}

void control_memory::announce_leaving() noexcept
{
    maps::store_word(memory_.values()[0].leaving, __u32{1});
}

} // namespace xvrrp::datapath
