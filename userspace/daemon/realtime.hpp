// SPDX-License-Identifier: BSD-2-Clause
//
// Keeps the loop from being descheduled and paged out: SCHED_FIFO and locked memory. Called by main on the loop's
// thread, after the log's and the control server's threads exist: they stay as they are; and by the supervisor.
#pragma once

#include <sched.h>

#include <string>
#include <vector>

#include "xvrrp/config.hpp"

namespace xvrrp::daemon {

/// SCHED_FIFO (sched(7)) at `fifo_priority` (1 to 99) with SCHED_RESET_ON_FORK for the calling thread, so that neither
/// scripts nor later threads inherit it; mlockall (MCL_ONFAULT) for the process. Gives a sentence for each that the
/// system refused, for one line in the log; the daemon runs without.
[[nodiscard]] std::vector<std::string> request_realtime(int fifo_priority = 1);

/// vrrp_priority and vrrp_cpu_affinity, for the calling thread and those that it starts (setpriority(2),
/// sched_setaffinity(2)). Gives a sentence for each that the system refused.
[[nodiscard]] std::vector<std::string> place_process(const process_settings& wanted);

/// The calling thread without SCHED_FIFO, as long as the object is: for a system call in which the kernel may poll for
/// what a thread without it has to do first, on the same CPU.
class ordinary_scheduling {
public:
    ordinary_scheduling();
    ordinary_scheduling(const ordinary_scheduling&) = delete;
    ordinary_scheduling& operator=(const ordinary_scheduling&) = delete;
    ordinary_scheduling(ordinary_scheduling&&) = delete;
    ordinary_scheduling& operator=(ordinary_scheduling&&) = delete;
    ~ordinary_scheduling();

private:
    int policy_; ///< with SCHED_RESET_ON_FORK
    sched_param parameters_{};
};

} // namespace xvrrp::daemon
