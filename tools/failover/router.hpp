// SPDX-License-Identifier: BSD-2-Clause
//
// One router of a contender in its namespace, and what can befall it. Any thread, one object from one thread at a time.
#pragma once

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "control/snapshot.hpp"
#include "failover/setting.hpp"
#include "lab/segment.hpp"

namespace xvrrp::failover {

class router {
public:
    /// Not running yet. The host has to outlive it. `xvrrpd`: the program, for that daemon.
    static std::unique_ptr<router> create(const setting& contender, const lab::host& place, unsigned priority,
                                          const std::filesystem::path& xvrrpd);
    router(const router&) = delete;
    router& operator=(const router&) = delete;
    router(router&&) = delete;
    router& operator=(router&&) = delete;
    virtual ~router() = default; ///< kills what runs

    /// With its own priority; nothing happens if it runs.
    virtual result<void> start() = 0;
    /// After its worker was killed: it is there again, at once. How long a supervisor that was killed many times in a
    /// row waits before it tries again is no part of an experiment.
    virtual result<void> recover();
    /// Writes the file with this priority and lets the running daemon read it.
    virtual result<void> change_priority(unsigned priority) = 0;
    [[nodiscard]] virtual bool running() = 0;
    [[nodiscard]] virtual std::string log() = 0;

    /// The process that runs VRRP: where a daemon supervises itself, the child; else the daemon. 0: none runs.
    [[nodiscard]] pid_t worker();
    /// Processor time of all its processes since they started; zero where it can't be told.
    [[nodiscard]] duration cpu_time();
    /// SIGTERM to the daemon as its service manager sends it; doesn't wait.
    result<void> terminate();
    /// SIGKILL to all its processes.
    result<void> kill_all();
    /// After terminate(): waits for the end.
    result<void> wait_for_end();

    /// xvrrp: its record of changes of state, oldest first; empty without an answer.
    [[nodiscard]] virtual std::vector<control::failover_report> failovers() { return {}; }
    /// xvrrp: whether it is known to have a probe session with `peer` that is up. Nothing: it doesn't say.
    [[nodiscard]] virtual std::optional<bool> probes(const std::string& peer);

protected:
    router() = default;
    /// It runs, but has no worker: its supervisor waits.
    [[nodiscard]] bool waits_to_respawn();
    /// The process that was started; null: none.
    virtual lab::process* leader() = 0;
};

} // namespace xvrrp::failover
