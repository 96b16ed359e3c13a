// SPDX-License-Identifier: BSD-2-Clause
//
// The first layer: a file's text becomes numbered lines. What works on whole lines before words exist (includes,
// conditional lines, variables, loops) belongs between this and the lexer: lines go in, lines come out, each knows the
// file and the number that it came from.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace xvrrp::config {

class reporter;

struct source_line {
    std::shared_ptr<const std::string> file;
    std::uint32_t number = 0;   ///< in its file, from 1
    std::uint32_t sequence = 0; ///< in the whole text that is read, from 0
    std::string text;           ///< without its line end
};

/// Lines whose addresses stay what they are: tokens and messages refer to them.
using source_text = std::deque<source_line>;

/// A point in a line; columns count bytes from 1. The line outlives it.
struct place {
    const source_line* line = nullptr;
    std::uint32_t column = 0;
};

/// Longer lines are an error and left out.
inline constexpr std::size_t longest_line = 4096;

/// LF and CRLF end a line, the last line may lack its end, a byte order mark is passed over. Lines that can't be read
/// (NUL bytes, too long) and lines of the preprocessor's language are reported; they stay in the text, emptied.
source_text split_lines(std::string_view text, const std::string& file_name, reporter& report);

} // namespace xvrrp::config
