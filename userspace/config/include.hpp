// SPDX-License-Identifier: BSD-2-Clause
//
// One include line: its form, the files that it stands for, and which of them may be missing. Used by preprocess.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::config {

class surroundings;

/// What is an error: set by include_check, and for one line by the letter behind `include`.
struct include_checks {
    bool readable = false;       ///< a file that is there can't be read
    bool match = false;          ///< no file matches a name without wildcards
    bool wildcard_match = false; ///< no file matches at all
    bool brace_match = false;    ///< one of the names in braces matches no file
    [[nodiscard]] bool any() const { return readable || match || wildcard_match || brace_match; }
    friend bool operator==(const include_checks&, const include_checks&) = default;
};

struct include_line {
    char letter = '\0'; ///< behind `include`, if there is one
    std::string_view pattern;
    std::size_t pattern_begin = 0;
};

/// `include PATTERN` and its other forms, at the beginning of a line; the pattern may be empty.
std::optional<include_line> include_at(std::string_view line);

/// The checks of a line beside those that are set.
include_checks checks_of(const include_line& line, include_checks set);

/// Takes an option of include_check ("match", "+match", "-match") into account; false if it is none.
bool apply_include_check(std::string_view option, include_checks& checks);
inline constexpr std::string_view include_check_options = "readable, match, wildcard_match or brace_match, with + or -";

struct included_files {
    std::vector<std::filesystem::path> files;
    std::string missing; ///< what isn't there and should be; empty: nothing to say
    bool is_error = false;
};

/// Relative patterns start from `directory`.
included_files find_files(std::string_view pattern, const std::filesystem::path& directory,
                          const include_checks& checks, const surroundings& around);

} // namespace xvrrp::config
