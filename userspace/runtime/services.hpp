// SPDX-License-Identifier: BSD-2-Clause
//
// What the instances share: the ways into the kernel and out to the operator. Owned by the controller.
#pragma once

#include "datapath/datapath.hpp"
#include "net/announce.hpp"
#include "net/netlink.hpp"
#include "plan/facts.hpp"
#include "plan/router_plan.hpp"
#include "runtime/announce_queue.hpp"
#include "runtime/log.hpp"

namespace xvrrp::runtime {

struct services {
    net::netlink netlink;
    net::announcer announcer;
    xvrrp::datapath::datapath datapath;
    announce_queue repeats;
    plan::facts facts;
    plan::own_addresses ours; ///< only kept where IFA_PROTO doesn't tell
    bool kernel_keeps_protocol = true;
    log_sink log;
};

} // namespace xvrrp::runtime
