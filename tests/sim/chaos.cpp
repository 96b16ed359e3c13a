// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "chaos.hpp"

#include <algorithm>
#include <array>

namespace xvrrp::sim {

using namespace std::chrono_literals;
using namespace core;

chaos::chaos(std::uint64_t seed) : world_(seed)
{
    dice& chance = world_.chance();
    version_ = chance.percent(50) ? vrrp_version::v2 : vrrp_version::v3;
    intervals_vary_ = version_ == vrrp_version::v3 && chance.percent(30);
    interval_ = interval_of_world();
    populate();
}

/// Version 2 knows whole seconds.
duration chaos::interval_of_world()
{
    constexpr std::array<duration, 4> choices = {1s, 2s, 100ms, 10ms};
    return choices[world_.chance().below(version_ == vrrp_version::v2 ? 2 : choices.size())];
}

void chaos::populate()
{
    const std::size_t count = 2 + world_.chance().below(4);
    for (std::size_t i = 0; i < count; ++i) {
        const auto last = static_cast<std::uint8_t>(10 + (i * 7) % 5); // the order of addresses isn't that of hosts
        equip(world_.add(random_settings(), ip_address::v4({192, 0, 2, last})));
    }
    for (const auto& one : world_.hosts()) {
        world_.at(world_.now() + world_.chance().between(0s, 3 * interval_), [this, &one] { world_.boot(*one); });
    }
}

/// Some probe, some only answer, some are of another make.
void chaos::equip(host& one)
{
    dice& chance = world_.chance();
    one.set_reflecting(chance.percent(80));
    if (chance.percent(70)) {
        const duration probing = interval_ / (chance.percent(50) ? 10 : 4);
        one.probe_with({.interval = probing,
                        .multiplier = static_cast<std::uint32_t>(2 + chance.below(4)),
                        .longest_detection = 4 * interval_,
                        .phase = {}});
    }
    if (chance.percent(50)) {
        one.set_hang_limit(chance.between(interval_ / 10, 2 * interval_));
    }
}

router_settings chaos::random_settings()
{
    constexpr std::array<std::uint8_t, 8> priorities = {1, 50, 99, 100, 100, 150, 254, 255};
    dice& chance = world_.chance();
    router_settings settings;
    settings.version = version_;
    settings.base_priority = priority{priorities[chance.below(priorities.size())]};
    settings.advertisement_interval = intervals_vary_ ? interval_of_world() : interval_;
    settings.preempt_mode = chance.percent(75);
    settings.preempt_delay = chance.percent(20) ? chance.between(0s, 5 * interval_) : 0s;
    settings.announcements.refresh = chance.percent(20) ? 3 * interval_ : 0s;
    longest_interval_ = std::max(longest_interval_, settings.advertisement_interval);
    longest_delay_ = std::max(longest_delay_, settings.preempt_delay);
    return settings;
}

void chaos::rage()
{
    const unsigned misfortunes = 20 + static_cast<unsigned>(world_.chance().below(40));
    for (unsigned i = 0; i < misfortunes && world_.log().violations.empty(); ++i) {
        world_.run_for(world_.chance().between(0s, 3 * interval_));
        one_misfortune();
    }
}

void chaos::one_misfortune()
{
    dice& chance = world_.chance();
    auto& hosts = world_.hosts();
    switch (chance.below(13)) {
    case 0:
        world_.conditions.loss_percent = static_cast<unsigned>(chance.below(60));
        break;
    case 1:
        world_.conditions.loss_percent = 0;
        break;
    case 2: {
        std::vector<unsigned> sides(hosts.size());
        std::ranges::generate(sides, [&] { return static_cast<unsigned>(chance.below(2)); });
        world_.partition(sides);
        break;
    }
    case 3:
        world_.heal();
        break;
    case 4:
        world_.conditions.probe_loss_percent = static_cast<unsigned>(chance.below(2) * chance.below(90));
        break;
    case 5:
        world_.conditions.stall_percent = static_cast<unsigned>(chance.below(2) * chance.below(20));
        world_.conditions.longest_stall = interval_;
        break;
    case 6:
        one_ear_deaf();
        break;
    default:
        strike(*hosts[chance.below(hosts.size())], static_cast<unsigned>(chance.below(10)));
    }
}

void chaos::one_ear_deaf()
{
    dice& chance = world_.chance();
    const host& from = *world_.hosts()[chance.below(world_.hosts().size())];
    const host& to = *world_.hosts()[chance.below(world_.hosts().size())];
    const std::uint64_t what = chance.below(3);
    if (what != 0) {
        world_.deafen(from, to, traffic::probes);
    }
    if (what != 1) {
        world_.deafen(from, to, traffic::adverts);
    }
}

void chaos::strike(host& victim, unsigned kind)
{
    constexpr std::array<fault, 3> faults = {fault::link_down, fault::no_address, fault::tracked_interface};
    dice& chance = world_.chance();
    const fault reason = faults[chance.below(faults.size())];
    switch (kind) {
    case 0:
        world_.cut_power(victim);
        break;
    case 1:
        if (!victim.powered()) {
            world_.boot(victim);
        }
        break;
    case 2:
        world_.freeze(victim, chance.between(0s, 10 * interval_));
        break;
    case 3:
        world_.tell(victim, shutdown{});
        break;
    case 4:
        world_.tell(victim, startup{});
        break;
    case 5:
        world_.tell(victim, fault_set{reason});
        break;
    case 6:
        world_.tell(victim, fault_cleared{reason});
        break;
    case 7:
        world_.tell(victim, priority_changed{priority{static_cast<std::uint8_t>(1 + chance.below(254))}});
        break;
    case 8:
        world_.freeze(victim, chance.between(0s, 10 * interval_), true);
        break;
    default:
        chance.percent(50) ? reload(victim) : world_.tell(victim, address_lost{});
    }
}

void chaos::reload(host& which)
{
    router_settings settings = random_settings();
    settings.advertisement_interval = which.settings().advertisement_interval;
    world_.reconfigure(which, settings);
}

void chaos::make_peace()
{
    world_.conditions = {};
    world_.heal();
    for (const auto& one : world_.hosts()) {
        if (one->frozen()) {
            world_.thaw(*one);
        }
        if (!one->powered() && world_.chance().percent(50)) {
            world_.boot(*one);
        }
        for (const fault reason : {fault::link_down, fault::no_address, fault::tracked_interface}) {
            world_.tell(*one, fault_cleared{reason});
        }
    }
}

/// Leaving has to end, the first lower-priority advert must come, preempt_delay must pass, and then
/// Active_Down_Interval; where some don't preempt, a first winner may have to give way to one that does.
duration chaos::longest_election()
{
    const duration skew = std::max<duration>(longest_interval_, 1s);
    const duration once = 2 * longest_interval_ + longest_delay_ + 3 * longest_interval_ + skew;
    return skew + 50ms + 2 * once + 10ms;
}

void chaos::check_peace()
{
    world_.run_for(longest_election());
    expect_one_active();
    const unsigned before = world_.transitions();
    world_.run_for(6 * longest_interval_);
    if (world_.transitions() != before) {
        world_.log().complain(world_.now(), "transitions in peace");
    }
    expect_one_active();
}

void chaos::expect_one_active()
{
    const std::vector<host*> active = world_.active();
    const auto eligible = [](const auto& one) { return one->eligible(); };
    const bool anybody = std::ranges::any_of(world_.hosts(), eligible);
    if (active.size() != (anybody ? 1 : 0)) {
        world_.log().complain(world_.now(), std::to_string(active.size()) + " are Active");
        return;
    }
    for (const auto& one : world_.hosts()) {
        const bool owner = one->settings().base_priority == owner_priority;
        const bool preempts = eligible(one) && (one->settings().preempt_mode || owner);
        if (preempts && one->router().effective_priority() > active.front()->router().effective_priority()) {
            world_.log().complain(world_.now(), one->address().to_string() + " should be Active");
        }
    }
}

} // namespace xvrrp::sim
