// SPDX-License-Identifier: BSD-2-Clause
//
// What the maps of a dead daemon still tell, by their pins: XDP goes on writing them. Used by the supervisor, and by
// the next daemon before it pins maps of its own.
#pragma once

#include <filesystem>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

class pinned_records {
public:
    /// `died`: when the process was seen to be gone. Fails where there are no pins: without BPF. Those of another
    /// version of the program, whose records have another size, aren't read.
    static result<pinned_records> open(const std::filesystem::path& pin_directory, time_point died);

    /// Whether another router has taken over. Its advert, with a priority above 0, is one that came after the daemon's
    /// loop last turned, or that made XDP fence ours, or that the daemon itself, leaving, had heard as its successor's.
    /// One that has been silent for as long as a fence lasts is dead too, and has taken over nothing.
    [[nodiscard]] bool succeeded(interface_index interface, address_family family, vrid id, time_point now) const;

private:
    pinned_records() = default;

    descriptor slots_;
    descriptor config_;
    descriptor routers_;
    time_point last_turn_;
};

/// In the dead daemon's place, where the kernel didn't see it die: its reflectors say AdminDown, and XDP fences what
/// another router takes over. Fails where there are no pins.
result<void> declare_dead(const std::filesystem::path& pin_directory);

} // namespace xvrrp::datapath
