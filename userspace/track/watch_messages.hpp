// SPDX-License-Identifier: BSD-2-Clause
//
// What the loop and the watching thread say to each other. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "xvrrp/config.hpp"

namespace xvrrp::track {

/// What is known of a track_process.
struct process_state {
    std::optional<bool> good;  ///< enough of them run, and not too many; none: they weren't looked for yet
    std::uint32_t running = 0; ///< that count
    friend bool operator==(const process_state&, const process_state&) = default;
};

/// To the thread: all that is to be watched from now on.
struct watch_wish {
    std::uint64_t generation = 0; ///< each has a greater one
    bool may_overwrite = false;   ///< files that are there already
    std::vector<track_file> files;
    std::vector<track_process> processes;
};

/// To the loop. After a wish everything is told that is known, then what changes.
struct watch_news {
    std::uint64_t generation = 0;                   ///< of the wish that it belongs to
    std::map<std::string, int> numbers;             ///< in files, by the names of track_file
    std::map<std::string, process_state> processes; ///< by the names of vrrp_track_process
    std::vector<std::string> remarks;               ///< to be logged as warnings
    [[nodiscard]] bool empty() const { return numbers.empty() && processes.empty() && remarks.empty(); }
};

} // namespace xvrrp::track
