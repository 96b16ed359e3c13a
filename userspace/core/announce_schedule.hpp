// SPDX-License-Identifier: BSD-2-Clause
//
// When an Active router announces its addresses again: garp_master_delay/repeat, garp_master_refresh/refresh_repeat,
// garp_lower_prio_delay/repeat. Pure; owned by core::router.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

struct announce_settings {
    duration master_delay = std::chrono::seconds(5); ///< second burst; 0: none
    std::uint32_t master_repeat = 5;
    duration refresh{0}; ///< 0: off
    std::uint32_t refresh_repeat = 1;
    std::uint32_t lower_prio_repeat = 5; ///< 0: none
    duration lower_prio_delay = std::chrono::seconds(5);
    friend bool operator==(const announce_settings&, const announce_settings&) = default;
};

/// The bursts that are still to come. Every function that is told of an occasion returns how many rounds to announce at
/// once; 0: none. The rest comes due at `next`.
class announce_schedule {
public:
    explicit announce_schedule(const announce_settings& settings) : settings_(settings) {}

    [[nodiscard]] std::uint32_t became_active(time_point now);
    /// An Active router heard a losing advert: that router may have turned our neighbours' caches to itself. Two bursts
    /// answer it: one at once, and one shortly after the next such advert within a second, which a router says when it
    /// yields. Whatever
    /// the rate of such adverts, no more are answered than one a second, after a stock of four: a router that takes
    /// over by mistake does so again soon, and until it is answered it has our traffic. The last is followed by one
    /// more burst after lower_prio_delay.
    [[nodiscard]] std::uint32_t lower_priority_heard(time_point now);
    /// The addresses were put back: others may have noticed that they were gone.
    [[nodiscard]] std::uint32_t addresses_restored() const;
    /// No longer Active: forgets all that was to come.
    void stop();

    [[nodiscard]] std::optional<time_point> next() const;
    /// Clears what is due at `now`; several bursts due together are one.
    [[nodiscard]] std::uint32_t take_due(time_point now);

    /// Bursts under way stay; only the refresh starts anew, if it changed.
    void reconfigure(const announce_settings& settings, bool active, time_point now);

private:
    void start_refresh(time_point now);
    void answer(time_point now);
    void refill(time_point now);

    announce_settings settings_;
    std::optional<time_point> second_burst_;    ///< garp_master_delay
    std::optional<time_point> refresh_;         ///< garp_master_refresh
    unsigned answers_left_ = 0;                 ///< of the stock
    time_point refilled_{};                     ///< when the stock grew last, or was full
    std::optional<time_point> follow_up_until_; ///< the next losing advert until then belongs to the last answer
    std::optional<time_point> follow_up_;
    std::optional<time_point> held_back_;         ///< an answer, until the stock grows
    std::optional<time_point> second_lower_prio_; ///< garp_lower_prio_delay
};

} // namespace xvrrp::core
