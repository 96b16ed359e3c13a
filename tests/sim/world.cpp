// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "world.hpp"

#include <algorithm>

namespace xvrrp::sim {

world::world(std::uint64_t seed) : chance_(seed) {}

host& world::add(const core::router_settings& settings, ip_address address)
{
    hosts_.push_back(std::make_unique<host>(address, settings, log_, chance_));
    sides_.push_back(0);
    duration least = settings.advertisement_interval;
    for (const auto& one : hosts_) {
        least = std::min(least, one->settings().advertisement_interval);
    }
    for (const auto& one : hosts_) {
        one->judge_by(least);
    }
    return *hosts_.back();
}

void world::at(time_point when, std::function<void()> what)
{
    queue_.push({.when = when, .order = order_++, .what = std::move(what)});
}

void world::run_until(time_point when)
{
    while (!queue_.empty() && queue_.top().when <= when) {
        const happening next = queue_.top();
        queue_.pop();
        pass_time(next.when);
        next.what();
    }
    pass_time(when);
}

void world::pass_time(time_point until)
{
    if (watching_ && std::ranges::none_of(hosts_, [](const auto& one) { return one->serves(); })) {
        unserved_ += until - now_;
    }
    now_ = until;
}

void world::boot(host& which)
{
    which.boot(now_);
    settle(which);
}

void world::tell(host& which, const core::event& what)
{
    which.tell(what, now_);
    settle(which);
}

void world::reconfigure(host& which, const core::router_settings& settings)
{
    which.reconfigure(settings, now_);
    settle(which);
}

void world::freeze(host& which, duration span)
{
    which.freeze();
    at(now_ + span, [this, &which] { thaw(which); });
}

void world::thaw(host& which)
{
    which.thaw(now_);
    settle(which);
}

void world::settle(host& which)
{
    for (const priority value : which.take_sent()) {
        deliver(which, value);
    }
    if (!which.powered() || which.frozen()) {
        return;
    }
    if (const auto due = which.router().next_deadline()) {
        const time_point when = std::max(*due, now_) + chance_.between(duration(0), conditions.most_lateness);
        at(when, [this, &which, due] {
            const bool still = which.powered() && !which.frozen() && which.router().next_deadline() == due;
            if (still) {
                which.wake(now_);
                settle(which);
            }
        });
    }
}

void world::deliver(const host& sender, priority value)
{
    const std::size_t from = index_of(sender);
    const core::advert sent{.stamp = now_,
                            .source = sender.address(),
                            .mac = {},
                            .priority = value,
                            .interval = sender.settings().advertisement_interval};
    for (std::size_t to = 0; to < hosts_.size(); ++to) {
        const bool lost = chance_.percent(conditions.loss_percent);
        const duration delay = chance_.between(conditions.least_delay, conditions.most_delay);
        if (to == from || sides_[to] != sides_[from] || lost) {
            continue;
        }
        time_point& last = last_delivery_[{from, to}];
        last = std::max(now_ + delay, last + duration(1)); // a segment keeps the order of what one host sends
        at(last, [this, &receiver = *hosts_[to], sent] { hand_over(receiver, sent); });
    }
}

void world::hand_over(host& receiver, core::advert heard)
{
    heard.stamp = now_;
    receiver.arrive(heard);
    receiver.wake(now_);
    settle(receiver);
}

std::size_t world::index_of(const host& which) const
{
    const auto own = std::ranges::find(hosts_, &which, [](const auto& one) { return one.get(); });
    return static_cast<std::size_t>(own - hosts_.begin());
}

std::vector<host*> world::active()
{
    std::vector<host*> found;
    for (const auto& one : hosts_) {
        if (one->powered() && one->router().state() == core::state::active) {
            found.push_back(one.get());
        }
    }
    return found;
}

unsigned world::transitions() const
{
    unsigned sum = 0;
    for (const auto& one : hosts_) {
        sum += one->transitions();
    }
    return sum;
}

void world::watch_service()
{
    watching_ = true;
    unserved_ = duration::zero();
}

} // namespace xvrrp::sim
