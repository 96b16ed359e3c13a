// SPDX-License-Identifier: BSD-2-Clause
//
// The repeats of announcements, after the first round: sent in small portions between the loop's turns, so that a
// burst for a thousand addresses doesn't hold up an advert, and spaced: by vrrp_garp_interval/vrrp_gna_interval, which
// hold for each interface, or by those of a garp_group, which hold for all its interfaces together. Belongs to the
// loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "net/announce.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

/// The announcements of one instance's addresses; replaced as a whole when the plan changes.
using announcement_list = std::shared_ptr<const std::vector<net::announcement>>;

struct announce_spacing {
    duration garp{0};
    duration gna{0};
    friend bool operator==(const announce_spacing&, const announce_spacing&) = default;
};

/// Interfaces that share their spacing; no interface is in two groups.
struct announce_group {
    announce_spacing spacing;
    std::vector<interface_index> interfaces;
    friend bool operator==(const announce_group&, const announce_group&) = default;
};

class announce_queue {
public:
    /// Whose round it is: `cancel` takes back what an owner still has queued.
    using owner = const void*;
    /// Sends a batch and gives how many frames went out.
    using sender = std::function<std::size_t(owner, std::span<const net::announcement>)>;

    /// `elsewhere`: on interfaces that are in no group.
    void set_spacing(const announce_spacing& elsewhere, const std::vector<announce_group>& groups = {});
    /// What the owner has queued already becomes part of it: the larger number of rounds counts.
    void add(owner who, announcement_list list, std::uint32_t rounds);
    void cancel(owner who);

    /// Sends what is due, at most a portion. A job that has to wait for its interface's spacing holds up no other.
    void run(time_point now, const sender& send);
    [[nodiscard]] std::optional<time_point> next_deadline() const;

private:
    struct job {
        owner who;
        announcement_list list;
        std::uint32_t rounds;
        std::size_t next = 0; ///< in the list
    };

    /// What is spaced together.
    struct lane {
        announce_spacing spacing;
        time_point earliest{}; ///< when its next spaced frame may leave
    };

    lane& lane_of(interface_index interface);
    duration spacing_for(const net::announcement& what);
    void run_unspaced(job& front, std::size_t& budget, const sender& send);
    /// When the job can go on, if it waits for its interface's spacing.
    std::optional<time_point> run_job(job& current, time_point now, std::size_t& budget, const sender& send);

    announce_spacing elsewhere_;
    std::vector<announce_group> groups_;
    std::map<interface_index, std::shared_ptr<lane>> lanes_;
    std::deque<job> jobs_;
    std::optional<time_point> due_;
};

} // namespace xvrrp::runtime
