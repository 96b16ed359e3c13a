// SPDX-License-Identifier: BSD-2-Clause
//
// Values as tables and small parsers, and back to text for print and for messages.
#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace xvrrp::config {
namespace {

constexpr std::array<std::pair<std::string_view, xdp_mode>, 4> xdp_modes{{{"auto", xdp_mode::automatic},
                                                                          {"native", xdp_mode::native},
                                                                          {"generic", xdp_mode::generic},
                                                                          {"socket", xdp_mode::socket}}};

constexpr std::array<std::pair<std::string_view, address_scope>, 5> scopes{{{"global", address_scope::global},
                                                                            {"site", address_scope::site},
                                                                            {"link", address_scope::link},
                                                                            {"host", address_scope::host},
                                                                            {"nowhere", address_scope::nowhere}}};

/// Units of time and what a second is divided by; "s" ends the others, so it comes last.
struct time_unit {
    std::string_view name;
    std::int64_t in_a_second;
};
constexpr std::array<time_unit, 3> time_units{{{"us", 1'000'000}, {"ms", 1'000}, {"s", 1}}};

template <class Table>
auto value_of(const Table& table, std::string_view name) -> std::optional<decltype(table.front().second)>
{
    const auto found = std::ranges::find(table, name, [](const auto& row) { return row.first; });
    if (found == table.end()) {
        return std::nullopt;
    }
    return found->second;
}

template <class Table, class Value> std::string_view name_of(const Table& table, Value value)
{
    const auto found = std::ranges::find(table, value, [](const auto& row) { return row.second; });
    return found == table.end() ? table.front().first : found->first;
}

bool all_digits(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "25" → 250'000'000.
std::int64_t nanoseconds_of_fraction(std::string_view digits)
{
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 9; ++i) {
        value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    return value;
}

} // namespace

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) {
            return std::nullopt;
        }
    }
    std::int64_t value = 0;
    const char* const begin = text.data(); // NOLINT(bugprone-suspicious-stringview-data-usage): its end is given
    const char* const end = begin + text.size();
    const auto [stopped, problem] = std::from_chars(begin, end, value);
    if (problem != std::errc{} || stopped != end) {
        return std::nullopt;
    }
    return value;
}

std::optional<duration> parse_seconds(std::string_view text)
{
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
    if ((whole.empty() && fraction.empty()) || !all_digits(whole) || !all_digits(fraction)) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> seconds = whole.empty() ? 0 : parse_integer(whole);
    if (!seconds || *seconds > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    return std::chrono::seconds(*seconds) + std::chrono::nanoseconds(nanoseconds_of_fraction(fraction));
}

std::optional<duration> parse_duration(std::string_view text)
{
    for (const time_unit& unit : time_units) {
        if (text.ends_with(unit.name)) {
            text.remove_suffix(unit.name.size());
            const auto as_seconds = parse_seconds(text);
            return as_seconds ? std::optional(*as_seconds / unit.in_a_second) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<bool> parse_bool(std::string_view text)
{
    if (text == "on" || text == "true" || text == "yes") {
        return true;
    }
    if (text == "off" || text == "false" || text == "no") {
        return false;
    }
    return std::nullopt;
}

std::optional<xdp_mode> parse_xdp_mode(std::string_view text)
{
    return value_of(xdp_modes, text);
}

std::optional<address_scope> parse_scope(std::string_view text)
{
    return value_of(scopes, text);
}

bool is_interface_name(std::string_view text)
{
    constexpr std::size_t longest = 15; // IFNAMSIZ - 1
    return !text.empty() && text.size() <= longest && text != "." && text != ".." &&
           std::ranges::none_of(text, [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return c == '/' || byte <= 0x20 || byte == 0x7f;
           });
}

bool is_host_address(const ip_address& address)
{
    return !address.is_unspecified() && !address.is_multicast() && address != ip_address::v4({255, 255, 255, 255});
}

bool is_whole_subnet(const virtual_address& address)
{
    return address.prefix_length == (address.address.family() == address_family::ipv4 ? 32 : 128);
}

std::string seconds_text(duration value)
{
    const auto whole = std::chrono::floor<std::chrono::seconds>(value);
    std::string text = fmt::format("{}.{:09}", whole.count(), (value - whole).count());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

std::string duration_text(duration value)
{
    const time_unit* largest = &time_units.front();
    for (const time_unit& unit : time_units) {
        if (value % (duration(std::chrono::seconds(1)) / unit.in_a_second) == duration::zero()) {
            largest = &unit;
        }
    }
    return seconds_text(value * largest->in_a_second) + std::string(largest->name);
}

std::string_view xdp_mode_text(xdp_mode mode)
{
    return name_of(xdp_modes, mode);
}

std::string_view scope_text(address_scope scope)
{
    return name_of(scopes, scope);
}

} // namespace xvrrp::config
