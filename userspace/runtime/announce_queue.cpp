// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/announce_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace xvrrp::runtime {

namespace {

/// Frames between two looks at the adverts: about half a millisecond's worth.
constexpr std::size_t portion = 256;

} // namespace

void announce_queue::set_spacing(const announce_spacing& elsewhere, const std::vector<announce_group>& groups)
{
    if (elsewhere == elsewhere_ && groups == groups_) {
        return;
    }
    elsewhere_ = elsewhere;
    groups_ = groups;
    lanes_.clear();
    for (const announce_group& each : groups_) {
        const auto shared = std::make_shared<lane>(lane{.spacing = each.spacing});
        for (const interface_index interface : each.interfaces) {
            lanes_.emplace(interface, shared);
        }
    }
    due_ = time_point{};
}

announce_queue::lane& announce_queue::lane_of(interface_index interface)
{
    std::shared_ptr<lane>& there = lanes_[interface];
    if (!there) {
        there = std::make_shared<lane>(lane{.spacing = elsewhere_});
    }
    return *there;
}

void announce_queue::add(owner who, announcement_list list, std::uint32_t rounds)
{
    if (rounds == 0 || !list || list->empty()) {
        return;
    }
    due_ = time_point{};
    const auto queued = std::ranges::find(jobs_, who, &job::who);
    if (queued == jobs_.end()) {
        jobs_.push_back({.who = who, .list = std::move(list), .rounds = rounds});
        return;
    }
    // More than one burst behind the other would tell the neighbours nothing new.
    queued->rounds = std::max(queued->rounds, rounds);
    if (queued->list != list) {
        queued->list = std::move(list);
        queued->next = 0;
    }
}

void announce_queue::cancel(owner who)
{
    std::erase_if(jobs_, [who](const job& each) { return each.who == who; });
}

duration announce_queue::spacing_for(const net::announcement& what)
{
    const announce_spacing& spacing = lane_of(what.interface).spacing;
    return what.address.family() == address_family::ipv4 ? spacing.garp : spacing.gna;
}

void announce_queue::run_unspaced(job& front, std::size_t& budget, const sender& send)
{
    const std::span<const net::announcement> rest = std::span(*front.list).subspan(front.next);
    const auto spaced = std::ranges::find_if(
        rest, [this](const net::announcement& each) { return spacing_for(each) > duration::zero(); });
    const auto length = std::min(budget, static_cast<std::size_t>(spaced - rest.begin()));
    if (length > 0) {
        send(front.who, rest.first(length));
        front.next += length;
        budget -= length;
    }
}

std::optional<time_point> announce_queue::run_job(job& current, time_point now, std::size_t& budget, const sender& send)
{
    while (current.rounds > 0 && budget > 0) {
        run_unspaced(current, budget, send);
        if (current.next < current.list->size() && budget > 0) {
            const net::announcement& spaced = (*current.list)[current.next];
            time_point& earliest = lane_of(spaced.interface).earliest;
            if (earliest > now) {
                return earliest;
            }
            send(current.who, std::span(&spaced, 1));
            earliest = now + spacing_for(spaced);
            ++current.next;
            --budget;
        }
        if (current.next >= current.list->size()) {
            current.next = 0;
            --current.rounds;
        }
    }
    return std::nullopt;
}

void announce_queue::run(time_point now, const sender& send)
{
    std::size_t budget = portion;
    due_.reset();
    for (auto current = jobs_.begin(); current != jobs_.end() && budget > 0;) {
        const std::optional<time_point> waits = run_job(*current, now, budget, send);
        if (waits && (!due_ || *waits < *due_)) {
            due_ = waits;
        }
        current = current->rounds == 0 ? jobs_.erase(current) : std::next(current);
    }
    if (budget == 0 && !jobs_.empty()) {
        due_ = now;
    }
}

std::optional<time_point> announce_queue::next_deadline() const
{
    return jobs_.empty() ? std::nullopt : due_;
}

} // namespace xvrrp::runtime
