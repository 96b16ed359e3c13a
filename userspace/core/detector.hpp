// SPDX-License-Identifier: BSD-2-Clause
//
// One S-BFD session as its initiator judges it: when to probe, and what the replies, and their absence, mean (RFC 7880
// 6). It counts probes that were really sent and not answered, never time: a process that was stalled has
// sent none, and its window starts anew. Pure: no clock, no socket; the prober's thread runs it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

struct detector_settings {
    duration interval = std::chrono::milliseconds(100);
    std::uint32_t multiplier = 3;
    duration longest_detection = std::chrono::seconds(3); ///< Active_Down_Interval: damping goes no further
    time_point phase; ///< probes are sent at whole intervals from this: the followed router's adverts
    friend bool operator==(const detector_settings&, const detector_settings&) = default;
};

enum class session_state : std::uint8_t {
    asking,     ///< no reply yet: a probe a second at most, ever more rarely
    up,         ///< probed at the interval
    lost,       ///< was up; the confirming burst wasn't answered either
    admin_down, ///< was up, and now says AdminDown
};

/// A change that the state machines must hear of.
struct session_verdict {
    session_state now = session_state::asking;
    time_point since; ///< lost: when the first unanswered probe was sent; else the stamp of the reply
};

/// The number of a probe, counted from 1: the prober keeps its discriminator.
using probe_number = std::uint64_t;

class detector {
public:
    /// Probes that a reply is still taken for; when as many were sent after one, it counts as not answered.
    static constexpr std::size_t remembered = 32;

    explicit detector(const detector_settings& settings, time_point now);
    /// Another interval, multiplier or phase; the state stays.
    void reconfigure(const detector_settings& settings);

    /// When the prober must call `due` next: to send, or to judge.
    [[nodiscard]] time_point next_wake() const;
    /// How many probes to send at once now: 0, 1, or a confirming burst instead of the last probe that is still missing
    /// for a loss. Call it once replies have been read; `now` is
    /// the real time, however late. Each probe that went out is told by `sent`, one that couldn't be sent isn't told.
    [[nodiscard]] unsigned due(time_point now);
    probe_number sent(time_point at);
    /// `stamp`: the kernel's receive time. A reply to a probe that has been given up counts for the state, not as an
    /// answer in time.
    void replied(probe_number which, time_point stamp, bool up);

    /// What changed since the last call; call it after `due`.
    [[nodiscard]] std::optional<session_verdict> take_verdict();

    /// The loss was refuted (an advert came): the session is up again, its window empty. Refuted once more without a
    /// reply in between, it asks again: the router lives, and nothing there answers probes any more.
    void refuted(time_point now);
    /// The loss was a false one: the same router took the addresses back at once. Doubles the detection time, which
    /// halves again after ten quiet minutes.
    void damp(time_point now);

    [[nodiscard]] session_state state() const;
    [[nodiscard]] duration round_trip() const; ///< smoothed; 0 before the first reply
    /// Misses at which the session is lost, damping included.
    [[nodiscard]] std::uint32_t misses_allowed() const;
    [[nodiscard]] duration detection_time() const;

private:
    enum class fate : std::uint8_t { none, waiting, given_up, answered };
    struct probe {
        probe_number number = 0;
        time_point sent;
        fate is = fate::none;
        bool confirms = false; ///< one of a confirming burst
    };
    struct longest_two {
        duration first{};
        duration second{};
        void take(duration sample);
    };
    /// Of the replies, late ones too.
    struct round_trips {
        duration smoothed{};
        longest_two now;
        longest_two before;
        unsigned counted = 0; ///< in `now`
        void take(duration sample);
        /// The second longest of the last 16 to 32: one reply that was held up must not make the next loss known late,
        /// but two in a row are the way that the path is now.
        [[nodiscard]] duration high() const;
    };

    [[nodiscard]] duration interval() const;
    [[nodiscard]] duration reply_deadline() const;
    [[nodiscard]] duration tolerated_lateness() const;
    [[nodiscard]] std::uint32_t most_misses() const;
    [[nodiscard]] time_point slot_from(time_point earliest) const;
    [[nodiscard]] probe* find(probe_number which);

    void calm_down(time_point now);
    void judge(time_point now);
    void miss(probe& unanswered);
    void answer_in_time(probe_number which);
    void stop_confirming();
    void forget_window();
    void plan_next(time_point now);
    void come_up(time_point at);
    void go_down(session_state next, time_point since, time_point now);
    void ask(time_point now);

    detector_settings settings_;
    session_state state_ = session_state::asking;
    std::optional<session_verdict> verdict_;
    std::array<probe, remembered> probes_{};
    probe_number last_ = 0;         ///< given out
    probe_number newest_reply_ = 0; ///< what a reply to an older one says of the state is history
    round_trips trips_;

    time_point next_send_;
    time_point last_turn_;       ///< when a probe was due the last time
    time_point attentive_until_; ///< lost and admin_down: goes on at the interval
    unsigned asked_ = 0;         ///< since it began to ask

    std::uint32_t misses_ = 0;   ///< since the last answer in time
    time_point first_miss_;      ///< when the first of them was sent
    bool burst_sent_ = false;    ///< at least one of it
    unsigned burst_left_ = 0;    ///< of the burst that `due` has just asked for
    unsigned burst_waiting_ = 0; ///< sent, and neither answered nor given up

    bool refuted_before_ = false; ///< and no reply since
    unsigned doublings_ = 0;
    time_point quiet_since_; ///< the last doubling or halving
};

} // namespace xvrrp::core
