// SPDX-License-Identifier: BSD-2-Clause
//
// A configuration as far as it can run on this host: read by config, its scripts looked at by track. On whatever
// thread reads a configuration.
#pragma once

#include "config/load.hpp"
#include "daemon/options.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

/// Applies the rules of track/script_rules.hpp, and adds what there is to say to the diagnostics: a script that is left
/// out is an error. True if there is one.
bool check_scripts(config::loaded& read);

/// What the options name, whatever is wrong with it; its scripts aren't looked at yet. Error: a file can't be read.
result<config::loaded> inspect(const options& how);

/// The same as config::runnable and config::faultless have it, the second with scripts that are left out among the
/// errors.
result<config::loaded> load_checked(const options& how);
result<config::loaded> load_faultless_checked(const options& how);

} // namespace xvrrp::daemon
