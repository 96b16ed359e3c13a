// SPDX-License-Identifier: BSD-2-Clause
//
// Pins come last: nothing of an earlier run is replaced before all that is needed is there.
#include "datapath/bpf_half.hpp"

#include <fmt/format.h>

#include "datapath/death_watch.hpp"

namespace xvrrp::datapath {

namespace {

result<void> pin_maps(const bpf_objects& objects, const pin_directory& pins)
{
    for (const auto& [name, map] : objects.public_maps()) {
        if (auto pinned = pins.pin(map, name); !pinned) {
            return pinned;
        }
    }
    return {};
}

std::optional<std::string> try_to_watch_for_death(int control_map, const pin_directory& pins)
{
    if (const auto watched = watch_for_death(control_map, pins); !watched) {
        return fmt::format("the kernel can't see this process die ({}): its supervisor will, later",
                           watched.error().what);
    }
    return std::nullopt;
}

} // namespace

result<bpf_half> bpf_half::open(const pin_directory& pins)
{
    auto objects = bpf_objects::load();
    if (!objects) {
        return std::unexpected(objects.error());
    }
    const map_descriptors maps = objects->maps();
    auto events = event_source::open(maps.events);
    if (!events) {
        return std::unexpected(events.error());
    }
    auto config = maps::config_memory::map(maps.config, XVRRP_MAX_SLOTS, "vrrp_config");
    if (!config) {
        return std::unexpected(config.error());
    }
    auto vip_bits = maps::vip_bits_memory::map(maps.vip_bits, 1, "vrrp_vip_bits");
    if (!vip_bits) {
        return std::unexpected(vip_bits.error());
    }
    auto control = maps::array_memory<xvrrp_control>::map(maps.control, 1, "vrrp_control");
    if (!control) {
        return std::unexpected(control.error());
    }
    auto probes = maps::array_memory<xvrrp_session>::map(maps.probes, XVRRP_MAX_SESSIONS, "sbfd_probes");
    if (!probes) {
        return std::unexpected(probes.error());
    }
    auto replies = maps::array_memory<xvrrp_session_record>::map(maps.sessions, XVRRP_MAX_SESSIONS, "sbfd_sessions");
    if (!replies) {
        return std::unexpected(replies.error());
    }
    if (auto pinned = pin_maps(*objects, pins); !pinned) {
        return std::unexpected(pinned.error());
    }
    return bpf_half{.objects = std::move(*objects),
                    .events = std::move(*events),
                    .config = std::move(*config),
                    .vip_bits = std::move(*vip_bits),
                    .control = std::move(*control),
                    .probes = std::move(*probes),
                    .replies = std::move(*replies),
                    .death_refusal = try_to_watch_for_death(maps.control, pins)};
}

} // namespace xvrrp::datapath
