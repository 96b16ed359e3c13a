// SPDX-License-Identifier: BSD-2-Clause
//
// The timelines of the last changes of state, for `xvrrpctl failovers`: bounded, so that a router that flaps
// for a month costs no more than one that never did. Pure; belongs to the loop's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/snapshot.hpp"
#include "core/action.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

/// One change of state and what led to it. A stage is empty where it wasn't reached (yet) or doesn't belong to this
/// change: whoever becomes Backup puts no addresses in place.
struct failover {
    std::string instance;
    std::chrono::system_clock::time_point when; ///< of the decision
    core::transition change;
    std::uint32_t faults = 0; ///< bits of core::fault, after the change

    time_point decided;
    std::optional<time_point> last_advert;            ///< of the router that was Active, as the kernel stamped it
    std::optional<time_point> first_unanswered_probe; ///< when it was sent
    std::optional<time_point> loss_detected; ///< the verdict, AdminDown, priority 0 or end of Active_Down_Interval;
                                             ///< before the wait that ranks Backups
    std::optional<time_point> addresses_in_place;
    std::optional<time_point> advert_sent;
    std::optional<time_point> first_garp_sent;
    std::optional<time_point> last_garp_sent; ///< of the first round
    std::optional<time_point> first_packet;   ///< to a VIP, seen by XDP
};

class failover_log {
public:
    static constexpr std::size_t most_records = 1024;

    /// The newest; the oldest goes when there are too many.
    void add(failover what);
    /// XDP saw this packet to a VIP of the instance. It belongs to its last takeover if it came after the decision, and
    /// counts there unless an earlier one is known.
    void note_first_packet(std::string_view instance, time_point stamp);
    /// The last takeover of an instance that is still in the log, for stages that come after it was added; null: none.
    /// Valid until the next `add`.
    [[nodiscard]] failover* last_takeover(std::string_view instance);

    /// Oldest first.
    [[nodiscard]] std::vector<control::failover_report> report() const;

private:
    std::deque<failover> records_;
};

/// Stages become microseconds from the decision.
[[nodiscard]] control::failover_report to_report(const failover& what);

/// "probes_lost", "active_down_timer": part of the JSON interface, a name never changes its meaning.
[[nodiscard]] std::string_view reason_name(core::reason why);

} // namespace xvrrp::runtime
