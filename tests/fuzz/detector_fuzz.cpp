// SPDX-License-Identifier: BSD-2-Clause
//
// A detector under any schedule of wakes, sends that fail, replies early, late, twice and to nothing, refutations and
// reloads. It never calls a router lost that answered in time, nor on fewer probes than it must, nor dead that never
// was up; and it never asks to be called again for nothing. Input: three bytes of settings, then two for each event.
#include <algorithm>
#include <deque>

#include "core/detector.hpp"
#include "fuzz/fuzz_input.hpp"

namespace xvrrp::fuzz {
namespace {

using namespace std::chrono_literals;
using namespace core;

constexpr std::size_t probes_kept = 4096;

detector_settings settings_from(choices& input)
{
    constexpr std::array<duration, 6> intervals = {100us, 300us, 1ms, 10ms, 100ms, 1s};
    detector_settings settings;
    settings.interval = intervals[input.byte() % intervals.size()];
    settings.multiplier = 2U + input.byte() % 19U;
    settings.longest_detection = 10ms * (1 + input.byte());
    return settings;
}

/// From nothing to some ten minutes.
duration span_from(std::uint8_t byte)
{
    return std::chrono::microseconds(byte & 15) * (std::int64_t{1} << (2 * (byte >> 4U)));
}

class subject {
public:
    explicit subject(choices& input) : settings_(settings_from(input)), detector_(settings_, now_) {}

    void act(choices& input)
    {
        const std::uint8_t kind = input.byte();
        const std::uint8_t how = input.byte();
        switch (kind % 16) {
        case 0:
            now_ += span_from(how);
            break;
        case 1:
            detector_.refuted(now_);
            break;
        case 2:
            detector_.damp(now_);
            break;
        case 3:
            settings_.phase = now_ - span_from(how);
            detector_.reconfigure(settings_);
            break;
        case 4:
            settings_ = settings_from(input);
            detector_.reconfigure(settings_);
            break;
        case 5:
        case 6:
        case 7:
        case 8:
            reply(kind, how);
            break;
        default:
            wake(how);
        }
        check_verdict();
        const std::uint32_t allowed = detector_.misses_allowed();
        require(allowed >= settings_.multiplier, "fewer misses than configured");
        require(allowed == settings_.multiplier || allowed * settings_.interval <= settings_.longest_detection,
                "damped beyond the limit");
    }

private:
    struct probe {
        probe_number number;
        time_point sent;
        bool in_time = false;
        bool burst = false;
    };

    void wake(std::uint8_t how)
    {
        now_ = std::max(now_, detector_.next_wake()) + ((how & 7) == 7 ? span_from(how) : 0ns);
        const unsigned count = detector_.due(now_);
        require(count <= 1 || count == 3, "neither a probe nor a burst");
        require(count != 3 || detector_.state() == session_state::up, "a burst though nothing is to be confirmed");
        for (unsigned i = 0; i < count && (how & 0x70) != 0x70; ++i) {
            sent_.push_back({.number = detector_.sent(now_), .sent = now_, .burst = count == 3});
        }
        while (sent_.size() > probes_kept) {
            sent_.pop_front();
        }
        require(detector_.next_wake() > now_, "wants to be called again at once");
        if (count > 0 && detector_.state() == session_state::asking) {
            require(now_ - asked_ >= 1s || asked_ == time_point{}, "asks more than once a second");
            asked_ = now_;
        }
    }

    void reply(std::uint8_t kind, std::uint8_t how)
    {
        if (sent_.empty() || (kind & 0x80) != 0) {
            was_up_ = true; // it may be the number of a probe after all
            detector_.replied(how, now_, true);
            return;
        }
        probe& answered = sent_[sent_.size() - 1 - how % std::min<std::size_t>(sent_.size(), 40)];
        const bool says_up = (kind & 0x60) != 0;
        if ((kind & 0x10) != 0) {
            now_ = std::max(now_, answered.sent + 20us);
        }
        answered.in_time |= says_up && now_ - answered.sent < 50us; // the shortest deadline there is
        was_up_ |= says_up;
        detector_.replied(answered.number, now_, says_up);
    }

    void check_verdict()
    {
        const auto verdict = detector_.take_verdict();
        if (!verdict) {
            return;
        }
        require(verdict->now == detector_.state(), "a verdict that doesn't hold");
        require(verdict->since <= now_, "since the future");
        require(was_up_ || verdict->now != session_state::admin_down, "dead, and never was up");
        if (verdict->now == session_state::lost) {
            require(was_up_, "lost, and never was up");
            check_loss(verdict->since);
        }
        if (verdict->now == session_state::asking) {
            asked_ = {};
        }
    }

    void check_loss(time_point since) const
    {
        std::uint32_t unanswered = 0;
        bool confirmed = false;
        for (const probe& one : sent_) {
            if (one.sent >= since) {
                require(!one.in_time || one.sent == since, "lost, though a probe since then was answered in time");
                ++unanswered;
                confirmed |= one.burst;
            }
        }
        require(confirmed, "lost without a burst");
        require(unanswered >= settings_.multiplier || sent_.size() == probes_kept, "lost on too few probes");
    }

    detector_settings settings_;
    time_point now_{1000s};
    detector detector_;
    std::deque<probe> sent_;
    time_point asked_;
    bool was_up_ = false;
};

} // namespace
} // namespace xvrrp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace xvrrp::fuzz;
    choices input({data, size});
    subject tested(input);
    while (!input.exhausted()) {
        tested.act(input);
    }
    return 0;
}
