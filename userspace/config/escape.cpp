// SPDX-License-Identifier: BSD-2-Clause
#include "config/escape.hpp"

#include <algorithm>

namespace xvrrp::config {
namespace {

constexpr std::string_view named = "abEfnrtv";
constexpr std::string_view named_values = "\a\b\x1b\f\n\r\t\v";

/// The number that `digits` are to a base that is a power of two: its last eight bits.
escape numbered(std::string_view digits, unsigned bits, std::size_t digits_begin)
{
    unsigned value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        value = ((value << bits) | digit) & 0xffU;
    }
    return {.value = static_cast<char>(value), .length = digits_begin + digits.size()};
}

std::string_view leading(std::string_view text, std::string_view allowed, std::size_t most)
{
    text = text.substr(0, most);
    return text.substr(0, text.find_first_not_of(allowed));
}

} // namespace

escape escape_at(std::string_view text)
{
    constexpr std::size_t most_octal_digits = 3;
    const char kind = text[1];
    if (const std::size_t which = named.find(kind); which != std::string_view::npos) {
        return {.value = named_values[which], .length = 2};
    }
    if (const auto octal = leading(text.substr(1), "01234567", most_octal_digits); !octal.empty()) {
        return numbered(octal, 3, 1);
    }
    if (kind == 'x') {
        const auto digits = leading(text.substr(2), "0123456789abcdefABCDEF", text.size());
        return digits.empty() ? escape{.value = kind, .length = 2} : numbered(digits, 4, 2);
    }
    if (kind == 'c' && text.size() > 2) {
        return {.value = static_cast<char>(text[2] & 0x1f), .length = 3};
    }
    return {.value = kind, .length = 2};
}

} // namespace xvrrp::config
