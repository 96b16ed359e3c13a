// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/reception.hpp"

#include <algorithm>
#include <utility>

#include "plan/detection.hpp"

namespace xvrrp::runtime {

namespace {

datapath::slot_settings settings_of(const vrrp_instance& config, const plan::router_plan& plan)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(config.advert_interval).count();
    return {
        .interface = plan.link->index,
        .family = config.family,
        .vrid = config.vrid,
        .version = config.version,
        .interval_seconds = static_cast<std::uint8_t>(config.version == vrrp_version::v2 ? seconds : 0),
        .unicast = !config.unicast_peers.empty(),
        .check_source = config.check_unicast_src,
        .strict = config.strict,
        .no_accept = !config.accept && config.priority != owner_priority,
        .no_vips = config.virtual_addresses.empty(),
        .password = config.auth_pass,
        .source = *plan.source,
        .group = config.multicast_group,
        .peers = plan.peers,
        .hop_limits = config.hop_limits,
        .hang_limit = plan::hang_limit_of(config),
    };
}

xvrrp_state abi_state(core::state state)
{
    switch (state) {
    case core::state::backup:
        return XVRRP_BACKUP;
    case core::state::active:
        return XVRRP_ACTIVE;
    case core::state::leaving:
        return XVRRP_LEAVING;
    case core::state::initialize:
        break;
    }
    return XVRRP_INITIALIZE;
}

} // namespace

result<void> reception::configure(datapath::datapath& kernel, const vrrp_instance& config,
                                  const plan::router_plan& plan)
{
    datapath::slot_settings wanted = settings_of(config, plan);
    wanted.hang_limit = std::min(wanted.hang_limit, longest_hang_);
    const bool same_place = slot_ && settings_.interface == wanted.interface && settings_.vrid == wanted.vrid &&
                            settings_.family == wanted.family;
    if (slot_ && !same_place) {
        close(kernel);
    }
    if (!slot_) {
        result<slot_index> taken = kernel.add_router(wanted);
        if (!taken) {
            return std::unexpected(taken.error());
        }
        slot_ = *taken;
    } else if (wanted != settings_) {
        if (result<void> changed = kernel.change_router(*slot_, wanted); !changed) {
            return changed;
        }
    }
    settings_ = wanted;
    store(kernel);
    return configure_vips(kernel, plan);
}

result<void> reception::configure_vips(datapath::datapath& kernel, const plan::router_plan& plan)
{
    std::set<datapath::vip> wanted;
    for (const plan::placed_address& each : plan.addresses) {
        wanted.insert({.interface = each.request.interface, .address = each.request.ip});
    }
    for (const datapath::vip& each : vips_) {
        if (!wanted.contains(each)) {
            kernel.remove_vip(each);
        }
    }
    result<void> outcome;
    for (const datapath::vip& each : wanted) {
        if (vips_.contains(each)) {
            continue;
        }
        if (const result<void> added = kernel.add_vip(each, *slot_); !added && outcome) {
            outcome = added;
        }
    }
    vips_ = std::move(wanted);
    return outcome;
}

void reception::close(datapath::datapath& kernel)
{
    for (const datapath::vip& each : vips_) {
        kernel.remove_vip(each);
    }
    vips_.clear();
    if (slot_) {
        kernel.remove_router(*slot_);
        slot_.reset();
    }
}

void reception::store_state(datapath::datapath& kernel, core::state state, priority effective)
{
    state_.state = abi_state(state);
    state_.priority = effective;
    store(kernel);
}

void reception::store_followed(datapath::datapath& kernel, const std::optional<ip_address>& source)
{
    state_.followed = source;
    store(kernel);
}

void reception::store_restraint(datapath::datapath& kernel, const core::restrain& restraint)
{
    state_.quiet = restraint.quiet;
    state_.fenced = restraint.fenced;
    store(kernel);
}

void reception::store_left_behind(datapath::datapath& kernel)
{
    state_.holds = true;
    store(kernel);
}

void reception::set_free(datapath::datapath& kernel)
{
    state_.quiet = state_.fenced = state_.holds = false;
    store(kernel);
    if (slot_) {
        kernel.lift_fence(*slot_);
    }
}

result<void> reception::limit_hang(datapath::datapath& kernel, const vrrp_instance& config, duration longest)
{
    longest_hang_ = longest;
    const duration wanted = std::min(plan::hang_limit_of(config), longest);
    if (!slot_ || settings_.hang_limit == wanted) {
        return {};
    }
    settings_.hang_limit = wanted;
    return kernel.change_router(*slot_, settings_);
}

void reception::store(datapath::datapath& kernel) const
{
    if (slot_) {
        kernel.store_state(*slot_, state_);
    }
}

} // namespace xvrrp::runtime
