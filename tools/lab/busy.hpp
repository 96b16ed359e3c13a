// SPDX-License-Identifier: BSD-2-Clause
//
// Processes that do nothing but use the processor.
#pragma once

#include <vector>

#include "lab/process.hpp"

namespace xvrrp::lab {

/// `count` busy loops of ordinary priority, until the last of them is destroyed.
result<std::vector<process>> start_busy_loops(unsigned count);

} // namespace xvrrp::lab
