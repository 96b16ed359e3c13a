// SPDX-License-Identifier: BSD-2-Clause
//
// The third layer: lines of words become statements, some of which have a block of statements. Knows no keyword but
// those that can only stand outside every block, by which a missing brace is found.
#pragma once

#include <span>
#include <vector>

#include "config/lexer.hpp"

namespace xvrrp::config {

struct statement {
    std::vector<token> words; ///< at least the keyword
    bool has_block = false;
    std::vector<statement> block; ///< one statement for each line in it

    [[nodiscard]] const token& keyword() const { return words.front(); }
    [[nodiscard]] std::span<const token> arguments() const { return std::span(words).subspan(1); }
};

/// Blocks within blocks; what is deeper is skipped with an error.
inline constexpr std::size_t deepest_block = 16;

/// `{` may stand at the end of the keyword's line or begin a later line; a block may open and close in one line, and is
/// one statement then. Misplaced and missing braces are reported; the statements are what is most likely meant.
std::vector<statement> build_statements(const source_text& lines, reporter& report);

} // namespace xvrrp::config
