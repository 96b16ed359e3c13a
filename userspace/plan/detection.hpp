// SPDX-License-Identifier: BSD-2-Clause
//
// What an instance's configuration means for fast failure detection. Pure.
#pragma once

#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::plan {

/// How long our daemon may go without a turn of its loop before it counts as dead: as configured, else the
/// Active_Down_Interval of a Backup with our priority, so that it is judged no more harshly than RFC 9568 judges it.
[[nodiscard]] duration hang_limit_of(const vrrp_instance& instance);

} // namespace xvrrp::plan
