// SPDX-License-Identifier: BSD-2-Clause
//
// What reading a block says about statements that aren't as the table has them.
#include "config/keyword.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "config/known_blocks.hpp"
#include "config/suggestion.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

template <class Target> bool knows(std::span<const keyword<Target>> table, std::string_view name)
{
    return std::ranges::any_of(table, [name](const keyword<Target>& each) { return each.row.name == name; });
}

/// The block that a keyword belongs to, empty if it is none.
std::string_view home_of(std::string_view name)
{
    if (knows(instance_keywords(), name)) {
        return "a vrrp_instance block";
    }
    if (knows(script_keywords(), name)) {
        return "a vrrp_script block";
    }
    if (knows(track_file_keywords(), name)) {
        return "a track_file block";
    }
    if (knows(track_process_keywords(), name)) {
        return "a vrrp_track_process block";
    }
    if (knows(global_keywords(), name)) {
        return "the global_defs block";
    }
    if (knows(root_keywords(), name)) {
        return "no block at all; is a '}' missing before it?";
    }
    return {};
}

std::string hint_for(std::string_view name, std::string_view block, std::span<const std::string_view> known_here)
{
    if (const std::string_view home = home_of(name); !home.empty()) {
        return fmt::format("'{}' doesn't belong into {} but into {}", name, block, home);
    }
    if (const auto meant = nearest(name, known_here)) {
        return fmt::format("unknown keyword '{}'; did you mean '{}'?", name, *meant);
    }
    return fmt::format("unknown keyword '{}' in {}", name, block);
}

/// Without the word: it may be a password that stands in a line of its own.
std::string secret_hint(std::string_view name, std::string_view block, std::span<const std::string_view> known_here)
{
    if (const auto meant = nearest(name, known_here)) {
        return fmt::format("unknown keyword; did you mean '{}'?", *meant);
    }
    return fmt::format("unknown keyword in {}", block);
}

std::string_view value_count(std::uint8_t most)
{
    if (most == 0) {
        return "no value";
    }
    return most == 1 ? "one value" : "fewer values";
}

} // namespace

bool has_form(const keyword_row& row, const statement& what, reporter& report)
{
    const std::size_t given = what.arguments().size();
    if (given < row.least_arguments) {
        report.error(what.keyword().where, fmt::format("{} needs a value behind it; the line is left out", row.name));
        return false;
    }
    if (row.block == keyword_block::required && !what.has_block) {
        report.error(what.keyword().where,
                     fmt::format("{} needs a block: write {} {{ … }}, one entry in each line", row.name, row.name));
        return false;
    }
    if (given > row.most_arguments) {
        const token& extra = what.arguments()[row.most_arguments];
        const std::string named = report.is_secret(extra.where) ? "the rest" : fmt::format("'{}'", extra.text);
        report.warning(extra.where,
                       fmt::format("{} takes {}; {} is left out", row.name, value_count(row.most_arguments), named));
    }
    if (row.block == keyword_block::none && what.has_block) {
        report.warning(what.keyword().where,
                       fmt::format("{} has no block; what is between the braces is left out", row.name));
    }
    return true;
}

void report_without_effect(const keyword_row& row, const statement& what, reporter& report)
{
    if (const auto names = keywords_of_block(row.name); !names.empty()) {
        const std::string block = fmt::format("a block of {}", row.name);
        for (const statement& each : what.block) {
            if (std::ranges::find(names, each.keyword().text) == names.end()) {
                report_unknown(each, block, names, report);
            }
        }
    }
    if (!report.first_time(row.effect == keyword_effect::lvs ? std::string_view("lvs") : row.name)) {
        return;
    }
    const place where = what.keyword().where;
    switch (row.effect) {
    case keyword_effect::lvs:
        report.warning(where,
                       fmt::format("{}: load balancing (LVS) isn't done here; all such blocks are skipped", row.name));
        break;
    case keyword_effect::later:
        report.warning(where, fmt::format("{} has no effect yet", row.name));
        break;
    case keyword_effect::absent:
        report.warning(where, fmt::format("{} has no effect: {}", row.name, row.instead));
        break;
    case keyword_effect::accepted:
    case keyword_effect::works:
        report.note(where, fmt::format("{} is accepted and has no effect", row.name));
        break;
    }
}

void report_unknown(const statement& what, std::string_view block, std::span<const std::string_view> known_here,
                    reporter& report)
{
    const token& keyword = what.keyword();
    const std::string hint = report.is_secret(keyword.where) ? secret_hint(keyword.text, block, known_here)
                                                             : hint_for(keyword.text, block, known_here);
    report.warning(keyword.where, fmt::format("{}; the {} is skipped", hint, what.has_block ? "whole block" : "line"));
}

bool is_entry(const statement& line, reporter& report)
{
    const token& first = line.keyword();
    if (knows(instance_keywords(), first.text)) {
        report.error(
            first.where,
            fmt::format("{} can't stand inside this block; a '}}' is missing before this line; the {} is left out",
                        first.text, line.has_block ? "block" : "line"));
        return false;
    }
    if (line.has_block) {
        report.error(first.where,
                     fmt::format("no block belongs behind '{}'; what is between the braces is left out", first.text));
    }
    return true;
}

void repetition_check::see(const keyword_row& row, const statement& what, reporter& report)
{
    if (row.block == keyword_block::required || row.first_counts) {
        return;
    }
    const place where = what.keyword().where;
    const auto [first, is_first] = first_.emplace(row.name, where);
    if (!is_first) {
        report.warning(where,
                       fmt::format("{} stands in {} too; this one counts", row.name, line_name(first->second, where)));
    }
}

} // namespace xvrrp::config
