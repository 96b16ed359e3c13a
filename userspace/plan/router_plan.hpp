// SPDX-License-Identifier: BSD-2-Clause
//
// One configured instance and the facts → what must be so for it now. Pure; computed again whenever a fact changes that
// could matter, so that an interface which is down, gone, renamed or recreated is only ever a new plan.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/effective_priority.hpp"
#include "core/router.hpp"
#include "net/types.hpp"
#include "plan/facts.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::plan {

/// Addresses of a run of the daemon, on whichever interface: what it may remove.
using own_addresses = std::set<std::pair<interface_index, ip_address>>;

/// A virtual address where it can be: on an interface that exists.
struct placed_address {
    net::address_request request;
    std::string device;
    mac_address mac; ///< of the device, for announcements
    bool device_running = false;
    bool host_owned = false; ///< the host's own address: announced, never added, never removed
    bool tracked = true;     ///< put back when somebody else removes it
    friend bool operator==(const placed_address&, const placed_address&) = default;
};

/// What is known of the scripts, by name. One that isn't in it is pending.
using script_verdicts = std::map<std::string, core::script_verdict, std::less<>>;
/// The numbers in the files, by name. One that isn't in it wasn't read yet.
using file_numbers = std::map<std::string, int, std::less<>>;

/// Whether enough of the processes run, and not too many, by name. One that isn't in it wasn't looked for yet.
using process_verdicts = std::map<std::string, bool, std::less<>>;

/// What is tracked beside interfaces.
struct tracked_objects {
    script_verdicts scripts;
    file_numbers files;
    process_verdicts processes;
};

struct router_plan {
    std::optional<net::link> link;
    std::optional<ip_address> source; ///< where adverts come from
    std::vector<ip_address> peers;    ///< unicast_peer without the host's own addresses, which popular recipes list too
    std::uint32_t faults = 0;         ///< bits of core::fault
    priority effective_priority;
    std::vector<placed_address> addresses;     ///< in configured order, the excluded ones last
    std::vector<std::string> missing_devices;  ///< of addresses that can't be placed
    std::vector<std::string> failed_scripts;   ///< those behind core::fault::tracked_script
    std::vector<std::string> failed_files;     ///< those behind core::fault::tracked_file
    std::vector<std::string> failed_processes; ///< those behind core::fault::tracked_process
    friend bool operator==(const router_plan&, const router_plan&) = default;
};

/// `ours` are addresses that this daemon, or an earlier run of it, put in place: never taken for the host's own.
[[nodiscard]] router_plan plan_router(const vrrp_instance& instance, const facts& known, const own_addresses& ours,
                                      const tracked_objects& tracked = {});

[[nodiscard]] core::router_settings router_settings_of(const vrrp_instance& instance);

/// Whether a change on this interface can change the plan of this instance.
[[nodiscard]] bool concerns(const vrrp_instance& instance, std::string_view interface_name);

} // namespace xvrrp::plan
