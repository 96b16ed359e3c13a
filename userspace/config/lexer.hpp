// SPDX-License-Identifier: BSD-2-Clause
//
// The second layer: a line becomes words and braces.
#pragma once

#include <string>
#include <vector>

#include "config/source.hpp"

namespace xvrrp::config {

class reporter;

enum class token_kind : std::uint8_t { word, open_brace, close_brace };

struct token {
    token_kind kind = token_kind::word;
    std::string text; ///< of a word, its quotes taken off
    place where;      ///< of its first byte, a quote included
};

/// Words are separated by white space. `#` and `!` outside quotes begin a comment, even inside a word. Quotes, double
/// or single, may begin and end inside a word. Braces outside quotes are tokens of their own where they begin or end a
/// word; inside a word (`${NAME}`) they belong to it. In the lines of keywords that take a command, a backslash makes
/// another character of what is behind it: \a \b \E \f \n \r \t \v, octal \nnn, hexadecimal \xXX, control \cC; of any
/// other character itself, so that it is neither quote nor blank nor comment.
std::vector<token> lex(const source_line& line, reporter& report);

/// Where the comment of a line begins by these rules; its size without one.
std::size_t comment_start(std::string_view line);

/// The same, with a warning if it begins inside a word.
std::size_t end_of_content(const source_line& line, reporter& report);

} // namespace xvrrp::config
