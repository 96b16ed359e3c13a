// SPDX-License-Identifier: BSD-2-Clause
//
// A configuration file as far as it can run on this host: read by config, its scripts looked at by track. On whatever
// thread reads a configuration.
#pragma once

#include <filesystem>
#include <string>

#include "config/load.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

/// Applies the rules of track/script_rules.hpp, and adds what there is to say to the diagnostics: a script that is left
/// out is an error. True if there is one.
bool check_scripts(config::loaded& read);

/// config::load and config::load_faultless, the second with scripts that are left out among the errors.
result<config::loaded> load_checked(const std::filesystem::path& file, const std::string& config_id);
result<config::loaded> load_faultless_checked(const std::filesystem::path& file, const std::string& config_id);

} // namespace xvrrp::daemon
