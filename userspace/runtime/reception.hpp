// SPDX-License-Identifier: BSD-2-Clause
//
// One virtual router's place in the data path: its slot, the checks that XDP makes for it, its state there, and its
// VIPs in the counters. Belongs to the loop's thread.
#pragma once

#include <optional>
#include <set>

#include "core/action.hpp"
#include "datapath/datapath.hpp"
#include "plan/router_plan.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class reception {
public:
    /// Takes or changes the slot and enters the VIPs; the interfaces are attached. The plan has a link and a source.
    result<void> configure(datapath::datapath& kernel, const vrrp_instance& config, const plan::router_plan& plan);
    void close(datapath::datapath& kernel);

    [[nodiscard]] const std::optional<slot_index>& slot() const { return slot_; }
    /// What the slot was given; of no meaning without one.
    [[nodiscard]] const datapath::slot_settings& settings() const { return settings_; }

    void store_state(datapath::datapath& kernel, core::state state, priority effective);
    void store_followed(datapath::datapath& kernel, const std::optional<ip_address>& source);
    void store_restraint(datapath::datapath& kernel, const core::restrain& restraint);
    /// VIPs of an earlier run are in place though the router isn't Active: XDP fences them as those of one that is.
    void store_left_behind(datapath::datapath& kernel);
    /// Nothing restrains the router any more, whoever fenced it, and nothing is left behind.
    void set_free(datapath::datapath& kernel);
    /// The hang limit is no longer than this, which is what those who probe the source of its adverts are told by.
    result<void> limit_hang(datapath::datapath& kernel, const vrrp_instance& config, duration longest);

private:
    void store(datapath::datapath& kernel) const;
    result<void> configure_vips(datapath::datapath& kernel, const plan::router_plan& plan);

    std::optional<slot_index> slot_;
    datapath::slot_settings settings_;
    datapath::slot_state state_;
    duration longest_hang_ = duration::max();
    std::set<datapath::vip> vips_;
};

} // namespace xvrrp::runtime
