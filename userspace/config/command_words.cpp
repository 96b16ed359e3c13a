// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "config/command_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

namespace xvrrp::config {
namespace {

constexpr std::string_view blanks = " \t\v\f\r\n";

constexpr std::array<std::pair<char, char>, 8> named_escapes{
    {{'a', '\a'}, {'b', '\b'}, {'E', '\x1b'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'v', '\v'}}};

bool is_blank(char c)
{
    return blanks.find(c) != std::string_view::npos;
}

std::optional<unsigned> digit_of(char c, unsigned base)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t value = digits.find(lower);
    return value < base ? std::optional(static_cast<unsigned>(value)) : std::nullopt;
}

/// Up to `most` digits at the beginning of `rest`, which goes behind them.
char take_number(std::string_view& rest, unsigned base, std::size_t most)
{
    unsigned value = 0;
    for (std::size_t i = 0; i < most && !rest.empty(); ++i) {
        const auto digit = digit_of(rest.front(), base);
        if (!digit) {
            break;
        }
        value = value * base + *digit;
        rest.remove_prefix(1);
    }
    return static_cast<char>(value & 0xffU);
}

/// `rest` begins behind a backslash, and is not empty; it goes behind the sequence.
char take_escape(std::string_view& rest)
{
    constexpr unsigned octal = 8;
    constexpr unsigned hexadecimal = 16;
    const char kind = rest.front();
    if (digit_of(kind, octal)) {
        return take_number(rest, octal, 3);
    }
    rest.remove_prefix(1);
    if (kind == 'x' && !rest.empty() && digit_of(rest.front(), hexadecimal)) {
        return take_number(rest, hexadecimal, 2);
    }
    if (kind == 'c' && !rest.empty()) {
        const char control = static_cast<char>(static_cast<unsigned char>(rest.front()) & 0x1fU);
        rest.remove_prefix(1);
        return control;
    }
    const auto* const named = std::ranges::find(named_escapes, kind, [](const auto& each) { return each.first; });
    return named == named_escapes.end() ? kind : named->second;
}

std::string resolve(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        out += c == '\\' && !text.empty() ? take_escape(text) : c;
    }
    return out;
}

/// One word at the beginning of `rest`, which isn't blank; `rest` goes behind it.
std::optional<std::string> take_word(std::string_view& rest)
{
    std::string word;
    char open = '\0';
    while (!rest.empty() && (open != '\0' || !is_blank(rest.front()))) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '\\' && !rest.empty()) {
            word += take_escape(rest);
        } else if (c == open) {
            open = '\0';
        } else if (open == '\0' && (c == '"' || c == '\'')) {
            open = c;
        } else {
            word += c;
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
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c == '\\' || c == '"' ? std::string{'\\', c} : std::string(1, c);
        }
    }
    return out;
}

} // namespace

std::optional<std::vector<std::string>> split_command(std::string_view text)
{
    const std::string resolved = resolve(text);
    std::vector<std::string> words;
    std::string_view rest = resolved;
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

} // namespace xvrrp::config
