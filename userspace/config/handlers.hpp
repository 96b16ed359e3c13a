// SPDX-License-Identifier: BSD-2-Clause
//
// Handlers that several rows of several tables share. Each reads a statement's first value into a member of a draft; a
// value that it isn't made for is an error that says what is, and the member stays as it was.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <string>

#include <fmt/core.h>

#include "config/draft.hpp"
#include "config/keyword.hpp"
#include "config/value.hpp"

namespace xvrrp::config {

/// What happens to a line whose value is wrong.
inline constexpr std::string_view line_left_out = "the line is left out";

inline void report_value(const statement& what, std::string_view takes, reporter& report,
                         std::string_view consequence = line_left_out)
{
    const token& word = what.words.size() > 1 ? what.words[1] : what.keyword();
    report.error(word.where,
                 fmt::format("{} takes {}, not '{}'; {}", what.keyword().text, takes, word.text, consequence));
}

/// A whole number from least to most; none if it is reported.
inline std::optional<std::int64_t> read_number(const statement& what, std::int64_t least, std::int64_t most,
                                               reporter& report, std::string_view consequence = line_left_out)
{
    const auto value = parse_integer(what.words[1].text);
    if (!value || *value < least || *value > most) {
        report_value(what, fmt::format("a whole number from {} to {}", least, most), report, consequence);
        return std::nullopt;
    }
    return value;
}

/// Seconds with a fraction from least to most; none if it is reported.
inline std::optional<duration> read_seconds(const statement& what, duration least, duration most, reporter& report,
                                            std::string_view consequence = line_left_out)
{
    const auto value = parse_seconds(what.words[1].text);
    if (!value || *value < least || *value > most) {
        report_value(what, fmt::format("seconds from {} to {}", seconds_text(least), seconds_text(most)), report,
                     consequence);
        return std::nullopt;
    }
    return value;
}

inline std::optional<vrrp_version> read_version(const statement& what, reporter& report, std::string_view consequence)
{
    const std::string& text = what.words[1].text;
    if (text == "2") {
        return vrrp_version::v2;
    }
    if (text == "3") {
        return vrrp_version::v3;
    }
    report_value(what, "2 or 3", report, consequence);
    return std::nullopt;
}

/// A keyword alone, or followed by on or off.
template <class Target, setting<bool> Target::* Member>
void read_switch(Target& target, const statement& what, reporter& report)
{
    if (what.words.size() == 1) {
        target.*Member = {.value = true, .where = what.keyword().where};
        return;
    }
    if (const auto value = parse_bool(what.words[1].text)) {
        target.*Member = {.value = *value, .where = what.words[1].where};
    } else {
        report_value(what, "on or off", report);
    }
}

template <class Target, setting<xdp_mode> Target::* Member>
void read_xdp_mode(Target& target, const statement& what, reporter& report)
{
    if (const auto value = parse_xdp_mode(what.words[1].text)) {
        target.*Member = {.value = *value, .where = what.words[1].where};
    } else {
        report_value(what, "auto, native, generic or socket", report);
    }
}

/// The parts of a fast_detect line. A part that is wrong is reported and left out; the others count.
fast_detect_draft read_fast_detect_parts(const statement& what, reporter& report);

template <class Target> void read_fast_detect(Target& target, const statement& what, reporter& report)
{
    target.fast_detect = read_fast_detect_parts(what, report);
}

/// The parts come in any number: read_fast_detect_parts says which of them are too many.
inline constexpr std::uint8_t any_number = std::numeric_limits<std::uint8_t>::max();

template <class Target, setting<std::string> Target::* Member>
void read_interface_name(Target& target, const statement& what, reporter& report)
{
    const token& name = what.words[1];
    if (is_interface_name(name.text)) {
        target.*Member = {.value = name.text, .where = name.where};
    } else {
        report_value(what, "an interface's name (1 to 15 characters)", report);
    }
}

/// garp_*, vrrp_garp_*: whole seconds. keepalived takes up to 4294.
template <class Target, setting<std::chrono::seconds> garp_draft::* Member, std::int64_t Most>
void read_garp_delay(Target& target, const statement& what, reporter& report)
{
    if (const auto value = read_number(what, 0, Most, report)) {
        target.garp.*Member = {.value = std::chrono::seconds(*value), .where = what.words[1].where};
    }
}

inline constexpr std::int64_t most_delay_seconds = 4294;
inline constexpr std::int64_t most_refresh_seconds = 4294967295;
inline constexpr std::int64_t most_repeats = 1000;

/// How often an address is announced; 0 where at least one is needed becomes 1, with a warning.
template <class Target, setting<std::uint32_t> garp_draft::* Member, std::uint32_t Least>
void read_garp_repeat(Target& target, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    auto value = read_number(what, 0, most_repeats, report);
    if (!value) {
        return;
    }
    if (*value < Least) {
        report.warning(word.where, fmt::format("{} is at least 1; 1 is used", what.keyword().text));
        value = Least;
    }
    target.garp.*Member = {.value = static_cast<std::uint32_t>(*value), .where = word.where};
}

/// net_namespace and instance: a part of a path.
template <setting<std::string> global_draft::* Member>
void read_place_name(global_draft& global, const statement& what, reporter& report)
{
    constexpr std::size_t most_bytes = 64;
    const token& name = what.words[1];
    const bool fits = !name.text.empty() && name.text.size() <= most_bytes && name.text.front() != '.' &&
                      std::ranges::all_of(name.text, [](char c) { return c > ' ' && c != '/' && c != 0x7f; });
    if (fits) {
        global.*Member = {.value = name.text, .where = name.where};
    } else {
        report_value(what, "a name of 1 to 64 characters without a slash, and without a dot at its beginning", report);
    }
}

/// down_timer_adverts, vrrp_down_timer_adverts.
template <class Target> void read_down_timer_adverts(Target& target, const statement& what, reporter& report)
{
    constexpr std::int64_t most = 100;
    if (const auto value = read_number(what, 1, most, report)) {
        target.election.down_timer_adverts = {.value = static_cast<std::uint32_t>(*value),
                                              .where = what.words[1].where};
    }
}

/// A switch of an election_draft.
template <class Target, setting<bool> election_draft::* Member>
void read_election_switch(Target& target, const statement& what, reporter& report)
{
    read_switch<election_draft, Member>(target.election, what, report);
}

} // namespace xvrrp::config
