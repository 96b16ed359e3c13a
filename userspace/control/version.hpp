// SPDX-License-Identifier: BSD-2-Clause
//
// The version that xvrrpd and xvrrpctl were built as.
#pragma once

#include <string_view>

namespace xvrrp::control {

/// "0.1.0"
[[nodiscard]] std::string_view program_version();

} // namespace xvrrp::control
