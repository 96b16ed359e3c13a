// SPDX-License-Identifier: BSD-2-Clause
//
// Splits the text, and reports the lines that can't be read. Called by load.
#include "config/source.hpp"

#include <fmt/core.h>

#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

constexpr std::string_view blanks = " \t\v\f\r";

std::string_view without_byte_order_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

bool is_include(std::string_view content)
{
    constexpr std::string_view keyword = "include";
    if (!content.starts_with(keyword)) {
        return false;
    }
    content.remove_prefix(keyword.size());
    constexpr std::string_view forms = "rmwba";
    if (!content.empty() && forms.find(content.front()) != std::string_view::npos) {
        content.remove_prefix(1);
    }
    return !content.empty() && blanks.find(content.front()) != std::string_view::npos;
}

/// `$NAME=…`: defines a variable.
bool is_definition(std::string_view content)
{
    if (!content.starts_with('$')) {
        return false;
    }
    constexpr std::string_view name = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    const std::size_t end = content.find_first_not_of(name, 1);
    return end != std::string_view::npos && end > 1 && content[end] == '=';
}

/// What a line of the preprocessor's language is called, empty for every other line.
std::string_view preprocessor_form(std::string_view content)
{
    if (content.starts_with('@')) {
        return "a conditional line (@id) isn't understood yet";
    }
    if (content.starts_with("~SEQ") || content.starts_with("~LST")) {
        return "a loop (~SEQ, ~LST) isn't understood yet";
    }
    if (is_definition(content)) {
        return "a variable ($NAME=…) isn't understood yet";
    }
    if (is_include(content)) {
        return "include isn't understood yet";
    }
    return {};
}

/// Reports why a line can't be read; true if it can.
bool readable(const source_line& line, reporter& report)
{
    const std::string_view text = line.text;
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos || text[first] == '#' || text[first] == '!') {
        return true;
    }
    const place start{.line = &line, .column = static_cast<std::uint32_t>(first + 1)};
    if (text.size() > longest_line) {
        report.error(start, fmt::format("the line has {} bytes, more than {}, and is left out; split it", text.size(),
                                        longest_line));
        return false;
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        report.error({.line = &line, .column = static_cast<std::uint32_t>(nul + 1)},
                     "the line contains a NUL byte and is left out; save the file as plain text (UTF-8)");
        return false;
    }
    if (const std::string_view form = preprocessor_form(text.substr(first)); !form.empty()) {
        report.error(start, fmt::format("{}: the line is left out; write out what it stands for", form));
        return false;
    }
    return true;
}

} // namespace

source_text split_lines(std::string_view text, const std::string& file_name, reporter& report)
{
    source_text lines;
    const auto file = std::make_shared<const std::string>(file_name);
    text = without_byte_order_mark(text);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view content = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (content.ends_with('\r')) {
            content.remove_suffix(1);
        }
        const auto index = static_cast<std::uint32_t>(lines.size());
        source_line& line = lines.emplace_back(
            source_line{.file = file, .number = index + 1, .sequence = index, .text = std::string(content)});
        if (!readable(line, report)) {
            line.text.clear();
        }
    }
    return lines;
}

} // namespace xvrrp::config
