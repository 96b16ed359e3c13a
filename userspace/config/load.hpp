// SPDX-License-Identifier: BSD-2-Clause
//
// The way into this layer: a keepalived.conf becomes a configuration. Called by the daemon at its start, at a reload
// and for `-t`; every function may run on any thread, none keeps anything.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/preprocess.hpp"
#include "config/surroundings.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::config {

/// A configuration that can run, or what is left of a file in which nothing can; with what there is to say about it, in
/// the order of the file.
struct loaded {
    configuration config; ///< only instances that can run
    std::vector<diagnostic> diagnostics;
    std::string from = {}; ///< the name of the file or, of inspect_environment, "the environment"
};

/// What the test of a configuration exits with; the numbers are keepalived's.
enum class test_status : int {
    ok = 0,             ///< it may have warnings
    cannot_run = 4,     ///< the file can't be read, or no instance in it can run
    errors = 5,         ///< something in it is wrong; the rest runs
    scripts_refused = 6 ///< of scripts that can't or mustn't run here, which is for track to say; the rest runs
};

/// Reads and checks a file of up to 64 MiB, with the files that it includes; lines with `@` and `config_id` count.
/// Error: the file can't be read (with its errno). That nothing in it can run is none: this is for showing what is
/// wrong.
result<loaded> inspect(const std::filesystem::path& file, const std::string& config_id = host_config_id());

/// As the container image osixia/keepalived does: reads `file` if it exists, without one a file that stands in for the
/// variables of the environment (container.hpp); without that too, the variables. Error: the file can't be read.
result<loaded> inspect_environment(const std::optional<std::filesystem::path>& file,
                                   const std::string& config_id = host_config_id());

/// What can run. Errors: that of reading it; nothing in it can run (code 0; `what` has the errors of the file in lines
/// of their own).
result<loaded> runnable(result<loaded> read);

/// The same for a reload, where any error in the file is one: what runs is better than what is left of a file with a
/// slip in it, which may lack an instance or an address.
result<loaded> faultless(result<loaded> read);

/// Both at once.
result<loaded> load(const std::filesystem::path& file, const std::string& config_id = host_config_id());
result<loaded> load_faultless(const std::filesystem::path& file, const std::string& config_id = host_config_id());

/// Reads and checks a text, and what it refers to. Never fails, never throws but for want of memory; whatever the text
/// is.
loaded parse(std::string_view text, const std::string& file_name, const surroundings& around, const reading& how);

/// The same for a text that stands alone, as print makes it.
loaded parse(std::string_view text, const std::string& file_name);

/// The same for the variables of the container image (container.hpp).
loaded parse_environment(const surroundings& around);

test_status status_of(const loaded& what);
test_status status_of(const result<loaded>& what);

} // namespace xvrrp::config
