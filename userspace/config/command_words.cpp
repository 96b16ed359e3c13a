// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "config/command_words.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "config/escape.hpp"

namespace xvrrp::config {
namespace {

constexpr std::string_view blanks = " \t\v\f\r\n";

bool is_blank(char c)
{
    return blanks.find(c) != std::string_view::npos;
}

/// One word at the beginning of `rest`, which isn't blank; `rest` goes behind it.
std::optional<std::string> take_word(std::string_view& rest)
{
    std::string word;
    char open = '\0';
    while (!rest.empty() && (open != '\0' || !is_blank(rest.front()))) {
        const char c = rest.front();
        const bool is_escaped = c == '\\' && rest.size() > 1;
        const escape plain = is_escaped ? escape_at(rest) : escape{.value = c, .length = 1};
        rest.remove_prefix(std::min(plain.length, rest.size()));
        if (!is_escaped && c == open) {
            open = '\0';
        } else if (!is_escaped && open == '\0' && (c == '"' || c == '\'')) {
            open = c;
        } else if (plain.value != '\0') { // which would end the argument
            word += plain.value;
        }
    }
    return open == '\0' ? std::optional(std::move(word)) : std::nullopt;
}

/// The text with a backslash before each backslash and double quote, and control characters by number.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\{:03o}", byte);
        } else {
            out += c == '\\' || c == '"' ? std::string{'\\', c} : std::string(1, c);
        }
    }
    return out;
}

} // namespace

std::optional<std::vector<std::string>> split_command(std::string_view text)
{
    std::vector<std::string> words;
    std::string_view rest = text;
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
        if (rest.empty()) {
            return words;
        }
        auto word = take_word(rest);
        if (!word) {
            return std::nullopt;
        }
        words.push_back(std::move(*word));
    }
}

std::string quoted_command(const std::vector<std::string>& words)
{
    std::string inner;
    for (const std::string& word : words) {
        inner += fmt::format("{}\"{}\"", inner.empty() ? "" : " ", escaped(word));
    }
    return fmt::format("\"{}\"", escaped(inner));
}

std::string quoted_word(std::string_view word)
{
    std::string text = "\"";
    for (const char c : escaped(word)) {
        text += c == '$' ? "\\044" : std::string(1, c); // else it could begin a variable's name
    }
    return text + '"';
}

} // namespace xvrrp::config
