// SPDX-License-Identifier: BSD-2-Clause
//
// Keeps the loop from being descheduled and paged out: SCHED_FIFO and locked memory. Called by main on the loop's
// thread, after the log's and the control server's threads exist: they stay as they are.
#pragma once

#include <string>
#include <vector>

namespace xvrrp::daemon {

/// SCHED_FIFO (sched(7)) at `fifo_priority` (1 to 99) with SCHED_RESET_ON_FORK for the calling thread, so that neither
/// scripts nor later threads inherit it; mlockall (MCL_ONFAULT) for the process. Gives a sentence for each that the
/// system refused, for one line in the log; the daemon runs without.
[[nodiscard]] std::vector<std::string> request_realtime(int fifo_priority = 1);

} // namespace xvrrp::daemon
