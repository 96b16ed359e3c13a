// SPDX-License-Identifier: BSD-2-Clause
//
// What counts once for a whole run of xvrrpd, supervisor and daemons: the network namespace, paths of its own, the
// scripts before and after, a setting of the kernel. Called by main, on the supervisor's thread.
#pragma once

#include <optional>

#include "daemon/logging.hpp"
#include "daemon/options.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

/// Goes into the network namespace of -s or net_namespace (setns(2), /run/netns/NAME), and gives what isn't named on
/// the command line paths of its own where there is a namespace or an `instance`: /run/xvrrp/NAME,
/// /sys/fs/bpf/xvrrp-NAME. Fails if the namespace can't be entered. A file that can't be read is reported by who runs
/// it.
[[nodiscard]] result<surroundings_settings> enter_surroundings(options& how);

/// From before the first daemon until after the last one.
class surrounding {
public:
    /// Runs startup_script to its end or its timeout. Whatever fails is logged, and xvrrpd runs all the same.
    surrounding(surroundings_settings wanted, logger& log);
    surrounding(const surrounding&) = delete;
    surrounding& operator=(const surrounding&) = delete;

    /// Runs shutdown_script. To be called by the supervisor alone, which outlives its daemons.
    void leave();

private:
    surroundings_settings wanted_;
    logger& log_;
    bool had_igmp_reports_ = false; ///< and they were switched off
};

} // namespace xvrrp::daemon
