// SPDX-License-Identifier: BSD-2-Clause
//
// Any sequence of events, S-BFD's and fences among them, with stamps from the past and the future and intervals that no
// message can carry: the router stays consistent after each. Input: six bytes of settings, then a few bytes for each
// event.
#include <algorithm>

#include "core/router.hpp"
#include "core/timers.hpp"
#include "fuzz/fuzz_input.hpp"
#include "sim/ledger.hpp"

namespace xvrrp::fuzz {
namespace {

using namespace std::chrono_literals;
using namespace core;

router_settings settings_from(choices& input)
{
    const std::uint8_t flags = input.byte();
    router_settings settings;
    settings.version = (flags & 1) != 0 ? vrrp_version::v2 : vrrp_version::v3;
    settings.preempt_mode = (flags & 2) != 0;
    settings.leave_if_degraded = (flags & 8) != 0;
    settings.in_sync_group = (flags & 16) != 0;
    settings.preempt_delay = (flags & 4) != 0 ? std::chrono::seconds(input.byte()) : 0s;
    settings.base_priority = priority{std::max<std::uint8_t>(input.byte(), 1)};
    const int units = 1 + input.byte();
    settings.advertisement_interval =
        settings.version == vrrp_version::v2 ? std::min<duration>(std::chrono::seconds(units), 255s) : 10ms * units;
    settings.lower_prio_no_advert = (flags & 32) != 0;
    settings.owner_ignore_adverts = (flags & 64) != 0;
    const std::uint8_t repeats = input.byte();
    settings.announcements.refresh = std::chrono::seconds(repeats % 8);
    settings.down_timer_adverts = std::uint32_t{1} + (repeats + 16) / 8 % 32; // 0 to 7: 3
    if ((flags & 128) != 0) {
        settings.timer_expired_backup = xvrrp::priority{std::uint8_t{254}};
    }
    settings.announcements.lower_prio_repeat = input.byte() % 3;
    return settings;
}

/// From a microsecond to some minutes.
duration span_from(choices& input)
{
    return std::chrono::microseconds(1 + input.byte()) * (std::int64_t{1} << (2 * (input.byte() % 11)));
}

ip_address source_from(choices& input)
{
    return ip_address::v4({192, 0, 2, static_cast<std::uint8_t>(input.byte() % 12)});
}

advert advert_from(choices& input, time_point now)
{
    const std::uint8_t kind = input.byte();
    advert heard{.stamp = now,
                 .source = source_from(input),
                 .mac = {},
                 .priority = priority{input.byte()},
                 .interval = 10ms * input.word()};
    if ((kind & 3) == 1) {
        heard.stamp -= span_from(input);
    } else if ((kind & 7) == 2) {
        heard.stamp += span_from(input);
    }
    if ((kind & 0x70) == 0x70) {
        heard.interval = -heard.interval;
    }
    return heard;
}

fault fault_from(choices& input)
{
    return static_cast<fault>(1U << (input.byte() % 10));
}

peer_changed peer_from(choices& input, time_point now)
{
    const std::uint8_t kind = input.byte();
    peer_changed news{.source = source_from(input),
                      .health = static_cast<peer_health>(kind & 3),
                      .since = now,
                      .rank_unit = span_from(input)};
    if ((kind & 4) != 0) {
        news.since -= span_from(input);
    } else if ((kind & 8) != 0) {
        news.since += span_from(input);
    }
    if ((kind & 0x70) == 0x70) {
        news.rank_unit = -news.rank_unit;
    }
    return news;
}

deposed deposed_from(choices& input, time_point now)
{
    const advert heard = advert_from(input, now);
    return {.by = heard.source, .priority = heard.priority, .stamp = heard.stamp, .interval = heard.interval};
}

event event_from(choices& input, time_point now)
{
    switch (input.byte() % 22) {
    case 0:
        return startup{};
    case 1:
        return shutdown{};
    case 2:
        return fault_set{fault_from(input)};
    case 3:
    case 4:
        return fault_cleared{fault_from(input)};
    case 5:
        return priority_changed{priority{input.byte()}};
    case 6:
        return primary_changed{source_from(input)};
    case 7:
        return address_lost{};
    case 8:
    case 9:
    case 10:
    case 11:
        return deadline{};
    case 16:
        return deposed_from(input, now);
    case 15:
        return group_contested{};
    case 20:
        return group_takes_over{};
    case 21:
        return group_left_active{};
    case 17:
    case 18:
    case 19:
        return peer_from(input, now);
    default:
        return advert_from(input, now);
    }
}

class subject {
public:
    explicit subject(choices& input)
        : settings_(settings_from(input)), router_(settings_, ip_address::v4({192, 0, 2, 5})),
          ledger_([](const std::string& complaint) { throw broken(complaint); })
    {
        step(startup{});
    }

    void act(choices& input)
    {
        const std::uint8_t kind = input.byte();
        if (kind == 0xff) {
            settings_ = settings_from(input);
            ledger_.record(router_.reconfigure(settings_, now_), router_);
        } else if (kind < 0x60) {
            now_ += span_from(input);
        } else if (kind < 0x90) {
            sleep_until_due();
        } else {
            step(event_from(input, now_));
        }
        check_deadlines();
    }

private:
    void step(const event& what) { ledger_.record(router_.step(what, now_), router_); }

    void sleep_until_due()
    {
        if (const auto due = router_.next_deadline()) {
            now_ = std::max(now_, *due);
            step(deadline{});
        }
    }

    /// A deadline that was stepped moves on, and none is further away than the longest silence that can be configured.
    void check_deadlines()
    {
        for (int steps = 0; router_.next_deadline().value_or(time_point::max()) <= now_; ++steps) {
            require(steps < 4, "a deadline that doesn't move");
            step(deadline{});
        }
        if (const auto due = router_.active_down_deadline()) {
            require(router_.next_deadline() <= due, "the ranked wait puts Active_Down_Timer off");
            const duration longest =
                active_down_interval(settings_.version, router_.effective_priority(),
                                     router_.active_advertisement_interval(), settings_.down_timer_adverts);
            // A sync group that wasn't ready is asked again after an interval.
            const duration again = settings_.in_sync_group ? settings_.advertisement_interval : duration::zero();
            require(*due - now_ <= std::max(longest, again), "silence is believed too late");
        }
        require(router_.effective_priority() != leaving_priority, "runs with priority 0");
        const bool owner = settings_.base_priority == owner_priority;
        require((router_.effective_priority() == owner_priority) == owner, "owner and 255 are the same");
    }

    router_settings settings_;
    time_point now_{1000s};
    router router_;
    sim::ledger ledger_;
};

} // namespace
} // namespace xvrrp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace xvrrp::fuzz;
    choices input({data, size});
    subject tested(input);
    while (!input.exhausted()) {
        tested.act(input);
    }
    return 0;
}
