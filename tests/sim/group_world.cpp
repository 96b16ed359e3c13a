// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "group_world.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace xvrrp::sim {

using namespace std::chrono_literals;
using namespace core;

namespace {

constexpr duration least_delay = 20us;
constexpr duration most_delay = 500us;
constexpr duration most_lateness = 300us;

/// On each segment the boxes have the same order.
ip_address address_of(std::size_t box, std::size_t segment)
{
    return ip_address::v4({192, 0, static_cast<std::uint8_t>(segment), static_cast<std::uint8_t>(10 + box)});
}

std::string name_of(std::size_t box, std::size_t segment)
{
    return "box " + std::to_string(box) + " on segment " + std::to_string(segment);
}

} // namespace

group_world::group_world(std::uint64_t seed, std::size_t segments) : chance_(seed), segments_(segments) {}

std::size_t group_world::add(const router_settings& settings)
{
    boxes_.push_back(std::make_unique<box>());
    boxes_.back()->settings = settings;
    return boxes_.size() - 1;
}

void group_world::at(time_point when, std::function<void()> what)
{
    queue_.push({.when = when, .order = order_++, .what = std::move(what)});
}

void group_world::run_for(duration span)
{
    const time_point end = now_ + span;
    while (!queue_.empty() && queue_.top().when <= end) {
        const happening next = queue_.top();
        queue_.pop();
        now_ = next.when;
        next.what();
    }
    now_ = end;
}

void group_world::boot(std::size_t number)
{
    box& which = *boxes_[number];
    if (which.powered) {
        return;
    }
    log_.note(now_, "box " + std::to_string(number) + " boots");
    which.powered = true;
    which.stopping = false;
    which.rules = {};
    router_settings settings = which.settings;
    settings.in_sync_group = which.grouped;
    for (std::size_t i = 0; i < segments_; ++i) {
        which.ports.push_back(std::make_unique<port>(port{
            .router = router(settings, address_of(number, i)),
            .book = ledger(
                [this, number, i](const std::string& line) { complain(number, name_of(number, i) + " " + line); }),
            .cut = false,
            .waking = {},
            .last_delivery = std::vector<time_point>(boxes_.size()),
        }));
    }
    for (std::size_t i = 0; i < segments_; ++i) {
        step(number, i, startup{});
    }
    settle(number);
}

void group_world::cut_power(std::size_t number)
{
    log_.note(now_, "box " + std::to_string(number) + " loses its power");
    boxes_[number]->powered = false;
    boxes_[number]->ports.clear();
}

void group_world::stop(std::size_t number)
{
    box& which = *boxes_[number];
    if (!which.powered || which.stopping) {
        return;
    }
    log_.note(now_, "box " + std::to_string(number) + " is told to stop");
    which.stopping = true;
    for (std::size_t i = 0; i < segments_; ++i) {
        step(number, i, shutdown{});
    }
    settle(number);
}

void group_world::leave_group(std::size_t number)
{
    box& which = *boxes_[number];
    for (std::size_t i = 0; i < segments_; ++i) {
        for (const fault shared : {fault::sync_group, fault::awaiting_sync_group}) {
            if ((which.ports[i]->router.faults() & static_cast<std::uint32_t>(shared)) != 0) {
                step(number, i, fault_cleared{shared});
            }
        }
    }
}

void group_world::reload(std::size_t number, const router_settings& settings, bool grouped)
{
    box& which = *boxes_[number];
    which.settings = settings;
    which.grouped = grouped;
    if (!which.powered || which.stopping) {
        return;
    }
    log_.note(now_, "box " + std::to_string(number) + (grouped ? " reloads" : " reloads, without a group"));
    router_settings made = settings;
    made.in_sync_group = grouped;
    for (std::size_t i = 0; i < segments_; ++i) {
        record(number, i, which.ports[i]->router.reconfigure(made, now_));
        if (which.ports[i]->router.effective_priority() != settings.base_priority) {
            step(number, i, priority_changed{settings.base_priority});
        }
    }
    which.rules = {};
    if (!grouped) {
        leave_group(number);
    }
    settle(number);
}

void group_world::tell(std::size_t number, std::size_t segment, const event& what)
{
    if (boxes_[number]->powered) {
        step(number, segment, what);
        settle(number);
    }
}

void group_world::cut(std::size_t number, std::size_t segment, bool off)
{
    if (boxes_[number]->powered) {
        log_.note(now_, name_of(number, segment) + (off ? " is cut off" : " is connected again"));
        boxes_[number]->ports[segment]->cut = off;
    }
}

void group_world::step(std::size_t number, std::size_t segment, const event& what)
{
    record(number, segment, boxes_[number]->ports[segment]->router.step(what, now_));
}

