// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/announce_queue.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::runtime {

namespace {

/// Frames between two looks at the adverts: about half a millisecond's worth.
constexpr std::size_t portion = 256;

} // namespace

void announce_queue::add(owner who, announcement_list list, std::uint32_t rounds)
{
    if (rounds == 0 || !list || list->empty()) {
        return;
    }
    jobs_.push_back({.who = who, .list = std::move(list), .rounds = rounds});
    due_ = time_point{};
}

void announce_queue::cancel(owner who)
{
    std::erase_if(jobs_, [who](const job& each) { return each.who == who; });
}

duration announce_queue::spacing_for(const net::announcement& what) const
{
    return what.address.family() == address_family::ipv4 ? spacing_.garp : spacing_.gna;
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

void announce_queue::run(time_point now, const sender& send)
{
    std::size_t budget = portion;
    due_.reset();
    while (!jobs_.empty() && budget > 0) {
        job& front = jobs_.front();
        run_unspaced(front, budget, send);
        if (front.next < front.list->size() && budget > 0) {
            const net::announcement& spaced = (*front.list)[front.next];
            time_point& earliest = earliest_[spaced.interface];
            if (earliest > now) {
                due_ = earliest;
                return;
            }
            send(front.who, std::span(&spaced, 1));
            earliest = now + spacing_for(spaced);
            ++front.next;
            --budget;
        }
        if (front.next >= front.list->size()) {
            front.next = 0;
            if (--front.rounds == 0) {
                jobs_.pop_front();
            }
        }
    }
    if (!jobs_.empty()) {
        due_ = now;
    }
}

std::optional<time_point> announce_queue::next_deadline() const
{
    return jobs_.empty() ? std::nullopt : due_;
}

} // namespace xvrrp::runtime
