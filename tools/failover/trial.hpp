// SPDX-License-Identifier: BSD-2-Clause
//
// What one failure looked like: a line of the CSV file. Plain data.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "failover/setting.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::failover {

enum class outcome {
    taken_over,
    served_on,    ///< no other router took over, and the client was answered at the end
    no_successor, ///< no other router took over, and nobody answers
};

/// Parts of a failover, one after the other, as the daemon's timeline or the wire has them.
enum class stage {
    detection, ///< until the silence is believed
    decision,
    addresses,  ///< until the addresses are in place
    advert,     ///< until the first advert
    first_garp, ///< until the first announcement
    last_garp,  ///< of the first round
    answer,     ///< until the successor's first answer, or the first packet to the address at its XDP program
};
inline constexpr std::size_t stage_count = 7;
[[nodiscard]] const char* name_of(stage which);

/// Length of each stage; none where it isn't known.
using stage_lengths = std::array<std::optional<duration>, stage_count>;

struct trial {
    unsigned number = 0; ///< from 1
    std::chrono::system_clock::time_point started;
    outcome ended = outcome::no_successor;
    std::string successor; ///< role of the router that held the address in the end; empty: none

    // The client, from the failure until it was healed or the failed router was Active again.
    std::uint64_t probes = 0, lost = 0;
    std::uint64_t duplicates = 0;         ///< second answers to one probe
    duration longest_gap{0};              ///< between two successive answers
    std::optional<duration> takeover_gap; ///< between the successor's first answer and the one before it
    std::uint64_t alternations = 0;       ///< changes of who answers, after the successor's first answer

    // The successor, from the failure on: first advert, first announcement, first answer.
    std::optional<duration> advert_after, garp_after, answer_after;
    unsigned rivals = 0;                 ///< further routers that were Active for a moment
    std::optional<duration> rivals_left; ///< their last advert, from the first advert of any of them

    // The failed host, from the first advert of any other router on.
    std::uint64_t old_answers = 0;
    std::optional<duration> old_answers_left; ///< the last of these answers
    std::uint64_t old_claims = 0;             ///< ARP for the address
    std::optional<duration> address_gone;     ///< when it lost the address; negative: before that advert
    bool address_kept = false;                ///< it has the address at the end

    // Then, until the failed router was Active again.
    duration return_gap{0};
    std::uint64_t return_lost = 0;

    // How far the figures can be trusted.
    duration client_stall{0};  ///< the longest that the client itself was late, from the failure to the takeover
    duration machine_stall{0}; ///< the same of the watchers, one on each processor
    bool stalled = false;      ///< one of both was long enough to matter

    stage_lengths wire{};     ///< detection includes decision and addresses
    stage_lengths timeline{}; ///< xvrrp, by its own record
    std::string detected_by;  ///< the same: "probe loss", "AdminDown", …
};

/// The trials of one contender with one failure.
struct series {
    setting contender;
    failure_kind failure = failure_kind::cut;
    double probe_rate = 0; ///< probes a second
    unsigned wanted = 0;   ///< trials to make
    std::vector<trial> trials;
};

} // namespace xvrrp::failover
