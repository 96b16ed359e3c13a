// SPDX-License-Identifier: BSD-2-Clause
//
// Leads a text through the layers.
#include "config/load.hpp"

#include <algorithm>
#include <random>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/container.hpp"
#include "config/reporter.hpp"
#include "config/statement.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

reading reading_for(const std::string& config_id)
{
    reading how;
    how.config_id = config_id;
    how.random_seed = std::random_device()();
    return how;
}

bool has_errors(const loaded& what)
{
    return std::ranges::any_of(what.diagnostics, [](const diagnostic& each) { return each.level == severity::error; });
}

/// The errors in full, but not so many that the first scrolls away.
std::string reasons(const loaded& what)
{
    constexpr int most_shown = 20;
    std::string text;
    int shown = 0;
    for (const diagnostic& each : what.diagnostics) {
        if (each.level == severity::error && shown++ < most_shown) {
            text += '\n' + to_string(each);
        }
    }
    return text;
}

/// The layers behind the first.
loaded understand(const source_text& lines, std::string name, reporter& report)
{
    const std::vector<statement> statements = build_statements(lines, report);
    const file_draft file = read_statements(statements, report);
    configuration config = complete(file, report);
    return {.config = std::move(config), .diagnostics = report.take(), .from = std::move(name)};
}

} // namespace

loaded parse(std::string_view text, const std::string& file_name, const surroundings& around, const reading& how)
{
    reporter report;
    const source_text lines = preprocess(text, file_name, around, how, report);
    return understand(lines, file_name, report);
}

loaded parse_environment(const surroundings& around)
{
    reporter report;
    const source_text lines = container_lines(around, report);
    return understand(lines, "the environment", report);
}

loaded parse(std::string_view text, const std::string& file_name)
{
    return parse(text, file_name, no_surroundings(), {});
}

result<loaded> inspect(const std::filesystem::path& file, const std::string& config_id)
{
    const result<std::string> text = read_file(file);
    if (!text) {
        return std::unexpected(text.error());
    }
    return parse(*text, file.string(), host_surroundings(), reading_for(config_id));
}

result<loaded> inspect_environment(const std::optional<std::filesystem::path>& file, const std::string& config_id)
{
    const host_surroundings around;
    std::error_code unreadable;
    const std::optional<std::filesystem::path> instead = file ? file : container_file(around);
    return instead && std::filesystem::exists(*instead, unreadable) ? inspect(*instead, config_id)
                                                                    : parse_environment(around);
}

result<loaded> runnable(result<loaded> read)
{
    if (read && read->config.instances.empty()) {
        return fail(fmt::format("{}: no vrrp_instance in it can run{}", read->from, reasons(*read)));
    }
    return read;
}

result<loaded> faultless(result<loaded> read)
{
    read = runnable(std::move(read));
    if (read && has_errors(*read)) {
        return fail(fmt::format("{}: there are errors in it{}", read->from, reasons(*read)));
    }
    return read;
}

result<loaded> load(const std::filesystem::path& file, const std::string& config_id)
{
    return runnable(inspect(file, config_id));
}

result<loaded> load_faultless(const std::filesystem::path& file, const std::string& config_id)
{
    return faultless(inspect(file, config_id));
}

test_status status_of(const loaded& what)
{
    if (what.config.instances.empty()) {
        return test_status::cannot_run;
    }
    return has_errors(what) ? test_status::errors : test_status::ok;
}

test_status status_of(const result<loaded>& what)
{
    return what ? status_of(*what) : test_status::cannot_run;
}

} // namespace xvrrp::config
