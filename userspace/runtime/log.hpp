// SPDX-License-Identifier: BSD-2-Clause
//
// Where runtime's lines for the operator go. The daemon passes its logger; a sink must not block.
#pragma once

#include <functional>
#include <string>

namespace xvrrp::runtime {

enum class log_level { debug, info, warning, error };

using log_sink = std::function<void(log_level, std::string)>;

} // namespace xvrrp::runtime
