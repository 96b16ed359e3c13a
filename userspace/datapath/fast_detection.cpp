// SPDX-License-Identifier: BSD-2-Clause
//
// The facade's part in fast failure detection: what tells XDP that this daemon is in control, and the memory that XDP
// and the prober share.
#include "datapath/datapath_state.hpp"

namespace xvrrp::datapath {

void datapath::renew_lease(time_point now) noexcept
{
    state_->control.renew(now);
}

void datapath::announce_leaving() noexcept
{
    state_->control.announce_leaving();
}

void datapath::lift_fence(slot_index slot) noexcept
{
    state_->slots.lift_fence(slot);
}

result<void> datapath::set_reflectors(const std::vector<reflector>& wanted)
{
    return state_->reflectors.set(wanted);
}

session_memory datapath::sessions() noexcept
{
    return {.probes = state_->probes.values(), .replies = state_->replies.values()};
}

const std::optional<std::string>& datapath::death_refusal() const
{
    return state_->death_refusal;
}

} // namespace xvrrp::datapath
