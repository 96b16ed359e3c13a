// SPDX-License-Identifier: BSD-2-Clause
//
// A client that pings a virtual address at a steady rate and keeps what it saw: what an outage was like for it. Any
// kernel answers, so nothing has to run at the other end. It runs on a thread of its own; answers have the time at
// which the kernel received them.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lab/segment.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::lab {

struct probe_report {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0; ///< probes with at least one answer
    std::uint64_t duplicates = 0;
    duration longest_gap{0}; ///< between two successive answers
    /// The longest time by which the client itself was late to send: a gap isn't known better than this.
    duration longest_stall{0};
    std::map<mac_address, std::uint64_t> answers; ///< by the MAC address that the answer came from
    mac_address last_answer;                      ///< who answered last
    std::uint8_t last_ttl = 0;                    ///< and with what TTL or hop limit
    [[nodiscard]] std::uint64_t lost() const { return sent - answered; }
};

struct probe_options {
    std::chrono::nanoseconds interval = std::chrono::milliseconds(5);
    bool keep_log = false; ///< for log(); some 80 bytes for each probe
    bool realtime = false; ///< SCHED_FIFO, where the system lets us
};

struct sent_probe {
    time_point planned;
    time_point time; ///< just before it was handed to the kernel: later than planned if the client was stalled
};

struct probe_answer {
    std::uint64_t number = 0; ///< of the probe, from 0
    time_point time;
    mac_address mac;      ///< that it came from; on the loopback interface none
    std::uint8_t ttl = 0; ///< or hop limit, which tells hosts apart that share a virtual MAC address
};

/// Probes by their number, answers in the order in which they came.
struct probe_log {
    std::vector<sent_probe> sent;
    std::vector<probe_answer> answers;
};

class probe {
public:
    /// Pings `target` (IPv4 or IPv6, global) from the host, every `interval`.
    static result<probe> start(const host& from, const std::string& target,
                               std::chrono::nanoseconds interval = std::chrono::milliseconds(5));
    static result<probe> start(const host& from, const std::string& target, const probe_options& options);
    /// From the network namespace that this process is in.
    static result<probe> start_here(const std::string& target, const probe_options& options);
    probe(probe&&) noexcept;
    probe& operator=(probe&&) noexcept;
    ~probe(); ///< stop()

    /// What it has seen up to now.
    [[nodiscard]] probe_report report() const;
    /// The probes and answers up to now; empty without probe_options::keep_log.
    [[nodiscard]] probe_log log() const;
    /// Waits until `count` more probes than now have been answered.
    [[nodiscard]] bool wait_for_answers(std::uint64_t count, std::chrono::steady_clock::duration timeout) const;
    /// Ends, 200 ms after the last probe at the latest, so that answers under way count; and what it has seen.
    probe_report stop();

private:
    struct state;
    explicit probe(std::unique_ptr<state> owned);
    static result<probe> begin(std::unique_ptr<state> made, const probe_options& options);

    std::unique_ptr<state> state_;
};

} // namespace xvrrp::lab
