// SPDX-License-Identifier: BSD-2-Clause
//
// Actions as text.
#include "core_support.hpp"

namespace xvrrp::core::test {

std::string_view name(core::state value)
{
    switch (value) {
    case core::state::initialize:
        return "initialize";
    case core::state::backup:
        return "backup";
    case core::state::active:
        return "active";
    case core::state::leaving:
        return "leaving";
    }
    return "?";
}

std::string_view name(reason value)
{
    switch (value) {
    case reason::startup:
        return "startup";
    case reason::owner_startup:
        return "owner_startup";
    case reason::active_down_timer:
        return "active_down_timer";
    case reason::preempted:
        return "preempted";
    case reason::priority_zero:
        return "priority_zero";
    case reason::higher_priority:
        return "higher_priority";
    case reason::equal_priority_address:
        return "equal_priority_address";
    case reason::fault:
        return "fault";
    case reason::shutdown:
        return "shutdown";
    case reason::left:
        return "left";
    case reason::probes_lost:
        return "probes_lost";
    case reason::peer_dead:
        return "peer_dead";
    case reason::peer_yielded:
        return "peer_yielded";
    case reason::deposed:
        return "deposed";
    case reason::sync_group:
        return "sync_group";
    case reason::timer_expired:
        return "timer_expired";
    }
    return "?";
}

std::string_view name(notice_kind value)
{
    switch (value) {
    case notice_kind::lower_priority_advert:
        return "lower_priority_advert";
    case notice_kind::another_owner:
        return "another_owner";
    case notice_kind::equal_priority:
        return "equal_priority";
    case notice_kind::interval_differs:
        return "interval_differs";
    case notice_kind::flapping:
        return "flapping";
    case notice_kind::priority_zero_received:
        return "priority_zero_received";
    }
    return "?";
}

namespace {

std::string number(unsigned value)
{
    return std::to_string(value);
}

std::string text(const send_advert& what)
{
    return "advert(" + number(what.priority.value) + ")";
}
std::string text(const claim_addresses&)
{
    return "claim";
}
std::string text(const release_addresses&)
{
    return "release";
}
std::string text(const announce& what)
{
    return "announce(" + number(what.rounds) + ")";
}
std::string text(const follow& what)
{
    return "follow(" + (what.source ? what.source->to_string() : "-") + ")";
}
std::string text(const restrain& what)
{
    const std::string_view kind = what.fenced ? "fenced" : what.quiet ? "quiet" : "off";
    return "restrain(" + std::string(kind) + ")";
}
std::string text(const transition& what)
{
    std::string line = "transition(" + std::string(name(what.from)) + ">" + std::string(name(what.to)) + " " +
                       std::string(name(what.why));
    if (what.other) {
        line += " " + what.other->to_string() + "/" + number(what.other_priority.value);
    }
    return line + ")";
}
std::string text(const notice& what)
{
    return "notice(" + std::string(name(what.kind)) + " " + what.source.to_string() + "/" +
           number(what.priority.value) + ")";
}

} // namespace

std::string describe(const std::vector<action>& actions)
{
    std::string line;
    for (const action& one : actions) {
        line += line.empty() ? "" : " ";
        line += std::visit([](const auto& what) { return text(what); }, one);
    }
    return line;
}

} // namespace xvrrp::core::test
