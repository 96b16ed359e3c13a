// SPDX-License-Identifier: BSD-2-Clause
//
// Conversions alone; a time of 0 in abi.h is "never".
#include "datapath/records.hpp"

#include <algorithm>

namespace xvrrp::datapath {

namespace {

std::optional<heard> to_heard(const xvrrp_heard& last, address_family family)
{
    if (last.stamp_ns == 0) {
        return std::nullopt;
    }
    heard converted{.stamp = to_time_point(last.stamp_ns),
                    .source = ip_address::from_abi(family, last.source),
                    .mac = {},
                    .priority = {last.priority},
                    .interval = centiseconds(last.interval_cs)};
    std::ranges::copy(last.mac, converted.mac.bytes.begin());
    return converted;
}

std::optional<time_point> to_last(std::uint64_t monotonic_ns)
{
    return monotonic_ns == 0 ? std::nullopt : std::optional(to_time_point(monotonic_ns));
}

} // namespace

router_record to_router_record(const xvrrp_router_record& record, const xvrrp_slot_config& slot)
{
    if (record.generation != slot.generation || slot.generation == 0) {
        return {};
    }
    const auto family = static_cast<address_family>(slot.family);
    return {.followed = to_heard(record.followed, family),
            .other = to_heard(record.other, family),
            .fenced_until = record.fence_epoch == slot.fence_epoch ? to_last(record.fenced_until_ns) : std::nullopt,
            .accepted = record.accepted,
            .suppressed = record.suppressed,
            .lost = record.lost};
}

drop_counters to_drop_counters(const xvrrp_drop_key& key, std::span<const xvrrp_drop_count> per_cpu)
{
    drop_counters total{.interface = {key.ifindex},
                        .reason = static_cast<xvrrp_drop_reason>(key.reason),
                        .count = 0,
                        .last = std::nullopt,
                        .last_source = std::nullopt,
                        .last_vrid = {}};
    std::uint64_t last_ns = 0;
    for (const xvrrp_drop_count& one : per_cpu) {
        total.count += one.count;
        if (one.count == 0 || one.last_ns < last_ns) {
            continue;
        }
        last_ns = one.last_ns;
        total.last = to_last(one.last_ns);
        total.last_source = ip_address::from_abi(
            one.last_family == XVRRP_IPV6 ? address_family::ipv6 : address_family::ipv4, one.last_source);
        total.last_vrid = {one.last_vrid};
    }
    return total;
}

vip_counters to_vip_counters(const vip& which, slot_index slot, std::uint32_t activation,
                             std::span<const xvrrp_vip_count> per_cpu)
{
    vip_counters total{.which = which, .slot = slot, .last_received = std::nullopt, .first_active = std::nullopt};
    std::uint64_t last_ns = 0;
    for (const xvrrp_vip_count& one : per_cpu) {
        total.received_packets += one.received_packets;
        total.received_bytes += one.received_bytes;
        total.sent_packets += one.sent_packets;
        total.sent_bytes += one.sent_bytes;
        total.not_active_packets += one.not_active_packets;
        last_ns = std::max<std::uint64_t>(last_ns, one.last_received_ns);
        const auto first = one.activation == activation ? to_last(one.first_active_ns) : std::nullopt;
        if (first && (!total.first_active || *first < *total.first_active)) {
            total.first_active = first;
        }
    }
    total.last_received = to_last(last_ns);
    return total;
}

} // namespace xvrrp::datapath
