// SPDX-License-Identifier: BSD-2-Clause
//
// One instance out of a status, for `xvrrpctl status INSTANCE`. Pure.
#pragma once

#include <string_view>

#include "control/snapshot.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::control {

/// The status with this instance alone, and of the drops those on its interface. An error names the instances there
/// are.
[[nodiscard]] result<daemon_status> select_instance(daemon_status status, std::string_view name);

} // namespace xvrrp::control
