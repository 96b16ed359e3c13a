// SPDX-License-Identifier: BSD-2-Clause
//
// The table of vrrp_track_process.
#include <algorithm>
#include <array>
#include <chrono>

#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = track_process_draft;

constexpr std::int64_t most_processes = 65535;

void read_command(target& process, const statement& what, reporter& report)
{
    std::vector<std::string> words;
    for (const token& each : what.arguments()) {
        words.push_back(each.text);
    }
    if (words.front().empty()) {
        report_value(what, "the name of a process", report);
        return;
    }
    process.command = {.value = std::move(words), .where = what.words[1].where};
}

/// Without a value: the parameters are these, and no others.
void read_match(target& process, const statement& what, reporter& report)
{
    if (what.words.size() == 1) {
        process.match = {.value = process_match::exact, .where = what.keyword().where};
        return;
    }
    const token& word = what.words[1];
    if (word.text == "initial" || word.text == "partial") {
        process.match = {.value = word.text == "initial" ? process_match::initial : process_match::partial,
                         .where = word.where};
    } else {
        report_value(what, "initial, partial or nothing", report);
    }
}

void read_own_weight(target& process, const statement& what, reporter& report)
{
    if (const auto weight = read_weight_words(what.words, tracked_processes.noun, report, tracked_processes.most)) {
        process.weight = {.value = *weight, .where = what.words[1].where};
    }
}

template <setting<std::uint32_t> target::* Member, std::int64_t Least>
void read_count(target& process, const statement& what, reporter& report)
{
    if (const auto value = read_number(what, Least, most_processes, report)) {
        process.*Member = {.value = static_cast<std::uint32_t>(*value), .where = what.words[1].where};
    }
}

void read_delays(const statement& what, std::initializer_list<setting<duration>*> into, reporter& report)
{
    constexpr std::chrono::hours most{1};
    if (const auto value = read_seconds(what, duration::zero(), most, report)) {
        for (setting<duration>* each : into) {
            *each = {.value = *value, .where = what.words[1].where};
        }
    }
}

void read_fork_delay(target& process, const statement& what, reporter& report)
{
    read_delays(what, {&process.fork_delay}, report);
}

void read_terminate_delay(target& process, const statement& what, reporter& report)
{
    read_delays(what, {&process.terminate_delay}, report);
}

void read_delay(target& process, const statement& what, reporter& report)
{
    read_delays(what, {&process.fork_delay, &process.terminate_delay}, report);
}

constexpr auto value = value_keyword<target>;

constexpr auto table = std::to_array<keyword<target>>({
    value("process", read_command, 1, any_number),
    value("param_match", read_match, 0, 1),
    value("full_command", read_switch<target, &target::full_command>, 0, 0),
    value("weight", read_own_weight, 1, 2),
    value("quorum", read_count<&target::quorum, 1>, 1, 1),
    value("quorum_max", read_count<&target::quorum_max, 0>, 1, 1),
    value("fork_delay", read_fork_delay, 1, 1),
    value("terminate_delay", read_terminate_delay, 1, 1),
    value("delay", read_delay, 1, 1),
});

} // namespace

std::span<const keyword<track_process_draft>> track_process_keywords()
{
    return table;
}

void read_track_process(file_draft& file, const statement& what, reporter& report)
{
    const token& name = what.words[1];
    if (name.text.empty() || name.text.size() > longest_name) {
        report.error(
            name.where,
            fmt::format("a vrrp_track_process needs a name of 1 to {} bytes; the block is left out", longest_name));
        return;
    }
    const auto same = std::ranges::find(file.processes, name.text, &track_process_draft::name);
    if (same != file.processes.end()) {
        report.error(name.where, fmt::format("vrrp_track_process {} stands in {} already; this one is left out",
                                             name.text, line_name(same->where, name.where)));
        return;
    }
    track_process_draft& made = file.processes.emplace_back();
    made.name = name.text;
    made.where = name.where;
    read_block(track_process_keywords(), "a vrrp_track_process block", what.block, made, report);
}

} // namespace xvrrp::config
