// SPDX-License-Identifier: BSD-2-Clause
//
// What the host has to say about the scripts of a configuration: whether their users exist, whether they can be run,
// and whether somebody else than root could change what runs as root. Called by the daemon on whatever thread reads a
// configuration: looking up a user may take long.
#pragma once

#include <string>
#include <vector>

#include "xvrrp/config.hpp"

namespace xvrrp::track {

struct script_finding {
    source_location where; ///< of the script
    std::string text;      ///< keepalived's wording where it has one
    bool disables = false; ///< the script is left out, and nobody tracks it
};

/// Of vrrp_script, notify_*, FIFOs, startup_script and shutdown_script. Fills in what a configuration only names: ids
/// of accounts, paths of commands that were found in PATH. Scripts without a user run as keepalived_script if there is
/// one, else as this process. What can't or must not run is left out.
[[nodiscard]] std::vector<script_finding> apply_script_rules(configuration& wanted);

} // namespace xvrrp::track
