// SPDX-License-Identifier: BSD-2-Clause
//
// What the maps of a dead daemon still tell, by their pins: XDP goes on writing them. Used by the supervisor.
#pragma once

#include <filesystem>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

class pinned_records {
public:
    /// `died`: when the process was seen to be gone. Fails where there are no pins: without BPF.
    static result<pinned_records> open(const std::filesystem::path& pin_directory, time_point died);

    /// Whether another router has taken over. Its advert, with a priority above 0, is one that came after the daemon's
    /// loop last turned, or that made XDP fence ours, or that the daemon itself, leaving, had heard as its successor's.
    [[nodiscard]] bool succeeded(interface_index interface, address_family family, vrid id, time_point now) const;

private:
    pinned_records() = default;

    descriptor slots_;
    descriptor config_;
    descriptor routers_;
    time_point last_turn_;
};

} // namespace xvrrp::datapath
