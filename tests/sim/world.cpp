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
    if (watching_ && std::ranges::none_of(hosts_, [this](const auto& one) { return one->serves(now_); })) {
        unserved_ += until - now_;
    }
    now_ = until;
}

void world::boot(host& which)
{
    which.boot(now_);
    settle(which);
}

void world::cut_power(host& which)
{
    which.cut_power();
    waking_.erase(&which);
    probing_.erase(&which);
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

void world::freeze(host& which, duration span, bool noticed)
{
    which.freeze(now_, noticed);
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
    plan_probing(which);
    const auto due = which.router().next_deadline();
    if (due && waking_[&which] != *due) {
        waking_[&which] = *due;
        const time_point when = std::max(*due, now_) + chance_.between(duration(0), conditions.most_lateness);
        at(when, [this, &which, due] {
            if (waking_[&which] == *due) {
                waking_.erase(&which);
            }
            const bool still = which.powered() && !which.frozen() && which.router().next_deadline() == due;
            if (still) {
                which.wake(now_);
                settle(which);
            }
        });
    }
}

void world::plan_probing(host& which)
{
    const std::optional<time_point> due = which.next_probing();
    if (!due) {
        return;
    }
    duration lateness = chance_.between(duration(0), conditions.most_lateness);
    if (conditions.stall_percent > 0 && chance_.percent(conditions.stall_percent)) {
        lateness += chance_.between(duration(0), conditions.longest_stall);
    }
    const time_point when = std::max(*due, now_) + lateness;
    if (const auto planned = probing_.find(&which); planned != probing_.end() && planned->second <= when) {
        return;
    }
    probing_[&which] = when;
    at(when, [this, &which, when] {
        if (const auto planned = probing_.find(&which); planned == probing_.end() || planned->second != when) {
            return;
        }
        probing_.erase(&which);
        if (!which.powered() || !which.next_probing()) {
            return;
        }
        const ip_address to = *which.probes()->probed();
        for (const core::probe_number number : which.wake_prober(now_)) {
            send_probe(which, to, number);
        }
        settle(which);
    });
}

void world::send_probe(host& sender, const ip_address& to, core::probe_number which)
{
    const auto found = std::ranges::find(hosts_, to, [](const auto& one) { return one->address(); });
    if (found == hosts_.end()) {
        return;
    }
    if (const auto delay = probe_delay(sender, **found)) {
        at(now_ + *delay, [this, &sender, &reflector = **found, which] { answer_probe(sender, reflector, which); });
    }
}

void world::answer_probe(host& sender, const host& reflector, core::probe_number which)
{
    const std::optional<bool> up = reflector.reflect(now_);
    const auto delay = probe_delay(reflector, sender);
    if (up && delay) {
        at(now_ + *delay, [this, &sender, peer = reflector.address(), which, says_up = *up] {
            sender.arrive_reply(peer, which, now_, says_up);
        });
    }
}

std::optional<duration> world::probe_delay(const host& from, const host& to)
{
    const std::size_t source = index_of(from);
    const std::size_t destination = index_of(to);
    const bool lost = chance_.percent(conditions.probe_loss_percent) ||
                      deaf_.contains({source, destination, traffic::probes}) || sides_[source] != sides_[destination];
    const duration delay = chance_.between(conditions.least_delay, conditions.most_delay);
    return lost ? std::nullopt : std::optional(delay);
}

void world::deafen(const host& from, const host& to, traffic kind)
{
    deaf_.insert({index_of(from), index_of(to), kind});
}

void world::heal()
{
    sides_.assign(hosts_.size(), 0);
    deaf_.clear();
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
        if (to == from || sides_[to] != sides_[from] || deaf_.contains({from, to, traffic::adverts}) || lost) {
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

std::vector<host*> world::serving()
{
    std::vector<host*> found;
    for (const auto& one : hosts_) {
        if (one->serves(now_)) {
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
