// SPDX-License-Identifier: BSD-2-Clause
//
// interface_up_down_delays: a link that goes down or comes up is believed when that has lasted for the interface's
// delay; a bounce that is shorter is never seen. Stands between what the kernel reports and the facts. Pure; the
// daemon's belongs to the loop's thread.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "net/types.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::plan {

class link_damper {
public:
    /// Changes that wait already have the new delays from their own beginning on.
    void configure(std::vector<interface_delay> delays);

    /// What is to be believed of a link: as the kernel reports it, but running as it was while a change waits.
    /// `believed`: what was believed of it so far; nullptr: nothing, and the report counts at once.
    [[nodiscard]] net::link take(const net::link& reported, const net::link* believed, time_point now);
    void forget(interface_index index) { waiting_.erase(index); }

    /// Links whose change has lasted, as the kernel reported them last. They wait no more.
    [[nodiscard]] std::vector<net::link> due(time_point now);
    [[nodiscard]] std::optional<time_point> next_deadline() const;

    /// The link is down, which isn't believed yet.
    [[nodiscard]] bool hides_loss(interface_index index) const;
    /// That is to be believed now: the link, if its loss was hidden.
    [[nodiscard]] std::optional<net::link> reveal_loss(interface_index index);

private:
    struct change {
        net::link reported;
        time_point since;
    };

    [[nodiscard]] duration delay_of(const net::link& changed) const;
    [[nodiscard]] time_point due_time(const change& waiting) const;

    std::vector<interface_delay> delays_;
    std::map<interface_index, change> waiting_;
};

} // namespace xvrrp::plan
