// SPDX-License-Identifier: BSD-2-Clause
//
// Follows the XDP program step by step, so that a router behaves alike however its interface is attached.
#include "datapath/software_path.hpp"

#include "xvrrp/validate.h"

#include <algorithm>

#include "datapath/records.hpp"

namespace xvrrp::datapath {

namespace {

constexpr std::uint64_t ns_per_second = 1'000'000'000;
constexpr std::uint64_t ns_per_centisecond = 10'000'000;

/// A token is worth a second in nanoseconds, a nanosecond the rate.
bool take_token(xvrrp_bucket& bucket, std::uint64_t per_second, std::uint64_t burst, std::uint64_t now)
{
    const std::uint64_t full = burst * ns_per_second;
    if (now > bucket.refilled_ns) {
        const std::uint64_t elapsed = std::min<std::uint64_t>(now - bucket.refilled_ns, full / per_second + 1);
        bucket.credit = std::min<std::uint64_t>(bucket.credit + elapsed * per_second, full);
        bucket.refilled_ns = now;
    }
    if (bucket.credit < ns_per_second) {
        return false;
    }
    bucket.credit -= ns_per_second;
    return true;
}

xvrrp_router_record fresh_record(std::uint32_t generation, std::uint64_t now)
{
    xvrrp_router_record record{};
    record.generation = generation;
    record.followed_bucket = {.refilled_ns = now, .credit = XVRRP_FOLLOWED_BURST * ns_per_second};
    record.others_bucket = {.refilled_ns = now, .credit = XVRRP_OTHERS_BURST * ns_per_second};
    return record;
}

/// Long enough that any Active_Down_Interval has run out (RFC 9568 6.1).
bool is_silent(const xvrrp_heard& last, std::uint64_t now)
{
    return now > last.stamp_ns + std::uint64_t{3} * last.interval_cs * ns_per_centisecond + ns_per_second;
}

/// `other` is the best of those that aren't followed; a resigned router displaces nobody.
bool displaces(const xvrrp_heard& advert, const xvrrp_heard& other)
{
    if (xvrrp_same_address(advert.source, other.source) != 0) {
        return true;
    }
    return advert.priority != 0 && (advert.priority >= other.priority || is_silent(other, advert.stamp_ns));
}

bool is_followed(const xvrrp_slot_config& config, const xvrrp_datagram& datagram)
{
    const auto& followed = config.followed[config.followed_half & 1U];
    return std::ranges::any_of(followed, [](std::uint8_t byte) { return byte != 0; }) &&
           xvrrp_same_address(followed, datagram.source) != 0;
}

xvrrp_event make_event(const received_packet& packet, const xvrrp_datagram& datagram)
{
    xvrrp_event event{};
    event.stamp_ns = to_monotonic_ns(packet.stamp);
    event.ifindex = packet.interface.value;
    event.advert_length = static_cast<__u16>(datagram.length);
    event.family = datagram.family;
    event.ttl = datagram.ttl;
    std::ranges::copy(datagram.source, event.source);
    std::ranges::copy(datagram.destination, event.destination);
    std::ranges::copy(packet.mac.bytes, event.mac);
    std::copy_n(datagram.message, std::min<std::size_t>(datagram.length, XVRRP_EVENT_ADVERT_BYTES), event.advert);
    return event;
}

xvrrp_heard make_heard(const xvrrp_event& event, const xvrrp_header& header)
{
    xvrrp_heard advert{};
    advert.stamp_ns = event.stamp_ns;
    std::ranges::copy(event.source, advert.source);
    std::ranges::copy(event.mac, advert.mac);
    advert.priority = header.priority;
    advert.interval_cs = header.interval_cs;
    return advert;
}

} // namespace

std::optional<xvrrp_event> software_path::receive(const received_packet& packet, const slot_table& slots)
{
    if (packet.ip.empty()) {
        return std::nullopt;
    }
    const std::uint8_t* end = packet.ip.data() + packet.ip.size();
    xvrrp_datagram datagram{};
    const int parsed = packet.family == address_family::ipv4 ? xvrrp_parse_ipv4(packet.ip.data(), end, &datagram)
                                                             : xvrrp_parse_ipv6(packet.ip.data(), end, &datagram);
    if (parsed == 0) {
        return std::nullopt;
    }
    xvrrp_header header{};
    const xvrrp_drop_reason malformed = xvrrp_read_header(&datagram, end, &header);
    if (malformed != XVRRP_ACCEPTED) {
        count(packet, datagram.source, header.vrid, malformed);
        return std::nullopt;
    }
    const auto slot = slots.find(packet.interface, packet.family, {header.vrid});
    if (!slot) {
        count(packet, datagram.source, header.vrid, XVRRP_PASS_UNKNOWN_VRID);
        return std::nullopt;
    }
    const xvrrp_slot_config& config = slots.config(*slot);
    const xvrrp_secret secret = slots.secret(*slot);
    __u8 flags = 0;
    xvrrp_drop_reason reason = xvrrp_check_advert(&datagram, &header, &config, &secret, end, &flags);
    if (reason == XVRRP_ACCEPTED && (config.flags & XVRRP_SLOT_CHECK_SOURCE) != 0) {
        const auto peer = slots.peer(*slot, ip_address::from_abi(packet.family, datagram.source));
        reason = xvrrp_check_peer(&datagram, peer ? &*peer : nullptr);
    }
    if (reason != XVRRP_ACCEPTED) {
        count(packet, datagram.source, header.vrid, reason);
        return std::nullopt;
    }
    xvrrp_event event = make_event(packet, datagram);
    event.slot = slot->value;
    event.generation = config.generation;
    event.flags = static_cast<__u8>(flags | (is_followed(config, datagram) ? XVRRP_EVENT_FOLLOWED : 0));
    return record(event, make_heard(event, header)) ? std::optional(event) : std::nullopt;
}

bool software_path::record(const xvrrp_event& event, const xvrrp_heard& advert)
{
    xvrrp_router_record& record = records_[event.slot];
    if (record.generation != event.generation) {
        record = fresh_record(event.generation, event.stamp_ns);
    }
    bool granted = false;
    if ((event.flags & XVRRP_EVENT_FOLLOWED) != 0) {
        record.followed = advert;
        if (xvrrp_same_address(record.other.source, advert.source) != 0) {
            record.other = {};
        }
        granted = take_token(record.followed_bucket, XVRRP_FOLLOWED_PER_SECOND, XVRRP_FOLLOWED_BURST, advert.stamp_ns);
    } else {
        if (displaces(advert, record.other)) {
            record.other = advert;
        }
        granted = take_token(record.others_bucket, XVRRP_OTHERS_PER_SECOND, XVRRP_OTHERS_BURST, advert.stamp_ns);
    }
    ++record.accepted;
    record.suppressed += granted ? 0 : 1;
    return granted;
}

void software_path::count(const received_packet& packet, const std::uint8_t (&source)[XVRRP_ADDRESS_BYTES],
                          std::uint8_t vrid_value, xvrrp_drop_reason reason)
{
    xvrrp_drop_count& drops = drops_[{packet.interface.value, reason}];
    ++drops.count;
    drops.last_ns = to_monotonic_ns(packet.stamp);
    std::ranges::copy(source, drops.last_source);
    drops.last_vrid = vrid_value;
    drops.last_family = static_cast<__u8>(packet.family);
}

router_record software_path::read(slot_index slot, const slot_table& slots) const
{
    const auto found = records_.find(slot.value);
    if (found == records_.end() || slots.settings(slot) == nullptr) {
        return {};
    }
    return to_router_record(found->second, slots.config(slot));
}

std::vector<drop_counters> software_path::read_drops() const
{
    std::vector<drop_counters> all;
    all.reserve(drops_.size());
    for (const auto& [where, drops] : drops_) {
        all.push_back(to_drop_counters({.ifindex = where.first, .reason = where.second}, {&drops, 1}));
    }
    return all;
}

void software_path::forget(interface_index interface)
{
    std::erase_if(drops_, [&](const auto& entry) { return entry.first.first == interface.value; });
}

} // namespace xvrrp::datapath
