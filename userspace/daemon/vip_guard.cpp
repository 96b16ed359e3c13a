// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/vip_guard.hpp"

#include <algorithm>
#include <iterator>

#include "core/wire.hpp"
#include "datapath/maps.hpp"
#include "datapath/pinned_records.hpp"

namespace xvrrp::daemon {

namespace {

/// Adverts read from a socket before the caller's other work has its turn.
constexpr std::size_t adverts_per_look = 256;

bool same_router(const datapath::slot_settings& one, const datapath::slot_settings& other)
{
    return one.interface == other.interface && one.family == other.family && one.vrid == other.vrid;
}

} // namespace

vip_guard::vip_guard(std::filesystem::path bpf_directory, logger& log)
    : bpf_directory_(std::move(bpf_directory)), log_(log)
{
}

std::size_t vip_guard::take_over(std::vector<runtime::published_router> routers, time_point died)
{
    // A daemon that published nothing may have been refused the pins, which are another one's then.
    if (!routers.empty()) {
        std::ignore = datapath::declare_dead(bpf_directory_);
    }
    std::vector<guarded*> taken;
    for (runtime::published_router& each : routers) {
        guarded& one = entry_of(each.place);
        one.router = std::move(each);
        listen_on(one.router.place.interface);
        taken.push_back(&one);
    }
    // Only now: what comes from here on is heard.
    const auto records = datapath::pinned_records::open(bpf_directory_, died);
    std::size_t resigned = 0;
    for (guarded* each : taken) {
        const datapath::slot_settings& place = each->router.place;
        each->succeeded =
            records && records->succeeded(place.interface, place.family, place.vrid, std::chrono::steady_clock::now());
        if (each->router.active && !each->succeeded && resign(*each)) {
            ++resigned;
        }
    }
    for (guarded* each : taken) {
        enter(*each);
    }
    look({});
    return resigned;
}

vip_guard::guarded& vip_guard::entry_of(const datapath::slot_settings& place)
{
    const auto known =
        std::ranges::find_if(guarded_, [&](const guarded& one) { return same_router(one.router.place, place); });
    return known != guarded_.end() ? *known : guarded_.emplace_back();
}

void vip_guard::listen_on(interface_index interface)
{
    if (const auto known = ears_.find(interface); known != ears_.end() && known->second.alive()) {
        return;
    }
    auto opened = datapath::socket_source::open(interface);
    if (!opened) {
        log_.warning("interface {}: {}; VIPs of the dead daemon stay there until the next one runs", interface.value,
                     opened.error().what);
        return;
    }
    ears_.insert_or_assign(interface, std::move(*opened));
}

bool vip_guard::resign(guarded& one)
{
    const datapath::slot_settings& place = one.router.place;
    auto voice = net::advert_socket::open({.interface = place.interface,
                                           .source = place.source,
                                           .group = place.group,
                                           .peers = place.peers,
                                           .unicast_ttl = one.router.unicast_ttl});
    if (!voice) {
        log_.warning("({}) no priority 0 for the dead daemon: {}", one.router.name, voice.error().what);
        return false;
    }
    bool sent = false;
    for (const runtime::farewell& each : one.router.farewells) {
        if (result<void> done = voice->send(each.message, each.destination); !done) {
            log_.warning("({}) {}", one.router.name, done.error().what);
        } else {
            sent = true;
        }
    }
    one.voice = std::move(*voice);
    return sent;
}

void vip_guard::enter(guarded& one)
{
    if (!slots_) {
        slots_.emplace(datapath::maps::config_memory::allocate(XVRRP_MAX_SLOTS), std::nullopt);
    }
    const result<void> entered = [&]() -> result<void> {
        if (one.slot) {
            return slots_->change(*one.slot, one.router.place);
        }
        const auto added = slots_->add(one.router.place);
        if (!added) {
            return std::unexpected(added.error());
        }
        one.slot = *added;
        return {};
    }();
    if (!entered) {
        log_.warning("({}) {}; its VIPs stay until the next daemon runs", one.router.name, entered.error().what);
    }
}

std::vector<int> vip_guard::fds() const
{
    std::vector<int> all;
    all.reserve(ears_.size());
    for (const auto& [interface, ear] : ears_) {
        all.push_back(ear.fd());
    }
    return all;
}

void vip_guard::look(const held_addresses& held)
{
    if (!slots_) {
        return;
    }
    for (auto& [interface, ear] : ears_) {
        ear.drain([this](const xvrrp_event& heard) { hear(heard); }, adverts_per_look, checks_, *slots_);
    }
    remove_succeeded(held);
}

void vip_guard::hear(const xvrrp_event& heard)
{
    const auto header = core::wire::decode_header(heard.advert);
    if (!header || header->priority == leaving_priority) {
        return;
    }
    for (guarded& each : guarded_) {
        each.succeeded |= each.slot && each.slot->value == heard.slot;
    }
}

void vip_guard::remove_succeeded(const held_addresses& held)
{
    held_addresses kept = held;
    std::vector<net::address_request> unwanted;
    for (const guarded& each : guarded_) {
        for (const net::address_request& address : each.router.addresses) {
            if (!each.succeeded) {
                kept.emplace(address.interface, address.ip);
            }
        }
    }
    for (const guarded& each : guarded_) {
        if (each.succeeded) {
            std::ranges::copy_if(each.router.addresses, std::back_inserter(unwanted),
                                 [&](const auto& address) { return !kept.contains({address.interface, address.ip}); });
        }
    }
    remove(unwanted);
    std::erase_if(guarded_, [this](const guarded& each) {
        if (each.succeeded) {
            log_.info("({}) another router has taken over from the dead daemon: removed its VIPs", each.router.name);
            if (each.slot) {
                slots_->remove(*each.slot);
            }
        }
        return each.succeeded;
    });
}

void vip_guard::remove(std::span<const net::address_request> unwanted)
{
    if (unwanted.empty()) {
        return;
    }
    auto kernel = net::netlink::open();
    const result<void> removed =
        kernel ? kernel->remove_addresses(unwanted) : result<void>(std::unexpected(kernel.error()));
    if (!removed) {
        log_.error("removing VIPs of the dead daemon: {}", removed.error().what);
    }
}

duration vip_guard::successor_within() const
{
    duration longest{0};
    for (const guarded& each : guarded_) {
        longest = std::max(longest, each.router.successor_within);
    }
    return longest;
}

void vip_guard::give_up()
{
    std::vector<net::address_request> all;
    for (const guarded& each : guarded_) {
        std::ranges::copy(each.router.addresses, std::back_inserter(all));
    }
    remove(all);
    hand_over();
}

void vip_guard::hand_over()
{
    guarded_.clear();
    ears_.clear();
    slots_.reset();
}

} // namespace xvrrp::daemon
