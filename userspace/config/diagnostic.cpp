// SPDX-License-Identifier: BSD-2-Clause
//
// How a diagnostic looks to a person.
#include "config/diagnostic.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>

namespace xvrrp::config {
namespace {

constexpr std::size_t shown_bytes = 160;
constexpr std::size_t shown_before_column = 100;

std::string_view name_of(severity level)
{
    switch (level) {
    case severity::note:
        return "note";
    case severity::warning:
        return "warning";
    case severity::error:
        return "error";
    }
    return "error";
}

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

bool continues_utf8(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The white space that brings a caret below byte `offset` of `line`: tabs stay tabs, a UTF-8 sequence is one column.
std::string indent_to(std::string_view line, std::size_t offset)
{
    std::string indent;
    for (const char c : line.substr(0, offset)) {
        if (!continues_utf8(c)) {
            indent += c == '\t' ? '\t' : ' ';
        }
    }
    return indent;
}

} // namespace

std::string to_string(const diagnostic& message)
{
    std::string head = fmt::format("{}:{}:{}: {}: {}", message.where.file, message.where.line, message.where.column,
                                   name_of(message.level), message.text);
    if (!message.origin.empty()) {
        head += " (" + message.origin + ")";
    }
    if (message.source_line.find_first_not_of(" \t") == std::string::npos || message.where.column == 0) {
        return head;
    }
    const std::uint32_t caret = message.caret == 0 ? message.where.column : message.caret;
    const std::size_t column = std::min<std::size_t>(caret - 1, message.source_line.size());
    const std::size_t first =
        message.source_line.size() <= shown_bytes || column <= shown_before_column ? 0 : column - shown_before_column;
    std::string line = message.source_line.substr(first, shown_bytes);
    std::ranges::replace_if(line, is_control, '?');
    return fmt::format("{}\n    {}\n    {}^", head, line, indent_to(line, column - first));
}

} // namespace xvrrp::config
