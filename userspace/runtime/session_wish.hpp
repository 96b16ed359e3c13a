// SPDX-License-Identifier: BSD-2-Clause
//
// Which S-BFD sessions the virtual routers of this host want, and what comes of several that want the same one. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/router.hpp"
#include "plan/router_plan.hpp"
#include "runtime/prober.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::runtime {

/// What one Backup wants probed: the Active router that it follows.
struct session_wish {
    session_target target;
    vrid router; ///< who wishes
};

/// Nothing unless the router is Backup, follows somebody whose MAC is known, and has fast_detect.
[[nodiscard]] std::optional<session_wish> wish_of(const vrrp_instance& config, const plan::router_plan& plan,
                                                  const core::router& router, bool by_socket);

/// Whether the prober must be told: all but the phase, which moves with every advert.
[[nodiscard]] bool same_session(const std::optional<session_wish>& one, const std::optional<session_wish>& other);

/// A session for each router that is followed: the shortest interval × multiplier among the wishes for it, the shortest
/// Active_Down_Interval, and the phase of the lowest VRID, because all Backups on the link are to choose the same.
[[nodiscard]] std::vector<session_target> merge_wishes(std::span<const session_wish> wishes);

} // namespace xvrrp::runtime
