// SPDX-License-Identifier: BSD-2-Clause
//
// Order, bound and discretion of the messages. Used by every layer of one reading, on its thread.
#include "config/reporter.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

namespace xvrrp::config {
namespace {

constexpr std::size_t most_messages = 500;

/// Messages end up in logs; a password doesn't. Blanked byte by byte, so that columns stay what they are.
void blank_from(std::string& line, std::size_t start)
{
    std::replace_if(
        line.begin() + static_cast<std::ptrdiff_t>(std::min(start, line.size())), line.end(),
        [](char c) { return c != ' ' && c != '\t' && c != '{' && c != '}'; }, '*');
}

std::string without_password(std::string_view line)
{
    constexpr std::string_view keyword = "auth_pass";
    std::string shown(line);
    if (const std::size_t at = shown.find(keyword); at != std::string::npos) {
        blank_from(shown, at + keyword.size());
    }
    return shown;
}

/// Only a word that is a keyword of an authentication block may be seen.
void blank_secret(std::string& line)
{
    constexpr std::string_view blanks = " \t";
    const std::size_t start = std::min(line.find_first_not_of(blanks), line.size());
    const std::size_t end = std::min(line.find_first_of(blanks, start), line.size());
    const std::string_view word = std::string_view(line).substr(start, end - start);
    const bool shown = word == "auth_type" || word == "auth_pass" || word == "authentication";
    blank_from(line, shown ? end : start);
}

} // namespace

source_location locate(place where)
{
    return {.file = *where.line->file, .line = where.line->number, .column = where.column};
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
                                    .text = std::move(text),
                                    .source_line = without_password(where.line->text)}});
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
                            .source_line = {}});
    }
    entries_.clear();
    return messages;
}

} // namespace xvrrp::config
