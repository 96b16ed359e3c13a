// SPDX-License-Identifier: BSD-2-Clause
//
// One simulated host: the kernel that stamps and keeps adverts while the daemon sleeps, the daemon's rule (drain, then
// fire deadlines), the addresses, and what must hold after every step. Knows what really arrived, and so can tell a
// takeover from a true silence from a false one. With S-BFD: the reflector, which says whether the daemon is in
// control, and the fence that XDP puts around a daemon that isn't.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/router.hpp"
#include "dice.hpp"
#include "ledger.hpp"
#include "prober.hpp"

namespace xvrrp::sim {

/// What one host did and what it did wrong, shared by all of a world.
struct journal {
    std::deque<std::string> lines; ///< the last ones until something went wrong
    std::vector<std::string> violations;
    void note(time_point now, const std::string& line);
    void complain(time_point now, const std::string& line);
};

class host {
public:
    /// Keeps references to `log` and `chance`, and may not move.
    host(ip_address address, const core::router_settings& settings, journal& log, dice& chance);
    host(const host&) = delete;
    host& operator=(const host&) = delete;

    // The host's power, and the kernel. Booting twice is booting once.
    void boot(time_point now);
    void cut_power();
    void arrive(core::advert heard); ///< stamped by the caller
    /// The answer to a probe: whether the daemon is in control; none without a reflector.
    [[nodiscard]] std::optional<bool> reflect(time_point now) const;
    void arrive_reply(const ip_address& peer, core::probe_number which, time_point stamp, bool up);

    // The daemon. What happens to it while it is frozen waits.
    void tell(const core::event& what, time_point now);
    void reconfigure(const core::router_settings& settings, time_point now);
    /// `noticed`: as if it had died, the kernel knows at once; else when the hang limit has passed.
    void freeze(time_point now, bool noticed);
    void thaw(time_point now);
    /// Drains, then fires the deadlines that are due.
    void wake(time_point now);

    // S-BFD: probes whom its router follows; answers probes, unless it is somebody else's make.
    void probe_with(const core::detector_settings& settings) { probing_ = settings; }
    void set_reflecting(bool yes) { reflecting_ = yes; }
    void set_hang_limit(duration limit) { hang_limit_ = limit; }
    [[nodiscard]] std::optional<time_point> next_probing() const;
    /// The probes that go out now, and to whom.
    [[nodiscard]] std::vector<core::probe_number> wake_prober(time_point now);
    [[nodiscard]] const std::optional<prober>& probes() const { return prober_; }

    /// Priorities of the adverts sent since the last call.
    [[nodiscard]] std::vector<priority> take_sent() { return ledger_.take_sent(); }

    [[nodiscard]] bool powered() const { return router_.has_value(); }
    [[nodiscard]] bool frozen() const { return frozen_; }
    /// Takes part in elections, as far as the host itself is concerned.
    [[nodiscard]] bool eligible() const { return powered() && !frozen_ && started_ && router_->faults() == 0; }
    [[nodiscard]] bool serves(time_point now) const;
    [[nodiscard]] const core::router& router() const { return *router_; }
    [[nodiscard]] const core::router_settings& settings() const { return settings_; }
    [[nodiscard]] const ip_address& address() const { return address_; }
    [[nodiscard]] unsigned transitions() const { return ledger_.transitions(); }
    /// Arrival of the last advert that a Backup here has to respect.
    [[nodiscard]] time_point last_better() const { return last_better_; }

    /// The shortest interval that any host of the world advertises, for judging takeovers.
    void judge_by(duration least_interval) { least_interval_ = least_interval; }

private:
    using job = std::function<std::vector<core::action>(core::router&, time_point)>;
    void run(const job& work, time_point now);
    void do_or_wait(job work, time_point now);
    void drain(time_point now);
    void replay(time_point now);
    void on_transition(const core::transition& what, time_point now);
    void judge_takeover(const core::transition& what, time_point now);
    void judge_by_silence(time_point now);
    [[nodiscard]] bool in_control(time_point now) const;
    void fence(const core::advert& heard);
    void say_that_it_is_deposed(time_point now);
    void check_fence(const core::action& what, time_point now);
    void see_to_probes(time_point now);
    void complain(time_point now, const std::string& line);

    ip_address address_;
    core::router_settings settings_;
    journal& log_;
    dice& chance_;
    time_point clock_{}; ///< of the step that is being made

    std::optional<core::router> router_;
    bool started_ = false;
    bool frozen_ = false;
    std::deque<core::advert> inbox_;
    std::deque<core::advert> taken_; ///< for replays
    std::vector<job> waiting_;

    ledger ledger_;

    time_point last_better_{};
    std::optional<time_point> priority_zero_;
    duration least_interval_{};

    std::optional<core::detector_settings> probing_;
    std::optional<prober> prober_;
    bool reflecting_ = true;
    std::optional<duration> hang_limit_;
    time_point frozen_since_{};
    bool freeze_noticed_ = false;
    struct xdp_fence {
        core::advert by;
        time_point until;
    };
    std::optional<xdp_fence> fence_;
    std::map<ip_address, core::advert> last_heard_;    ///< arrived, of any priority
    std::map<ip_address, time_point> last_alive_;      ///< arrived, with a priority
    std::map<ip_address, time_point> last_admin_down_; ///< arrived
    core::transition became_active_;
};

} // namespace xvrrp::sim
