// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/publisher.hpp"

#include <utility>

#include "core/timers.hpp"

namespace xvrrp::runtime {

namespace {

/// A Backup of the lowest priority takes over after this, and its first advert is on its way for as long as `margin`.
duration slowest_successor(const instance& who)
{
    constexpr priority lowest{1};
    constexpr std::chrono::milliseconds margin{50};
    return core::skew_time(who.config.version, lowest, who.config.advert_interval) + margin;
}

published_router describe(const instance& who)
{
    published_router made{
        .name = who.config.name,
        .active = who.router.state() == core::state::active,
        .place = who.heard_at.settings(),
        .unicast_ttl = who.config.unicast_ttl,
        .farewells = {},
        .addresses = {},
        .successor_within = slowest_successor(who),
    };
    if (made.active) {
        made.farewells = who.sender.farewells();
    }
    for (const net::address_request& each : who.addresses.requests()) {
        made.addresses.push_back(
            {.interface = each.interface, .ip = each.ip, .prefix_length = each.prefix_length, .peer = each.peer});
    }
    return made;
}

} // namespace

void publisher::note(const instance& who)
{
    if (where_ == nullptr) {
        return;
    }
    if (!who.addresses.in_place() || !who.heard_at.slot()) {
        changed_ |= known_.erase(&who) != 0;
        return;
    }
    const published now{.active = who.router.state() == core::state::active,
                        .adverts = who.sender.revision(),
                        .addresses = who.addresses.revision()};
    const auto [entry, added] = known_.try_emplace(&who, now);
    if (added || entry->second != now) {
        entry->second = now;
        changed_ = true;
    }
}

result<void> publisher::publish(const std::vector<std::unique_ptr<instance>>& routers)
{
    if (where_ == nullptr || !std::exchange(changed_, false)) {
        return {};
    }
    std::vector<published_router> all;
    for (const std::unique_ptr<instance>& each : routers) {
        if (known_.contains(each.get())) {
            all.push_back(describe(*each));
        }
    }
    return where_->publish(all);
}

} // namespace xvrrp::runtime
