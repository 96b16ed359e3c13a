// SPDX-License-Identifier: BSD-2-Clause
//
// A sync group as it runs. Kept by the controller, on the loop's thread.
#pragma once

#include <optional>
#include <vector>

#include "core/sync_group.hpp"
#include "track/notifier.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::runtime {

struct instance;

struct running_group {
    sync_group config;
    std::vector<instance*> members; ///< in the order of the file; none that a reload took out
    core::sync_group rules = {};
    std::optional<track::instance_event> told = std::nullopt; ///< to its notify scripts, the last
    bool changed = true;                                      ///< something happened to a member
};

} // namespace xvrrp::runtime
