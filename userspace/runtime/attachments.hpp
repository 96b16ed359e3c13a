// SPDX-License-Identifier: BSD-2-Clause
//
// Which interfaces are heard, how, and since when. Attaches what instances need, detaches what none needs, never
// re-attaches what is attached: a real NIC can lose its link for seconds. Belongs to the loop's thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "datapath/datapath.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class attachments {
public:
    attachments(datapath::datapath& kernel, event_loop& loop, log_sink log)
        : kernel_(kernel), loop_(loop), log_(std::move(log))
    {
    }

    /// Attaches unless it is attached already; says in the log how, once. Another mode is wanted of what is attached
    /// since a reload: a line in the log says that it needs a restart.
    result<void> need(interface_index interface, const std::string& name, xdp_mode wanted);
    /// The interface is gone (its number may come back as another), or somebody else has detached what listened there.
    void forget(interface_index interface);
    /// Detaches all but these.
    void keep_only(const std::set<interface_index>& needed);
    [[nodiscard]] std::optional<datapath::attach_mode> mode(interface_index interface) const;
    /// When it was attached: what it says of the time before is nothing.
    [[nodiscard]] std::optional<time_point> since(interface_index interface) const;
    [[nodiscard]] std::vector<interface_index> all() const;

private:
    void watch_sources();

    datapath::datapath& kernel_;
    event_loop& loop_;
    log_sink log_;
    struct held {
        datapath::attach_mode mode = datapath::attach_mode::socket;
        std::set<xdp_mode> wanted; ///< ever since it was attached; the first decided
        time_point since;
    };
    std::map<interface_index, held> attached_;
    std::set<int> watched_;
};

} // namespace xvrrp::runtime
