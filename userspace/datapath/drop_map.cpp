// SPDX-License-Identifier: BSD-2-Clause
//
// Without an entry XDP doesn't count, so that a flood can't fill the map.
#include "datapath/drop_map.hpp"

#include "datapath/maps.hpp"
#include "datapath/records.hpp"

namespace xvrrp::datapath::drop_map {

namespace {

template <class Visit> void for_each_reason(interface_index interface, Visit visit)
{
    for (__u32 reason = XVRRP_ACCEPTED + 1; reason < XVRRP_REASONS; ++reason) {
        visit(xvrrp_drop_key{.ifindex = interface.value, .reason = reason});
    }
}

} // namespace

result<void> add(int map, interface_index interface)
{
    const std::vector<xvrrp_drop_count> zero(maps::cpu_count());
    result<void> outcome;
    for_each_reason(interface, [&](const xvrrp_drop_key& key) {
        if (outcome) {
            outcome = maps::put_per_cpu(map, "vrrp_drops", key, zero);
        }
    });
    return outcome;
}

void remove(int map, interface_index interface)
{
    for_each_reason(interface, [&](const xvrrp_drop_key& key) { maps::erase(map, key); });
}

void read(int map, interface_index interface, std::vector<drop_counters>& into)
{
    for_each_reason(interface, [&](const xvrrp_drop_key& key) {
        if (const auto counts = maps::get_per_cpu<xvrrp_drop_count>(map, key)) {
            if (const drop_counters total = to_drop_counters(key, *counts); total.count != 0) {
                into.push_back(total);
            }
        }
    });
}

} // namespace xvrrp::datapath::drop_map
