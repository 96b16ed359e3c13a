// SPDX-License-Identifier: BSD-2-Clause
//
// One instance out of all, for `xvrrpctl status INSTANCE` and `xvrrpctl failovers INSTANCE`. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "control/snapshot.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::control {

/// The status with this instance alone, and of the scripts and drops those that it tracks and
/// those on its interface. An error names the instances there
/// are.
[[nodiscard]] result<daemon_status> select_instance(daemon_status status, std::string_view name);

/// Those of this instance, in their order. Of an instance that is gone there may be some too.
[[nodiscard]] std::vector<failover_report> failovers_of(std::vector<failover_report> failovers, std::string_view name);

} // namespace xvrrp::control
