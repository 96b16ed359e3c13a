// SPDX-License-Identifier: BSD-2-Clause
//
// A client that pings a virtual address at a steady rate and keeps what it saw: what an outage was like for it. Any
// kernel answers, so nothing has to run at the other end. It runs on a thread of its own.
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
    [[nodiscard]] std::uint64_t lost() const { return sent - answered; }
};

class probe {
public:
    /// Pings `target` (IPv4 or IPv6, global) from the host, every `interval`.
    static result<probe> start(const host& from, const std::string& target,
                               std::chrono::nanoseconds interval = std::chrono::milliseconds(5));
    probe(probe&&) noexcept;
    probe& operator=(probe&&) noexcept;
    ~probe(); ///< stop()

    /// What it has seen up to now.
    [[nodiscard]] probe_report report() const;
    /// Waits until `count` more probes than now have been answered.
    [[nodiscard]] bool wait_for_answers(std::uint64_t count, std::chrono::steady_clock::duration timeout) const;
    /// Ends, 200 ms after the last probe at the latest, so that answers under way count; and what it has seen.
    probe_report stop();

private:
    struct state;
    explicit probe(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::lab
