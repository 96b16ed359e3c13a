// SPDX-License-Identifier: BSD-2-Clause
//
// What the tests of core/router share: actions as one line of text, and a router on a clock that the test moves.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/router.hpp"

namespace xvrrp::core::test {

using namespace std::chrono_literals;

inline const time_point start{1000s};
inline const ip_address own = *ip_address::parse("192.0.2.10");
inline const ip_address lower_address = *ip_address::parse("192.0.2.9");
inline const ip_address higher_address = *ip_address::parse("192.0.2.11");
inline const ip_address third_address = *ip_address::parse("192.0.2.200");

std::string_view name(core::state value);
std::string_view name(reason value);
std::string_view name(notice_kind value);

/// "claim advert(100) announce(5) follow(-) transition(backup>active active_down_timer 192.0.2.11/200)"
std::string describe(const std::vector<action>& actions);

/// A version 3 router of priority 100 and 1 s, unless changed: Skew_Time 609.375 ms, Active_Down_Interval 3609.375 ms.
inline router_settings settings_of(vrrp_version version = vrrp_version::v3, int priority_value = 100)
{
    router_settings settings;
    settings.version = version;
    settings.base_priority = priority{static_cast<std::uint8_t>(priority_value)};
    return settings;
}

class bench {
public:
    explicit bench(const router_settings& settings = settings_of(), ip_address primary = own)
        : subject(settings, primary)
    {
    }

    std::string at(duration after_start, const event& what)
    {
        now = start + after_start;
        return describe(subject.step(what, now));
    }
    std::string start_up() { return at(0s, startup{}); }
    /// Started, and Active at once after its Active_Down_Interval; the clock stands at that moment.
    std::string become_active()
    {
        start_up();
        return at(*subject.next_deadline() - start, deadline{});
    }
    std::string fire() { return at(*subject.next_deadline() - start, deadline{}); }

    /// An advert that is read when it is stamped.
    std::string hear(duration after_start, const ip_address& source, int priority_value, duration interval = 1s)
    {
        return at(after_start, advert_of(after_start, source, priority_value, interval));
    }
    static advert advert_of(duration after_start, const ip_address& source, int priority_value, duration interval = 1s)
    {
        return {.stamp = start + after_start,
                .source = source,
                .mac = {},
                .priority = priority{static_cast<std::uint8_t>(priority_value)},
                .interval = interval};
    }
    /// next_deadline() after `start`; -1 ns: none.
    [[nodiscard]] duration due() const
    {
        const auto deadline_at = subject.next_deadline();
        return deadline_at ? *deadline_at - start : duration(-1);
    }

    router subject;
    time_point now = start;
};

} // namespace xvrrp::core::test
