// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/socket_reflector.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/sbfd.hpp"

namespace xvrrp::runtime {

namespace {

/// What one turn of the loop answers on a socket: the rest waits for the next.
constexpr std::size_t probes_per_turn = 256;

/// What one answer costs of a bucket, and what a full one holds.
constexpr duration cost = duration(std::chrono::seconds(1)) / XVRRP_PROBES_PER_SECOND;
constexpr duration full = cost * XVRRP_PROBES_BURST;

} // namespace

bool probe_allowance::take(interface_index interface, const ip_address& source, time_point now)
{
    if (buckets_.size() >= XVRRP_MAX_PROBERS && !buckets_.contains({interface, source})) {
        // Full buckets know nothing that a new one doesn't. A source that there is no room for is answered, as XDP
        // does: silence would make it take over.
        std::erase_if(buckets_, [now](const auto& each) { return now - each.second.refilled >= full; });
        if (buckets_.size() >= XVRRP_MAX_PROBERS) {
            return true;
        }
    }
    bucket& its = buckets_.try_emplace({interface, source}, bucket{.refilled = now, .credit = full}).first->second;
    its.credit = std::min(its.credit + (now - its.refilled), full);
    its.refilled = now;
    if (its.credit < cost) {
        return false;
    }
    its.credit -= cost;
    return true;
}

void socket_reflector::set(const std::vector<datapath::reflector>& wanted)
{
    const auto is_wanted = [&](const auto& entry) {
        return std::ranges::any_of(wanted, [&](const datapath::reflector& each) {
            return each.interface == entry.first.first && each.address == entry.first.second;
        });
    };
    for (auto each = places_.begin(); each != places_.end();) {
        if (is_wanted(*each)) {
            ++each;
            continue;
        }
        loop_.forget(each->second.socket.fd());
        each = places_.erase(each);
    }
    for (const datapath::reflector& each : wanted) {
        const std::pair key{each.interface, each.address};
        if (const auto known = places_.find(key); known != places_.end()) {
            known->second.what = each;
            continue;
        }
        auto opened = net::sbfd_socket::open(each.interface, each.address, core::sbfd::port);
        if (!opened) {
            log_(log_level::warning, fmt::format("no S-BFD reflector at {}: {}; routers that probe it fall back to "
                                                 "missing adverts",
                                                 each.address.to_string(), opened.error().what));
            continue;
        }
        place& made = places_.emplace(key, place{.what = each, .socket = std::move(*opened)}).first->second;
        if (const result<void> watched = loop_.watch(made.socket.fd(), [this, &made] { answer(made); }); !watched) {
            log_(log_level::error, "listening for S-BFD probes: " + watched.error().what);
        }
    }
}

void socket_reflector::answer(place& at)
{
    const time_point now = std::chrono::steady_clock::now();
    at.socket.drain([&](const net::sbfd_datagram& probe) { answer(at, probe, now); }, probes_per_turn);
}

/// The socket has seen to hop limit, address and interface. A probe from the reflectors' own port would make two of
/// them answer each other for ever.
void socket_reflector::answer(place& at, const net::sbfd_datagram& probe, time_point now)
{
    const bool allowed = at.what.peers.empty() || std::ranges::find(at.what.peers, probe.from) != at.what.peers.end();
    if (!allowed || probe.from_port == core::sbfd::port) {
        return;
    }
    const auto asked = core::sbfd::decode(probe.payload);
    if (!asked || !allowance_.take(at.what.interface, probe.from, now)) {
        return;
    }
    if (const auto reply = core::sbfd::reflect(*asked, at.what.discriminator, in_control_)) {
        // One that can't be sent is a lost one.
        std::ignore = at.socket.send(core::sbfd::encode(*reply), probe.from, probe.from_port);
    }
}

} // namespace xvrrp::runtime
