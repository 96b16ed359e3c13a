// SPDX-License-Identifier: BSD-2-Clause
//
// The table of vrrp_script, the lines of track_script, and who scripts run as.
#include <algorithm>
#include <array>

#include "config/command_words.hpp"
#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = script_draft;
using namespace std::chrono_literals;

constexpr duration shortest_interval = 1ms;
constexpr duration longest_interval = 4294s;
constexpr std::int64_t most_runs = 2147483647;

void read_command(target& script, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    auto words = split_command(word.text);
    if (!words || words->empty()) {
        report_value(what, "a command, in quotes if it has arguments", report);
        return;
    }
    // "< /path" is "</path", as keepalived has it.
    if (words->front() == "<" && words->size() > 1) {
        words->erase(words->begin());
        words->front().insert(0, 1, '<');
    }
    script.command = {.value = std::move(*words), .where = word.where};
}

template <setting<duration> target::* Member> void read_time(target& script, const statement& what, reporter& report)
{
    const auto value = read_seconds(what, duration::zero(), longest_interval, report);
    if (!value) {
        return;
    }
    if (*value != duration::zero() && *value < shortest_interval) {
        report_value(
            what, fmt::format("seconds from {} to {}", seconds_text(shortest_interval), seconds_text(longest_interval)),
            report);
        return;
    }
    if (*value == duration::zero()) {
        report.warning(what.words[1].where, fmt::format("{} must be above 0; 1 second is used", what.keyword().text));
    }
    script.*Member = {.value = *value == duration::zero() ? duration(1s) : *value, .where = what.words[1].where};
}

template <setting<std::uint32_t> target::* Member>
void read_runs(target& script, const statement& what, reporter& report)
{
    if (const auto value = read_number(what, 1, most_runs, report)) {
        script.*Member = {.value = static_cast<std::uint32_t>(*value), .where = what.words[1].where};
    }
}

void read_own_weight(target& script, const statement& what, reporter& report)
{
    if (const auto weight = read_weight_words(what.words, "script", report)) {
        script.weight = {.value = *weight, .where = what.words[1].where};
    }
}

template <class Target, setting<script_account> Target::* Member>
void read_account(Target& into, const statement& what, reporter& report)
{
    if (auto account = account_of(what.arguments())) {
        into.*Member = {.value = std::move(*account), .where = what.words[1].where};
    } else {
        report_value(what, "a user's name, and a group's behind it if it isn't the user's own", report);
    }
}

constexpr auto value = value_keyword<target>;

constexpr auto table = std::to_array<keyword<target>>({
    value("script", read_command, 1, 1),
    value("interval", read_time<&target::interval>, 1, 1),
    value("timeout", read_time<&target::timeout>, 1, 1),
    value("weight", read_own_weight, 1, 2),
    value("rise", read_runs<&target::rise>, 1, 1),
    value("fall", read_runs<&target::fall>, 1, 1),
    value("user", read_account<target, &target::account>, 1, 2),
    value("init_fail", read_switch<target, &target::init_fail>, 0, 1),
});

} // namespace

bool is_plain(std::string_view name)
{
    constexpr std::string_view special = "\"'\\{}#!$~";
    return std::ranges::all_of(name, [special](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f && special.find(c) == std::string_view::npos;
    });
}

std::optional<script_account> account_of(std::span<const token> words)
{
    const std::string& first = words[0].text;
    const std::size_t colon = std::min(first.find(':'), first.size());
    script_account account{.user = first.substr(0, colon), .group = {}};
    if (colon < first.size()) {
        account.group = first.substr(colon + 1);
    } else if (words.size() > 1) {
        account.group = words[1].text.substr(words[1].text.starts_with(':') ? 1 : 0);
    }
    const bool names_group = colon < first.size() || words.size() > 1;
    const bool two_colons = account.group.find(':') != std::string::npos;
    const bool plain = is_plain(account.user) && is_plain(account.group);
    if (account.user.empty() || two_colons || (names_group && account.group.empty()) || !plain) {
        return std::nullopt;
    }
    return account;
}

std::span<const keyword<script_draft>> script_keywords()
{
    return table;
}

void read_script_user(global_draft& global, const statement& what, reporter& report)
{
    read_account<global_draft, &global_draft::script_user>(global, what, report);
}

void read_script(file_draft& file, const statement& what, reporter& report)
{
    const token& name = what.words[1];
    if (name.text.empty() || name.text.size() > longest_name) {
        report.error(name.where,
                     fmt::format("a vrrp_script needs a name of 1 to {} bytes; the block is left out", longest_name));
        return;
    }
    const auto same = std::ranges::find(file.scripts, name.text, &script_draft::name);
    if (same != file.scripts.end()) {
        report.error(name.where, fmt::format("vrrp_script {} stands in line {} already; this one is left out",
                                             name.text, same->where.line->number));
        return;
    }
    script_draft& script = file.scripts.emplace_back();
    script.name = name.text;
    script.where = name.where;
    read_block(script_keywords(), "a vrrp_script block", what.block, script, report);
}

void read_tracked_object(std::vector<located<tracked_object_draft>>& tracked, const tracked_kind& kind,
                         const statement& entry, reporter& report)
{
    const token& name = entry.keyword();
    const bool again = std::ranges::any_of(tracked, [&](const auto& each) { return each.value.name == name.text; });
    if (again) {
        report.error(name.where, fmt::format("{} stands in {} already; it is taken once", name.text, kind.keyword));
        return;
    }
    tracked.push_back(
        {.value = {.name = name.text, .weight = read_weight_words(entry.arguments(), kind.noun, report, kind.most)},
         .where = name.where});
}

} // namespace xvrrp::config
