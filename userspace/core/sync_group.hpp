// SPDX-License-Identifier: BSD-2-Clause
//
// The rules of a vrrp_sync_group: its routers are Active together or not at all. Pure; the daemon runs it on its loop's
// thread, the tests and the simulator run the same type.
//
// As in keepalived a group becomes Active when each of its routers would, whether missing adverts or S-BFD say so: a
// failure that one network alone has seen would only start a quarrel on the others. It gives up together as soon as one
// of its routers loses the election or can't run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/action.hpp"
#include "core/event.hpp"

namespace xvrrp::core {

/// What the group has to know of one of its routers.
struct group_member {
    core::state state = core::state::initialize;
    std::uint32_t faults = 0;  ///< bits of core::fault
    bool wants_active = false; ///< router::wants_active
};

/// What is to be told to the router of that index.
struct group_order {
    std::size_t member = 0;
    event what;
};

enum class group_state : std::uint8_t { initialize, backup, active, fault };

class sync_group {
public:
    /// What has to be told now, in this order. To be called again with what came of it until there is nothing more.
    [[nodiscard]] std::vector<group_order> step(std::span<const group_member> members);
    [[nodiscard]] static group_state state_of(std::span<const group_member> members);

private:
    bool active_ = false; ///< all were
};

} // namespace xvrrp::core
