// SPDX-License-Identifier: BSD-2-Clause
//
// The addresses that answer S-BFD probes: those that adverts of our routers come from, whichever way their interface is
// heard. Belongs to the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "datapath/datapath.hpp"
#include "plan/router_plan.hpp"
#include "runtime/log.hpp"
#include "runtime/socket_reflector.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::runtime {

/// One router's part in it.
struct reflecting_router {
    const vrrp_instance* config;
    const plan::router_plan* plan; ///< with a link and a source
};

/// A reflector for each address: the shortest hang limit of the routers that use it, the peers of all of them, or
/// everybody if one of them is multicast. Routers without fast_detect have none. Pure.
[[nodiscard]] std::vector<datapath::reflector> merge_reflectors(std::span<const reflecting_router> routers);

/// How long the daemon may hang before those who probe this address are told to take over from it, with every router
/// whose adverts come from there: from those without fast_detect too, which their other routers may have. The longest
/// there is if nobody is told. Pure.
[[nodiscard]] duration hang_limit_at(std::span<const datapath::reflector> all, interface_index interface,
                                     const ip_address& source);

class reflectors {
public:
    reflectors(datapath::datapath& kernel, event_loop& loop, const log_sink& log)
        : kernel_(kernel), in_userspace_(loop, log), log_(log)
    {
    }

    /// All that there are to be; `heard_by_socket` tells how an interface is heard.
    void set(const std::vector<datapath::reflector>& wanted,
             const std::function<bool(interface_index)>& heard_by_socket);
    /// From now on every answer is AdminDown: nothing is served any more, or nobody is waited for.
    void announce_leaving();

private:
    datapath::datapath& kernel_;
    socket_reflector in_userspace_;
    log_sink log_;
    std::vector<datapath::reflector> in_kernel_;
};

} // namespace xvrrp::runtime
