// SPDX-License-Identifier: BSD-2-Clause
//
// SIGINT and SIGTERM: the first one asks the run to end after what it is doing, so that namespaces and daemons go with
// it; the second one ends the process at once, and the next run sweeps up.
#pragma once

#include <atomic>
#include <thread>

namespace xvrrp::failover {

class interruption {
public:
    /// To be made before any other thread, which inherit that these signals don't reach them.
    interruption();
    interruption(const interruption&) = delete;
    interruption& operator=(const interruption&) = delete;
    interruption(interruption&&) = delete;
    interruption& operator=(interruption&&) = delete;
    ~interruption() = default;

    [[nodiscard]] bool requested() const { return requested_; }

private:
    void wait(const std::stop_token& stopped);

    std::atomic<bool> requested_ = false;
    std::jthread waiter_;
};

} // namespace xvrrp::failover
