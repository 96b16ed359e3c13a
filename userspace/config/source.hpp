// SPDX-License-Identifier: BSD-2-Clause
//
// The lines of a configuration, and where they come from. The first layer, preprocess, makes them; the lexer reads
// them, messages name their places.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::config {

struct definition;

/// Part of a line that stands in place of a variable.
struct replaced_part {
    std::uint32_t begin = 0; ///< in the line, in bytes
    std::uint32_t length = 0;
    std::uint32_t original_begin = 0; ///< in the line as it stands in the file
    std::uint32_t original_length = 0;
    std::shared_ptr<const definition> from; ///< none: the value is built in
};

/// A definition or a loop that a line came out of.
struct expansion_step {
    std::shared_ptr<const definition> used;  ///< none: a loop
    std::string turn;                        ///< of a loop: "NUM = 3", without values that may be secret
    std::shared_ptr<const std::string> file; ///< of the line that uses the definition or has the loop
    std::uint32_t number = 0;
    std::shared_ptr<const expansion_step> outer; ///< what that line came out of itself
    std::size_t depth = 1;                       ///< how many steps this is with the outer ones
};

struct line_origin {
    std::vector<replaced_part> parts; ///< in order; none overlaps another
    std::shared_ptr<const expansion_step> through;
};

struct source_line {
    std::shared_ptr<const std::string> file;        ///< in which its text stands
    std::uint32_t number = 0;                       ///< in its file, from 1
    std::uint32_t sequence = 0;                     ///< in the whole text that is read, from 0
    std::string text;                               ///< without its line end
    bool comment_removed = false;                   ///< `#` and `!` begin no comment any more
    std::shared_ptr<const line_origin> origin = {}; ///< none: as it stands in the file
};

/// Lines whose addresses stay what they are: tokens and messages refer to them.
using source_text = std::deque<source_line>;

/// A point in a line; columns count bytes from 1. The line outlives it.
struct place {
    const source_line* line = nullptr;
    std::uint32_t column = 0;
};

/// White space between the words of a line.
inline constexpr std::string_view blanks = " \t\v\f\r";

/// "line 7", with the file if it isn't the one of `seen_from`.
std::string line_name(const std::shared_ptr<const std::string>& file, std::uint32_t number, place seen_from);
std::string line_name(place what, place seen_from);

/// The column in the line as it stands in the file: of a variable's value, that of the variable.
std::uint32_t column_in_file(place where);

/// Which definitions and loops the text at a place comes from; empty if it stands in its file as it is read.
std::string origin_of(place where);

} // namespace xvrrp::config
