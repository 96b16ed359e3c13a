// SPDX-License-Identifier: BSD-2-Clause
#include "config/loop.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include <fmt/core.h>

#include "config/definition.hpp"

namespace xvrrp::config {
namespace {

/// As strtol(3) does with base 0: hexadecimal behind 0x, octal behind 0.
std::optional<std::int64_t> number_of(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        text.remove_prefix(2);
        base = 16;
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
    }
    if (text.empty() || text.starts_with('-')) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    const char* const begin = text.data(); // NOLINT(bugprone-suspicious-stringview-data-usage): its end is given
    const char* const end = begin + text.size();
    const auto [stopped, problem] = std::from_chars(begin, end, value, base);
    if (problem != std::errc{} || stopped != end) {
        return std::nullopt;
    }
    return negative ? -value : value;
}

/// Splits at commas outside braces; white space around the items is taken off. None if braces don't match.
std::optional<std::vector<std::string_view>> split(std::string_view text)
{
    std::vector<std::string_view> items;
    std::size_t depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || (text[i] == ',' && depth == 0)) {
            items.push_back(trimmed(text.substr(start, i - start)));
            start = i + 1;
        } else if (text[i] == '{') {
            ++depth;
        } else if (text[i] == '}' && depth-- == 0) {
            return std::nullopt;
        }
    }
    return depth == 0 ? std::optional(items) : std::nullopt;
}

/// "{a, b}" → a, b; without braces the item itself.
std::vector<std::string_view> members(std::string_view item)
{
    if (!item.starts_with('{') || !item.ends_with('}')) {
        return {item};
    }
    return split(item.substr(1, item.size() - 2)).value_or(std::vector<std::string_view>{item});
}

bool is_name(std::string_view text)
{
    return !text.empty() && name_length(text) == text.size();
}

std::string wrong_name(std::string_view text)
{
    return fmt::format("'{}' is no variable's name (letters, digits and _, no digit first)", text);
}

constexpr std::string_view sequence_form = "write ~SEQ(NAME, [START, [STEP,]] END)";
constexpr std::string_view list_form = "write ~LST(NAME, VALUE, …) or ~LST({NAME, …}, {VALUE, …}, …)";

} // namespace

class loop_parser {
public:
    std::variant<loop, std::string> parse(std::string_view text)
    {
        const bool listed = text.starts_with("~LST");
        const std::size_t open = text.find('(');
        const std::string_view kind = trimmed(text.substr(0, std::min(open, text.size())));
        if (open == std::string_view::npos || !text.ends_with(')') ||
            (kind != "~SEQ" && kind != "~SEQx" && kind != "~LST")) {
            return std::string(listed ? list_form : sequence_form);
        }
        const auto items = split(text.substr(open + 1, text.size() - open - 2));
        if (!items) {
            return std::string("the braces don't match");
        }
        std::string problem = listed ? read_list(*items) : read_sequence(*items, kind == "~SEQx");
        if (!problem.empty()) {
            return problem;
        }
        return std::move(made_);
    }

private:
    std::string read_list(const std::vector<std::string_view>& items)
    {
        for (const std::string_view name : members(items.front())) {
            if (!is_name(name)) {
                return wrong_name(name);
            }
            made_.names_.emplace_back(name);
        }
        if (items.size() < 2) {
            return fmt::format("there is no value; {}", list_form);
        }
        value_rows rows;
        for (const std::string_view item : std::span(items).subspan(1)) {
            const auto values = members(item);
            if (values.size() > made_.names_.size()) {
                return fmt::format("value {} has {} parts for {} variable{}", rows.size() + 1, values.size(),
                                   made_.names_.size(), made_.names_.size() == 1 ? "" : "s");
            }
            rows.emplace_back(values.begin(), values.end());
        }
        made_.values_ = std::move(rows);
        return {};
    }

    std::string read_sequence(const std::vector<std::string_view>& items, bool hexadecimal)
    {
        constexpr std::size_t most_items = 4;
        if (items.size() < 2 || items.size() > most_items) {
            return std::string(sequence_form);
        }
        if (!is_name(items.front())) {
            return wrong_name(items.front());
        }
        made_.names_.emplace_back(items.front());
        std::vector<std::int64_t> numbers;
        for (const std::string_view item : std::span(items).subspan(1)) {
            const auto number = number_of(item);
            if (!number) {
                return fmt::format("'{}' is no whole number; {}", item, sequence_form);
            }
            numbers.push_back(*number);
        }
        return set_sequence(numbers, hexadecimal);
    }

    std::string set_sequence(const std::vector<std::int64_t>& numbers, bool hexadecimal)
    {
        const std::int64_t end = numbers.back();
        std::int64_t start = end >= 0 ? 1 : -1;
        if (numbers.size() > 1) {
            start = numbers.front();
        }
        std::int64_t step = end >= start ? 1 : -1;
        if (numbers.size() > 2) {
            step = numbers[1];
        }
        if (step == 0 || (end != start && (end > start) != (step > 0))) {
            return fmt::format("from {} in steps of {} it never comes to {}", start, step, end);
        }
        if (hexadecimal && (start < 0 || end < 0)) {
            return "~SEQx takes no negative numbers";
        }
        // As unsigned numbers the difference always fits.
        const auto from = static_cast<std::uint64_t>(start);
        const auto to = static_cast<std::uint64_t>(end);
        const std::uint64_t distance = end > start ? to - from : from - to;
        const std::uint64_t stride = step > 0 ? static_cast<std::uint64_t>(step) : -static_cast<std::uint64_t>(step);
        const std::uint64_t further = distance / stride;
        made_.values_ = number_sequence{.start = start,
                                        .step = step,
                                        .turns = further == UINT64_MAX ? further : further + 1,
                                        .hexadecimal = hexadecimal};
        return {};
    }

    loop made_;
};

std::uint64_t loop::turns() const
{
    if (const auto* numbers = std::get_if<number_sequence>(&values_)) {
        return numbers->turns;
    }
    return std::get<value_rows>(values_).size();
}

std::string loop::value(std::uint64_t turn, std::size_t name) const
{
    if (const auto* numbers = std::get_if<number_sequence>(&values_)) {
        const auto number = static_cast<std::int64_t>(static_cast<std::uint64_t>(numbers->start) +
                                                      turn * static_cast<std::uint64_t>(numbers->step));
        return numbers->hexadecimal ? fmt::format("{:x}", number) : fmt::format("{}", number);
    }
    const auto& row = std::get<value_rows>(values_).at(turn);
    return name < row.size() ? row[name] : std::string();
}

std::string loop::describe(std::uint64_t turn) const
{
    if (std::holds_alternative<number_sequence>(values_)) {
        return fmt::format("{} = {}", names_.front(), value(turn, 0));
    }
    return fmt::format("value {} of {}", turn + 1, turns());
}

bool begins_loop(std::string_view text)
{
    return text.starts_with("~SEQ") || text.starts_with("~LST");
}

std::size_t loop_end(std::string_view text)
{
    const std::size_t close = text.find(')');
    return close == std::string_view::npos ? close : close + 1;
}

std::variant<loop, std::string> parse_loop(std::string_view text)
{
    return loop_parser().parse(text);
}

} // namespace xvrrp::config
