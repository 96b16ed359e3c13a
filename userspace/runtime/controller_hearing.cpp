// SPDX-License-Identifier: BSD-2-Clause
//
// Whether this host still hears: a silence that our own deafness explains is nobody's failure. Anybody with
// the right to can detach an XDP link; it is attached again, and where that fails, the routers are in FAULT.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "core/timers.hpp"
#include "runtime/controller.hpp"

namespace xvrrp::runtime {

namespace {

bool uses(const instance& who, interface_index interface)
{
    return (who.planned.link && who.planned.link->index == interface) ||
           std::ranges::any_of(who.planned.addresses, [interface](const plan::placed_address& each) {
               return each.request.interface == interface;
           });
}

} // namespace

/// A system call: for when silence is about to be believed, and for the tick. False: what listened there was gone. It
/// is set up again by now, or the routers there know of the fault.
bool controller::hears(interface_index interface)
{
    if (with_.datapath.still_hears(interface)) {
        return true;
    }
    if (const net::link* link = with_.facts.link(interface); link != nullptr && attachments_.mode(interface)) {
        with_.log(log_level::warning,
                  link->name + ": adverts aren't heard any more, somebody has detached what listened: attaching again");
    }
    listen_again(interface);
    return false;
}

/// The others may have advertised meanwhile: they get the whole Active_Down_Interval once more.
void controller::listen_again(interface_index interface)
{
    attachments_.forget(interface);
    for (const std::unique_ptr<instance>& each : instances_) {
        if (!uses(*each, interface)) {
            continue;
        }
        apply(*each, plan_of(each->config), std::chrono::steady_clock::now());
        if (const auto down = each->router.active_down_deadline()) {
            const duration interval = core::active_down_interval(
                each->config.version, each->router.effective_priority(), each->router.active_advertisement_interval(),
                each->config.down_timer_adverts);
            each->grace = grace_period{.silence_since = *down, .until = std::chrono::steady_clock::now() + interval};
        }
        settle(*each);
    }
}

void controller::check_hearing(time_point now)
{
    for (const interface_index each : attachments_.all()) {
        std::ignore = hears(each);
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->setup_error && each->planned.link && !attachments_.mode(each->planned.link->index)) {
            replan(*each, now);
        }
    }
}

/// What explains silence better than the other router's death: then we are the isolated one, and the fault decides. (A
/// probe that the driver refuses for want of a carrier isn't counted at all; probe_socket.) A program that was attached
/// after the first of the unanswered probes hasn't seen what was answered before.
std::optional<std::string> controller::own_fault(const session_key& session)
{
    const net::link* link = with_.facts.link(session.interface);
    if (link == nullptr || !link->running || damper_.hides_loss(session.interface)) {
        return "our own link is down";
    }
    if (!hears(session.interface) || attachments_.since(session.interface) > sessions_.health(session).since) {
        return link->name + " wasn't heard meanwhile";
    }
    return std::nullopt;
}

} // namespace xvrrp::runtime
