// SPDX-License-Identifier: BSD-2-Clause
//
// The lease tells when the loop last turned, which is earlier than the death was noticed: a successor's advert may have
// come in between. Where it can't be read, the time of the notice has to do.
#include "datapath/pinned_records.hpp"

#include <bpf/bpf.h>

#include <algorithm>

#include "datapath/maps.hpp"
#include "datapath/records.hpp"
#include "xvrrp/abi.h"

namespace xvrrp::datapath {

namespace {

/// How long a fence lasts after a successor's advert, in intervals of that one (record.bpf.h).
constexpr int fence_intervals = 4;

/// Empty, with errno, as well if the values are of another size.
template <class Value> descriptor open_pin(const std::filesystem::path& pin)
{
    descriptor map(::bpf_obj_get(pin.c_str()));
    bpf_map_info info{};
    __u32 size = sizeof info;
    if (map && ::bpf_obj_get_info_by_fd(map.get(), &info, &size) == 0 && info.value_size == sizeof(Value)) {
        return map;
    }
    errno = map ? EPROTO : errno;
    return {};
}

descriptor open_control(const std::filesystem::path& pin_directory)
{
    return open_pin<xvrrp_control>(pin_directory / "vrrp_control");
}

template <class Value, class Key> bool look_up(const descriptor& map, const Key& key, Value& value, std::uint64_t flags)
{
    return ::bpf_map_lookup_elem_flags(map.get(), &key, &value, flags) == 0;
}

time_point last_turn_of(const descriptor& control, time_point otherwise)
{
    constexpr std::uint32_t only_entry = 0;
    xvrrp_control read{};
    if (!control || !look_up(control, only_entry, read, 0) || read.lease_ns == 0) {
        return otherwise;
    }
    return std::min(to_time_point(read.lease_ns), otherwise);
}

} // namespace

result<pinned_records> pinned_records::open(const std::filesystem::path& pin_directory, time_point died)
{
    pinned_records opened;
    opened.slots_ = open_pin<std::uint32_t>(pin_directory / "vrrp_slots");
    opened.config_ = open_pin<xvrrp_slot_config>(pin_directory / "vrrp_config");
    opened.routers_ = open_pin<xvrrp_router_record>(pin_directory / "vrrp_routers");
    if (!opened.slots_ || !opened.config_ || !opened.routers_) {
        return fail_errno(pin_directory.native(), errno);
    }
    opened.last_turn_ = last_turn_of(open_control(pin_directory), died);
    return opened;
}

bool pinned_records::succeeded(interface_index interface, address_family family, vrid id, time_point now) const
{
    const xvrrp_slot_key key{
        .ifindex = interface.value, .family = static_cast<__u8>(family), .vrid = id.value, .zero = 0};
    std::uint32_t slot = 0;
    xvrrp_slot_config config{};
    xvrrp_router_record record{};
    const bool known = look_up(slots_, key, slot, 0) && look_up(config_, slot, config, 0) &&
                       look_up(routers_, slot, record, BPF_F_LOCK) && record.generation == config.generation;
    if (!known) {
        return false;
    }
    const bool fenced_by_xdp = record.fence_epoch == config.fence_epoch && to_time_point(record.fenced_until_ns) > now;
    const bool left = (config.flags & (XVRRP_SLOT_QUIET | XVRRP_SLOT_FENCED)) != 0;
    const auto is_successor = [&](const xvrrp_heard& heard) {
        const time_point stamp = to_time_point(heard.stamp_ns);
        return heard.priority != leaving_priority.value && stamp > last_turn_ &&
               stamp + fence_intervals * centiseconds(heard.interval_cs) > now;
    };
    return fenced_by_xdp || left || is_successor(record.followed) || is_successor(record.other);
}

result<void> declare_dead(const std::filesystem::path& pin_directory)
{
    const descriptor map = open_control(pin_directory);
    if (!map) {
        return fail_errno((pin_directory / "vrrp_control").native(), errno);
    }
    const auto control = maps::array_memory<xvrrp_control>::map(map.get(), 1, "vrrp_control");
    if (!control) {
        return std::unexpected(control.error());
    }
    maps::store_word(control->values()[0].alive, __u32{0});
    return {};
}

} // namespace xvrrp::datapath
