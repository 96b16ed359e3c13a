// SPDX-License-Identifier: BSD-2-Clause
//
// Order, bound and discretion of the messages. Used by every layer of one reading, on its thread.
#include "config/reporter.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/core.h>

namespace xvrrp::config {
namespace {

constexpr std::size_t most_messages = 500;

constexpr std::string_view kept_of_password = " \t{}";
constexpr std::string_view kept_of_list = " \t{}(),";

/// Messages end up in logs; a password doesn't. Blanked byte by byte, so that columns stay what they are.
void blank_from(std::string& line, std::size_t start, std::string_view kept = kept_of_password)
{
    std::replace_if(
        line.begin() + static_cast<std::ptrdiff_t>(std::min(start, line.size())), line.end(),
        [kept](char c) { return kept.find(c) == std::string_view::npos; }, '*');
}

/// Behind the variables of a ~LST, whose values may be passwords.
std::size_t start_of_list(std::string_view line)
{
    const std::size_t open = line.find('(', line.find("~LST"));
    if (open == std::string_view::npos) {
        return line.size();
    }
    const std::size_t name = line.find_first_not_of(blanks, open + 1);
    const bool several = name != std::string_view::npos && line[name] == '{';
    return std::min(line.find(',', several ? line.find('}', name) : open), line.size());
}

/// Behind a keyword or a variable that a password may follow.
std::size_t start_of_password(std::string_view line)
{
    constexpr std::array<std::string_view, 2> keywords{"auth_pass", "auth_hmac"};
    const std::size_t content = std::min(line.find_first_not_of(blanks), line.size());
    if (line.substr(content).starts_with("key ")) {
        return content + std::string_view("key").size();
    }
    std::size_t start = line.size();
    if (line.substr(content).starts_with('$')) {
        start = line.find('=') == std::string_view::npos ? start : line.find('=') + 1;
    }
    for (const std::string_view keyword : keywords) {
        const std::size_t at = line.find(keyword);
        start = at == std::string_view::npos ? start : std::min(start, at + keyword.size());
    }
    return start;
}

std::string without_password(std::string_view line)
{
    std::string shown(line);
    if (line.find("~LST") != std::string_view::npos) {
        blank_from(shown, start_of_list(line), kept_of_list);
    }
    blank_from(shown, start_of_password(line));
    return shown;
}

/// What escapes make of a word mustn't break a message in two, or command a terminal.
std::string in_one_line(std::string text)
{
    constexpr char first_visible = ' ';
    constexpr char erase = 0x7f;
    std::ranges::replace_if(text, [](char c) { return (c >= 0 && c < first_visible) || c == erase; }, '?');
    return text;
}

/// Only a word that is a keyword of an authentication block may be seen.
void blank_secret(std::string& line)
{
    const std::size_t start = std::min(line.find_first_not_of(blanks), line.size());
    const std::size_t end = std::min(line.find_first_of(blanks, start), line.size());
    const std::string_view word = std::string_view(line).substr(start, end - start);
    const bool shown = word == "auth_type" || word == "auth_pass" || word == "authentication";
    blank_from(line, shown ? end : start);
}

} // namespace

source_location locate(place where)
{
    return {.file = *where.line->file, .line = where.line->number, .column = column_in_file(where)};
}

void reporter::add(severity level, place where, std::string text)
{
    if (entries_.size() >= most_messages) {
        ++left_out_;
        worst_left_out_ = std::max(worst_left_out_, level);
        return;
    }
    entries_.push_back({.sequence = where.line->sequence,
                        .order = entries_.size(),
                        .message = {.level = level,
                                    .where = locate(where),
                                    .text = in_one_line(std::move(text)),
                                    .source_line = without_password(where.line->text),
                                    .caret = where.line->origin ? where.column : 0,
                                    .origin = origin_of(where)}});
}

std::vector<diagnostic> reporter::take()
{
    std::ranges::sort(entries_, {}, [](const entry& each) {
        return std::tuple(each.sequence, each.message.where.column, each.order);
    });
    std::vector<diagnostic> messages;
    messages.reserve(entries_.size() + 1);
    for (entry& each : entries_) {
        if (secret_.contains(each.sequence)) {
            blank_secret(each.message.source_line);
        }
        messages.push_back(std::move(each.message));
    }
    if (left_out_ > 0) {
        messages.push_back({.level = worst_left_out_,
                            .where = messages.back().where,
                            .text = fmt::format("{} more messages about this file are left out", left_out_),
                            .source_line = {},
                            .caret = 0,
                            .origin = {}});
    }
    entries_.clear();
    return messages;
}

} // namespace xvrrp::config
