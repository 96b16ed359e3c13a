// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "daemon/checked_configuration.hpp"

#include <fmt/core.h>

#include <optional>
#include <string>
#include <utility>

#include "track/script_rules.hpp"

namespace xvrrp::daemon {

bool check_scripts(config::loaded& read)
{
    bool disabled = false;
    for (track::script_finding& each : track::apply_script_rules(read.config)) {
        disabled = disabled || each.disables;
        read.diagnostics.push_back({.level = each.disables ? config::severity::error : config::severity::warning,
                                    .where = std::move(each.where),
                                    .text = std::move(each.text),
                                    .source_line = {}});
    }
    return disabled;
}

result<config::loaded> inspect(const options& how)
{
    if (!how.from_environment) {
        return config::inspect(how.config_file, how.config_id);
    }
    return config::inspect_environment(how.config_file.empty() ? std::nullopt : std::optional(how.config_file),
                                       how.config_id);
}

result<config::loaded> load_checked(const options& how)
{
    result<config::loaded> read = config::runnable(inspect(how));
    if (read) {
        check_scripts(*read);
    }
    return read;
}

result<config::loaded> load_faultless_checked(const options& how)
{
    result<config::loaded> read = config::faultless(inspect(how));
    if (!read || !check_scripts(*read)) {
        return read;
    }
    std::string reasons;
    for (const config::diagnostic& each : read->diagnostics) {
        reasons += each.level == config::severity::error ? '\n' + to_string(each) : "";
    }
    return fail(fmt::format("{}: there are scripts in it that can't be run{}", read->from, reasons));
}

} // namespace xvrrp::daemon
