// SPDX-License-Identifier: BSD-2-Clause
//
// The S-BFD sessions of one simulated host: the detector, what the kernel keeps for it, and what really was sent and
// answered, so that a loss can be told from a false one.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/detector.hpp"
#include "core/event.hpp"

namespace xvrrp::sim {

class prober {
public:
    using complain = std::function<void(const std::string&)>;

    prober(const core::detector_settings& settings, complain sink) : settings_(settings), complain_(std::move(sink)) {}

    /// Whom the host's router follows now, with the last advert. Of one that it begins to follow, what is known.
    [[nodiscard]] std::optional<core::peer_changed> follow(const std::optional<core::advert>& whom, time_point now);
    [[nodiscard]] std::optional<time_point> next_wake() const;
    /// Reads the replies that the kernel has kept, and gives the numbers of the probes that go out now.
    [[nodiscard]] std::vector<core::probe_number> wake(time_point now);
    [[nodiscard]] std::optional<core::peer_changed> take_news();
    [[nodiscard]] const std::optional<ip_address>& probed() const { return current_; }

    /// The kernel: a reply, stamped.
    void arrive(const ip_address& peer, core::probe_number which, time_point stamp, bool up);
    /// The daemon: an advert was taken in; the router that had been lost took back what we took.
    void heard(const core::advert& what, time_point now);
    void false_alarm(const ip_address& peer, time_point now);

    /// Of the last verdict on this router.
    [[nodiscard]] time_point since(const ip_address& peer) const;
    [[nodiscard]] std::uint32_t damping(const ip_address& peer) const;

private:
    struct reply {
        core::probe_number which = 0;
        time_point stamp;
        bool up = false;
    };
    struct sent_probe {
        core::probe_number number = 0;
        time_point sent;
        std::optional<time_point> answered;
    };
    struct session {
        core::detector detector;
        core::session_verdict verdict;
        std::deque<reply> unread;
        std::deque<sent_probe> sent; ///< the last ones
    };

    [[nodiscard]] core::peer_changed news_of(const ip_address& peer, const session& of) const;
    void note_verdict(const ip_address& peer, session& of);
    void check_loss(const session& of, time_point now) const;

    core::detector_settings settings_;
    complain complain_;
    std::map<ip_address, session> sessions_; ///< outlive being followed, so that damping does
    std::optional<ip_address> current_;
    std::optional<core::peer_changed> news_;
};

} // namespace xvrrp::sim
