// SPDX-License-Identifier: BSD-2-Clause
#include "config/include.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "config/definition.hpp"
#include "config/pattern.hpp"
#include "config/source.hpp"
#include "config/surroundings.hpp"

namespace xvrrp::config {
namespace {

constexpr include_checks all_checks{.readable = true, .match = true, .wildcard_match = true, .brace_match = true};

constexpr std::array<std::pair<std::string_view, bool include_checks::*>, 4> options{
    {{"readable", &include_checks::readable},
     {"match", &include_checks::match},
     {"wildcard_match", &include_checks::wildcard_match},
     {"brace_match", &include_checks::brace_match}}};

/// Quotes around the whole of a name are taken off.
std::string_view unquoted(std::string_view name)
{
    const bool quoted = name.size() > 1 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front();
    return quoted ? name.substr(1, name.size() - 2) : name;
}

std::string absolute_pattern(const std::string& name, const std::filesystem::path& directory)
{
    return std::filesystem::path(name).is_absolute()
               ? name
               : (std::filesystem::path(escape_wildcards(directory.string())) / name).string();
}

} // namespace

std::optional<include_line> include_at(std::string_view line)
{
    constexpr std::string_view keyword = "include";
    constexpr std::string_view letters = "rmwba";
    const std::size_t start = std::min(line.find_first_not_of(blanks), line.size());
    if (!line.substr(start).starts_with(keyword)) {
        return std::nullopt;
    }
    include_line found;
    std::size_t end = start + keyword.size();
    if (end < line.size() && letters.find(line[end]) != std::string_view::npos) {
        found.letter = line[end++];
    }
    if (end < line.size() && blanks.find(line[end]) == std::string_view::npos) {
        return std::nullopt;
    }
    found.pattern_begin = std::min(line.find_first_not_of(blanks, end), line.size());
    found.pattern = unquoted(trimmed(line.substr(found.pattern_begin)));
    return found;
}

include_checks checks_of(const include_line& line, include_checks set)
{
    switch (line.letter) {
    case 'r':
        set.readable = true;
        break;
    case 'm':
        set.match = true;
        break;
    case 'w':
        set.wildcard_match = true;
        break;
    case 'b':
        set.brace_match = true;
        break;
    case 'a':
        set = all_checks;
        break;
    default:
        break;
    }
    return set;
}

bool apply_include_check(std::string_view option, include_checks& checks)
{
    const bool wanted = !option.starts_with('-');
    if (option.starts_with('+') || option.starts_with('-')) {
        option.remove_prefix(1);
    }
    const auto* const found =
        std::ranges::find(options, option, &std::pair<std::string_view, bool include_checks::*>::first);
    if (found != options.end()) {
        checks.*found->second = wanted;
    }
    return found != options.end();
}

included_files find_files(std::string_view pattern, const std::filesystem::path& directory,
                          const include_checks& checks, const surroundings& around)
{
    included_files result;
    const auto names = expand_braces(pattern);
    if (!names) {
        result.missing = fmt::format("'{}' stands for more than {} names", pattern, most_alternatives);
        result.is_error = true;
        return result;
    }
    const bool wildcard = has_wildcard(pattern);
    for (const std::string& name : *names) {
        const auto found = around.matches(absolute_pattern(name, directory));
        result.files.insert(result.files.end(), found.begin(), found.end());
        if (found.empty() && !has_wildcard(name) && result.missing.empty()) {
            result.missing = fmt::format("there is no file '{}'", name);
            result.is_error = checks.brace_match && names->size() > 1;
        }
    }
    if (result.files.empty()) {
        const bool one_name = !wildcard && names->size() == 1;
        result.is_error = result.is_error || checks.wildcard_match || (checks.match && one_name);
        if (result.missing.empty() && result.is_error) {
            result.missing = fmt::format("no file matches '{}'", pattern);
        }
    }
    return result;
}

} // namespace xvrrp::config
