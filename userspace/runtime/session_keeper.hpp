// SPDX-License-Identifier: BSD-2-Clause
//
// The S-BFD sessions of this host: which there are, what they say of the routers that are followed, and the lines about
// them in the log. Owns the prober. Belongs to the loop's thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "plan/facts.hpp"
#include "runtime/log.hpp"
#include "runtime/messages.hpp"
#include "runtime/prober.hpp"
#include "runtime/session_wish.hpp"

namespace xvrrp::runtime {

/// What is known of a router that is probed.
struct known_health {
    core::peer_health health = core::peer_health::unknown;
    time_point since;     ///< as in core::peer_changed
    time_point noticed;   ///< when the prober found it
    duration rank_unit{}; ///< as in core::peer_changed
};

class session_keeper {
public:
    session_keeper(const plan::facts& known, log_sink log) : known_(known), log_(std::move(log)) {}

    /// Starts the prober; without one, every router is judged by its adverts alone.
    result<void> open(datapath::session_memory memory);
    /// Ends the prober: the memory goes away.
    void close() { prober_.reset(); }
    /// Readable when there is news; -1 without a prober.
    [[nodiscard]] int fd() const { return prober_ ? prober_->fd() : -1; }

    /// All that is wanted now; gives those of whose routers nothing is known any more, because they are asked anew. A
    /// session that nobody wants any more but that was up goes on for a while: a router that was taken for dead wrongly
    /// comes back, and its session must remember that.
    [[nodiscard]] std::vector<session_key> want(std::span<const session_wish> wishes, time_point now);
    void set_phase(const session_key& which, time_point phase);

    /// Takes the prober's news in; whose health changed. `say_news` puts them into the log, which can wait.
    [[nodiscard]] std::vector<session_key> take_news();
    void say_news();
    /// Unknown where there is no session.
    [[nodiscard]] known_health health(const session_key& which) const;
    /// An advert of the router came after it was lost.
    void refuted(const session_key& which);
    /// A loss that may have its reason on this host: the router is judged by its adverts until it answers again.
    void disbelieve(const session_key& which, const std::string& why);
    /// The router that was taken for dead has taken the addresses back at once.
    void damp(const session_key& which);

    /// Ends the sessions that nobody has wanted for a while; says which routers don't answer.
    void tick(time_point now);
    [[nodiscard]] std::vector<session_report> report() const;

private:
    struct session {
        session_target target;
        known_health health;
        std::optional<time_point> ends; ///< nobody wants it any more
    };

    void set_sessions();
    void say(const session_key& which, session_event what, duration detection_time = {});

    const plan::facts& known_;
    log_sink log_;
    std::unique_ptr<prober> prober_;
    std::map<session_key, session> sessions_;
    std::vector<session_news> unsaid_;
    std::set<session_key> incapable_; ///< of which it was said
    std::string last_error_;
};

} // namespace xvrrp::runtime
