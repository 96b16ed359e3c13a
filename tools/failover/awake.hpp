// SPDX-License-Identifier: BSD-2-Clause
//
// Keeps the machine's processors out of sleep states that take time to leave, as a host that is tuned for low latency
// does (tuned's latency-performance, for instance). For all contenders alike.
#pragma once

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::failover {

/// For as long as the descriptor is open (/dev/cpu_dma_latency, the kernel's Documentation/power/pm_qos_interface.rst).
/// Fails where the kernel has no such device, or refuses.
[[nodiscard]] result<descriptor> keep_awake();

} // namespace xvrrp::failover
