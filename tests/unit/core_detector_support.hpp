// SPDX-License-Identifier: BSD-2-Clause
//
// A detector run as the prober runs it: replies are read when it wakes, then `due`, then what is to be sent. The router
// at the other end answers after `round_trip`, or not at all.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

#include "core/detector.hpp"

namespace xvrrp::core::test {

using namespace std::chrono_literals;

inline const time_point detector_start{5000s};

inline detector_settings detection(duration interval = 10ms, std::uint32_t multiplier = 3)
{
    return {.interval = interval, .multiplier = multiplier, .longest_detection = 3s, .phase = detector_start};
}

class detector_bench {
public:
    explicit detector_bench(const detector_settings& settings = detection()) : subject(settings, detector_start) {}

    /// Wakes whenever it is time, until `after_start`, which is then the time.
    void run_until(duration after_start)
    {
        while (subject.next_wake() <= detector_start + after_start) {
            now = subject.next_wake();
            wake();
        }
        now = detector_start + after_start;
    }
    void wake_at(duration after_start)
    {
        now = detector_start + after_start;
        wake();
    }
    void reply(probe_number which, duration stamp, bool says_up = true)
    {
        subject.replied(which, detector_start + stamp, says_up);
        keep_verdict();
    }
    /// The states that it passed through, since the last call.
    std::vector<session_state> take_states()
    {
        std::vector<session_state> states;
        states.reserve(verdicts.size());
        for (const session_verdict& one : verdicts) {
            states.push_back(one.now);
        }
        verdicts.clear();
        return states;
    }
    /// When the probes since the last call went out.
    std::vector<duration> take_sent() { return std::exchange(sent, {}); }

    detector subject;
    time_point now = detector_start;
    std::optional<duration> round_trip = 100us;
    bool peer_up = true;
    bool link_up = true; ///< probes can be sent
    std::vector<duration> sent;
    probe_number last = 0;
    std::vector<session_verdict> verdicts;

private:
    struct answer {
        probe_number which;
        time_point stamp;
        bool up;
    };
    void wake()
    {
        while (!on_the_way_.empty() && on_the_way_.front().stamp <= now) {
            const answer next = on_the_way_.front();
            on_the_way_.pop_front();
            subject.replied(next.which, next.stamp, next.up);
            keep_verdict();
        }
        for (unsigned probes = subject.due(now); probes > 0 && link_up; --probes) {
            last = subject.sent(now);
            sent.push_back(now - detector_start);
            if (round_trip) {
                on_the_way_.push_back({.which = last, .stamp = now + *round_trip, .up = peer_up});
            }
        }
        keep_verdict();
    }
    void keep_verdict()
    {
        if (const auto changed = subject.take_verdict()) {
            verdicts.push_back(*changed);
        }
    }
    std::deque<answer> on_the_way_;
};

} // namespace xvrrp::core::test
