// SPDX-License-Identifier: BSD-2-Clause
//
// Reads the file and leads the text through the layers.
#include "config/load.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"
#include "config/statement.hpp"
#include "config/tables.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::config {
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20U;

result<std::string> read_file(const std::filesystem::path& file)
{
    const descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!input) {
        return fail_errno(file.string(), errno);
    }
    std::string text;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t got = ::read(input.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_errno(file.string(), errno);
        }
        if (got == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > largest_file) {
            return fail_errno(file.string(), EFBIG);
        }
    }
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

} // namespace

loaded parse(std::string_view text, const std::string& file_name)
{
    reporter report;
    const source_text lines = split_lines(text, file_name, report);
    const std::vector<statement> statements = build_statements(lines, report);
    const file_draft file = read_statements(statements, report);
    configuration config = complete(file, report);
    return {.config = std::move(config), .diagnostics = report.take()};
}

result<loaded> inspect(const std::filesystem::path& file)
{
    const result<std::string> text = read_file(file);
    if (!text) {
        return std::unexpected(text.error());
    }
    return parse(*text, file.string());
}

result<loaded> load(const std::filesystem::path& file)
{
    result<loaded> read = inspect(file);
    if (read && read->config.instances.empty()) {
        return fail(fmt::format("{}: no vrrp_instance in it can run{}", file.string(), reasons(*read)));
    }
    return read;
}

result<loaded> load_faultless(const std::filesystem::path& file)
{
    result<loaded> read = load(file);
    if (read && has_errors(*read)) {
        return fail(fmt::format("{}: there are errors in it{}", file.string(), reasons(*read)));
    }
    return read;
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
