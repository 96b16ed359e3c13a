// SPDX-License-Identifier: BSD-2-Clause
//
// Which processes count for a vrrp_track_process, and what their number comes to. Pure.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::track {

/// What is looked at of a process.
struct process_look {
    std::string name;                 ///< as in /proc/PID/comm
    std::vector<std::string> command; ///< its command line; empty: it has none
};

[[nodiscard]] bool counts_for(const track_process& wanted, const process_look& process);
/// Whether the command line is looked at.
[[nodiscard]] bool needs_command(const track_process& wanted);

/// The processes that count, of a list of track_process, which each number here is an index of.
class process_table {
public:
    void configure(std::vector<track_process> wanted);

    /// Begins anew.
    void clear() { counted_.clear(); }
    /// A process that was just looked at.
    void see(pid_t pid, const process_look& process);
    /// One whose name has changed, which its command line hasn't.
    void rename(pid_t pid, const std::string& name);
    /// A child is what its parent is until it becomes something else.
    void fork(pid_t parent, pid_t child);
    void exit(pid_t pid) { counted_.erase(pid); }

    [[nodiscard]] std::uint32_t count(std::size_t index) const;
    [[nodiscard]] const std::vector<track_process>& wanted() const { return wanted_; }
    [[nodiscard]] bool needs_commands() const;

private:
    std::vector<track_process> wanted_;
    std::map<pid_t, std::set<std::size_t>> counted_;
};

/// Why a number of processes is another.
enum class count_cause : std::uint8_t { looked, forked, exited };

/// keepalived's rule: the verdict changes when the quorum is gained or lost, after fork_delay if a fork did that, after
/// terminate_delay if an exit did; not if it is as before by then.
class process_quorum {
public:
    explicit process_quorum(const track_process& wanted);

    /// A number of processes; true if the verdict is another now. The first one counts at once.
    bool count(std::uint32_t running, count_cause cause, time_point now);
    /// At or after next_deadline(): the same.
    bool settle(time_point now);
    [[nodiscard]] std::optional<time_point> next_deadline() const { return change_at_; }

    [[nodiscard]] std::optional<bool> verdict() const { return verdict_; }
    [[nodiscard]] std::uint32_t running() const { return running_; }

private:
    std::uint32_t least_;
    std::optional<std::uint32_t> most_;
    duration fork_delay_;
    duration terminate_delay_;
    std::uint32_t running_ = 0;
    std::optional<bool> verdict_;
    std::optional<time_point> change_at_; ///< the verdict becomes the opposite
};

} // namespace xvrrp::track
