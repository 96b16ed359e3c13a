// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd's own record of a takeover, made part of a trial. Pure.
#pragma once

#include <string>
#include <vector>

#include "control/snapshot.hpp"
#include "failover/trial.hpp"

namespace xvrrp::failover {

/// The last takeover on record that was made after `since` (as failover_report::when has it; empty: any); none: null.
[[nodiscard]] const control::failover_report* last_takeover(const std::vector<control::failover_report>& records,
                                                            const std::string& since);

/// `advert_after`: from the failure to the successor's first advert, as the wire has it; without it the length of the
/// detection isn't known. A stage that was over before the one before it has no length.
[[nodiscard]] stage_lengths stages_of(const control::failover_report& takeover, std::optional<duration> advert_after);

} // namespace xvrrp::failover
