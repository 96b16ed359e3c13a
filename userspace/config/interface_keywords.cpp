// SPDX-License-Identifier: BSD-2-Clause
//
// The blocks that are about interfaces, whichever instances use them: garp_group and interface_up_down_delays.
#include <algorithm>
#include <array>

#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = garp_group_draft;

template <setting<duration> target::* Member> void read_gap(target& group, const statement& what, reporter& report)
{
    constexpr std::chrono::microseconds most{4294967295};
    if (const auto value = read_seconds(what, duration::zero(), most, report)) {
        group.*Member = {.value = *value, .where = what.words[1].where};
    }
}

void add_interface(target& group, const token& name, reporter& report)
{
    if (!is_interface_name(name.text)) {
        report.error(name.where,
                     fmt::format("'{}' is no interface's name (1 to 15 characters); it is left out", name.text));
    } else if (std::ranges::any_of(group.interfaces, [&](const auto& each) { return each.value == name.text; })) {
        report.warning(name.where, fmt::format("{} stands in this group already", name.text));
    } else {
        group.interfaces.push_back({.value = name.text, .where = name.where});
    }
}

void read_group_interface(target& group, const statement& what, reporter& report)
{
    add_interface(group, what.words[1], report);
}

/// Names stand one in a line or several.
void read_group_interfaces(target& group, const statement& what, reporter& report)
{
    for (const statement& line : what.block) {
        for (const token& name : line.words) {
            add_interface(group, name, report);
        }
    }
}

constexpr auto garp_group_table = std::to_array<keyword<target>>({
    value_keyword<target>("garp_interval", read_gap<&target::garp_interval>),
    value_keyword<target>("gna_interval", read_gap<&target::gna_interval>),
    value_keyword<target>("interface", read_group_interface),
    block_keyword<target>("interfaces", read_group_interfaces),
});

std::optional<duration> read_delay(const token& word, reporter& report)
{
    constexpr std::chrono::seconds longest{255};
    const auto value = parse_seconds(word.text);
    if (!value || *value > longest) {
        report.error(word.where, fmt::format("a delay is seconds from 0 to {}, not '{}'; the line is left out",
                                             longest.count(), word.text));
        return std::nullopt;
    }
    return value;
}

/// INTERFACE DOWN [UP]
void read_interface_delay(file_draft& file, const statement& line, reporter& report)
{
    constexpr std::size_t most_words = 3;
    const token& name = line.keyword();
    if (!is_interface_name(name.text)) {
        report.error(name.where,
                     fmt::format("'{}' is no interface's name (1 to 15 characters); it is left out", name.text));
        return;
    }
    if (line.words.size() == 1) {
        report.error(name.where, fmt::format("{} needs a delay behind it, in seconds; it is left out", name.text));
        return;
    }
    if (std::ranges::find(file.interface_delays, name.text, &interface_delay::interface) !=
        file.interface_delays.end()) {
        report.error(name.where, fmt::format("{} has its delays already; it is taken once", name.text));
        return;
    }
    if (line.words.size() > most_words) {
        report.warning(line.words[most_words].where, "behind an interface there are two delays at most");
    }
    const auto down = read_delay(line.words[1], report);
    const auto up = line.words.size() > 2 ? read_delay(line.words[2], report) : down;
    if (down && up) {
        file.interface_delays.push_back({.interface = name.text, .down = *down, .up = *up});
    }
}

} // namespace

void read_garp_group(file_draft& file, const statement& what, reporter& report)
{
    garp_group_draft& group = file.garp_groups.emplace_back();
    group.where = what.keyword().where;
    read_block(std::span<const keyword<target>>(garp_group_table), "a garp_group block", what.block, group, report);
}

void read_interface_delays(file_draft& file, const statement& what, reporter& report)
{
    for (const statement& line : what.block) {
        if (is_entry(line, report)) {
            read_interface_delay(file, line, report);
        }
    }
}

} // namespace xvrrp::config
