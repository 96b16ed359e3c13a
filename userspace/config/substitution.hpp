// SPDX-License-Identifier: BSD-2-Clause
//
// Variables in one line: `$NAME` before white space or the line's end, `${NAME}` anywhere. Values are looked at again,
// and names may be put together from values; what isn't defined stays as it is. Used by preprocess.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/definition.hpp"
#include "config/traced_text.hpp"

namespace xvrrp::config {

/// Gives the value of a built-in variable with its arguments ("_RANDOM", "1 6"), none if there is no such variable.
using built_in_values = std::function<std::optional<std::string>(std::string_view name, std::string_view arguments)>;

/// A line becomes no longer than this, with no more replacements than that.
inline constexpr std::size_t longest_expanded_line = 65536;
inline constexpr std::size_t most_replacements = 1000;

/// Lines of a definition that follow the line that it was used at the end of.
struct following_lines {
    std::shared_ptr<const definition> from;
    std::size_t first = 0;
};

struct substituted {
    bool changed = false;
    std::size_t replacements = 0;
    std::vector<following_lines> following; ///< in the order of their lines
    /// What is wrong with the line, and where in it as it was; the line must not be used then.
    std::optional<std::string> problem;
    std::size_t problem_at = 0;
    /// A definition of several lines that something stands behind, so that it isn't replaced.
    std::shared_ptr<const definition> not_at_the_end;
    std::size_t not_at_the_end_at = 0;
};

/// `ends` are the characters before which `$NAME` is replaced, besides the line's end. `inside` are the definitions
/// whose lines the line belongs to: using one of them again would never end.
substituted substitute(traced_text& line, std::string_view ends, const definitions& defined,
                       const built_in_values& built_in, const std::shared_ptr<const expansion_step>& inside);

} // namespace xvrrp::config
