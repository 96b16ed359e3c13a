// SPDX-License-Identifier: BSD-2-Clause
//
// Boxes that have a router on each of several segments, all of a box in one sync group: the daemon's way with groups
// (what a step did to one member is carried over to the others before anything else happens), and what must hold after
// each step. Segments lose, delay and cut off; time is a queue of what happens next.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "core/router.hpp"
#include "core/sync_group.hpp"
#include "dice.hpp"
#include "host.hpp"
#include "ledger.hpp"

namespace xvrrp::sim {

class group_world {
public:
    group_world(std::uint64_t seed, std::size_t segments);

    /// All its routers have these settings; it isn't powered yet. Gives its number. Higher numbers have higher
    /// addresses.
    std::size_t add(const core::router_settings& settings);
    void run_for(duration span);

    void boot(std::size_t number);
    void cut_power(std::size_t number);
    /// The daemon is told to stop: each router leaves by itself. The power goes when all have.
    void stop(std::size_t number);
    /// A reload: other settings, and in one group or each for itself.
    void reload(std::size_t number, const core::router_settings& settings, bool grouped);
    void tell(std::size_t number, std::size_t segment, const core::event& what);
    /// What is sent to it or by it on that segment is lost.
    void cut(std::size_t number, std::size_t segment, bool off);

    [[nodiscard]] std::size_t boxes() const { return boxes_.size(); }
    [[nodiscard]] std::size_t segments() const { return segments_; }
    [[nodiscard]] bool powered(std::size_t number) const { return boxes_[number]->powered; }
    [[nodiscard]] bool grouped(std::size_t number) const { return boxes_[number]->grouped; }
    [[nodiscard]] const core::router_settings& settings(std::size_t number) const { return boxes_[number]->settings; }
    [[nodiscard]] core::group_state state(std::size_t number) const;
    /// Boxes whose router there is Active.
    [[nodiscard]] std::vector<std::size_t> active(std::size_t segment) const;
    [[nodiscard]] unsigned transitions() const { return transitions_; }
    [[nodiscard]] time_point now() const { return now_; }
    [[nodiscard]] journal& log() { return log_; }
    [[nodiscard]] dice& chance() { return chance_; }
    unsigned loss_percent = 0;

private:
    struct port {
        core::router router;
        ledger book;
        bool cut = false;
        std::optional<time_point> waking;      ///< the deadline for which it is going to wake
        std::vector<time_point> last_delivery; ///< to each box
    };
    struct box {
        core::router_settings settings;
        bool powered = false;
        bool grouped = true;
        bool stopping = false;
        core::sync_group rules;
        std::vector<std::unique_ptr<port>> ports; ///< one on each segment, while powered
    };
    struct happening {
        time_point when;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(const happening& other) const
        {
            return when != other.when ? when > other.when : order > other.order; // the earliest on top
        }
    };

    void at(time_point when, std::function<void()> what);
    void step(std::size_t number, std::size_t segment, const core::event& what);
    void record(std::size_t number, std::size_t segment, const std::vector<core::action>& actions);
    /// As the daemon's turn ends: the group's rules until they say no more, then what must hold.
    void settle(std::size_t number);
    void keep_in_step(std::size_t number);
    void check(std::size_t number);
    void plan_waking(std::size_t number, std::size_t segment);
    void deliver(std::size_t from, std::size_t segment, priority value);
    void leave_group(std::size_t number);
    [[nodiscard]] std::vector<core::group_member> members(std::size_t number) const;
    void complain(std::size_t number, const std::string& line);

    dice chance_;
    journal log_;
    std::size_t segments_;
    std::vector<std::unique_ptr<box>> boxes_;
    std::priority_queue<happening> queue_;
    time_point now_{std::chrono::seconds(1000)};
    std::uint64_t order_ = 0;
    unsigned transitions_ = 0;
};

} // namespace xvrrp::sim