void group_world::record(std::size_t number, std::size_t segment, const std::vector<action>& actions)
{
    port& one = *boxes_[number]->ports[segment];
    for (const action& each : actions) {
        if (const auto* change = std::get_if<transition>(&each)) {
            ++transitions_;
            log_.note(now_, name_of(number, segment) + ": state " + std::to_string(static_cast<int>(change->from)) +
                                " to " + std::to_string(static_cast<int>(change->to)) + ", reason " +
                                std::to_string(static_cast<int>(change->why)));
        }
    }
    one.book.record(actions, one.router);
    for (const priority value : one.book.take_sent()) {
        deliver(number, segment, value);
    }
}

std::vector<group_member> group_world::members(std::size_t number) const
{
    std::vector<group_member> all;
    for (const auto& one : boxes_[number]->ports) {
        all.push_back(
            {.state = one->router.state(), .faults = one->router.faults(), .wants_active = one->router.wants_active()});
    }
    return all;
}

void group_world::keep_in_step(std::size_t number)
{
    constexpr int most_rounds = 8; // as the daemon
    for (int round = 0; round < most_rounds; ++round) {
        const auto orders = boxes_[number]->rules.step(members(number));
        if (orders.empty()) {
            return;
        }
        for (const group_order& each : orders) {
            step(number, each.member, each.what);
        }
    }
    complain(number, "the group's rules don't come to an end");
}

void group_world::settle(std::size_t number)
{
    box& which = *boxes_[number];
    if (which.grouped && !which.stopping) {
        keep_in_step(number);
        check(number);
    }
    const auto gone = [](const auto& one) { return one->router.state() == core::state::initialize; };
    if (which.stopping && std::ranges::all_of(which.ports, gone)) {
        cut_power(number);
        return;
    }
    for (std::size_t i = 0; i < segments_; ++i) {
        plan_waking(number, i);
    }
}

/// Active all or none; and none, nor Backup, while one of them can't run.
void group_world::check(std::size_t number)
{
    const auto all = members(number);
    const auto in = [&all](core::state wanted) { return std::ranges::count(all, wanted, &group_member::state); };
    if (const auto active = in(core::state::active); active != 0 && active != std::ssize(all)) {
        complain(number, "some of the group are Active, others not");
    }
    const bool stopped = std::ranges::any_of(all, [](const group_member& each) { return stops(each.faults); });
    if (stopped && (in(core::state::active) != 0 || in(core::state::backup) != 0)) {
        complain(number, "some of the group run, though another can't");
    }
    if (stopped && sync_group::state_of(all) != group_state::fault) {
        complain(number, "a fault of one isn't the group's");
    }
}

void group_world::plan_waking(std::size_t number, std::size_t segment)
{
    port& one = *boxes_[number]->ports[segment];
    const auto due = one.router.next_deadline();
    if (!due || one.waking == due) {
        return;
    }
    one.waking = due;
    at(std::max(*due, now_) + chance_.between(0s, most_lateness), [this, number, segment, due, &one] {
        const box& which = *boxes_[number];
        const bool same = which.powered && which.ports[segment].get() == &one;
        if (!same || one.waking != due) {
            return;
        }
        one.waking.reset();
        if (one.router.next_deadline() == due) {
            step(number, segment, deadline{});
        }
        settle(number);
    });
}

void group_world::deliver(std::size_t from, std::size_t segment, priority value)
{
    const advert sent{.stamp = now_,
                      .source = address_of(from, segment),
                      .mac = {},
                      .priority = value,
                      .interval = boxes_[from]->settings.advertisement_interval};
    port& source = *boxes_[from]->ports[segment];
    source.last_delivery.resize(boxes_.size());
    for (std::size_t to = 0; to < boxes_.size(); ++to) {
        const bool lost = chance_.percent(loss_percent);
        const duration delay = chance_.between(least_delay, most_delay);
        if (to == from || lost || source.cut) {
            continue;
        }
        time_point& last = source.last_delivery[to];
        last = std::max(now_ + delay, last + duration(1)); // a segment keeps the order of what one box sends
        at(last, [this, to, segment, heard = sent]() mutable {
            const box& receiver = *boxes_[to];
            if (receiver.powered && !receiver.ports[segment]->cut) {
                heard.stamp = now_;
                step(to, segment, heard);
                settle(to);
            }
        });
    }
}

group_state group_world::state(std::size_t number) const
{
    return sync_group::state_of(members(number));
}

std::vector<std::size_t> group_world::active(std::size_t segment) const
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        if (boxes_[i]->powered && boxes_[i]->ports[segment]->router.state() == core::state::active) {
            found.push_back(i);
        }
    }
    return found;
}

void group_world::complain(std::size_t number, const std::string& line)
{
    log_.complain(now_, "box " + std::to_string(number) + ": " + line);
}

} // namespace xvrrp::sim
