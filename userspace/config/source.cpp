// SPDX-License-Identifier: BSD-2-Clause
//
// From a place in a line that was put together back to the file. Called for messages alone.
#include "config/source.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "config/definition.hpp"

namespace xvrrp::config {
namespace {

/// The part that the place is in, if it is in one.
const replaced_part* part_at(place where)
{
    if (!where.line->origin || where.column == 0) {
        return nullptr;
    }
    const std::uint32_t offset = where.column - 1;
    for (const replaced_part& each : where.line->origin->parts) {
        if (offset >= each.begin && offset < each.begin + each.length) {
            return &each;
        }
    }
    return nullptr;
}

void append(std::string& text, std::string_view more)
{
    text += text.empty() ? "" : "; ";
    text += more;
}

} // namespace

std::string line_name(const std::shared_ptr<const std::string>& file, std::uint32_t number, place seen_from)
{
    return file == seen_from.line->file || *file == *seen_from.line->file ? fmt::format("line {}", number)
                                                                          : fmt::format("{}:{}", *file, number);
}

std::string line_name(place what, place seen_from)
{
    return line_name(what.line->file, what.line->number, seen_from);
}

std::uint32_t column_in_file(place where)
{
    if (const replaced_part* part = part_at(where)) {
        return part->original_begin + 1;
    }
    if (!where.line->origin) {
        return where.column;
    }
    std::uint32_t column = where.column;
    for (const replaced_part& each : where.line->origin->parts) {
        // A variable whose value is empty is still where it stands.
        if (each.begin + std::max(each.length, 1U) < where.column) {
            column = column + each.original_length - each.length;
        }
    }
    return column;
}

std::string origin_of(place where)
{
    std::string text;
    if (!where.line->origin) {
        return text;
    }
    if (const replaced_part* part = part_at(where); part != nullptr && part->from && !part->from->by_loop) {
        const definition_line& value = part->from->lines.front();
        append(text, fmt::format("${} is defined in {}", part->from->name, line_name(value.file, value.number, where)));
    }
    constexpr std::size_t most_steps = 4;
    std::size_t shown = 0;
    for (auto step = where.line->origin->through; step; step = step->outer) {
        if (shown++ == most_steps) {
            append(text, "…");
            break;
        }
        const std::string line = line_name(step->file, step->number, where);
        append(text, step->used ? fmt::format("from ${}, used in {}", step->used->name, line)
                                : fmt::format("{} by the loop in {}", step->turn, line));
    }
    return text;
}

} // namespace xvrrp::config
