// SPDX-License-Identifier: BSD-2-Clause
//
// Durations (see units.hpp).
#include "failover/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, duration>, 5> units{
    {{"ns", 1ns}, {"us", 1us}, {"ms", 1ms}, {"s", 1s}, {"min", 1min}}};
constexpr double longest_seconds = 86400;

} // namespace

result<duration> parse_duration(std::string_view text)
{
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc() && number > 0) {
        const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
        for (const auto& [name, length] : units) {
            const double nanoseconds = number * static_cast<double>(length.count());
            if (unit == name && nanoseconds >= 1 && nanoseconds <= longest_seconds * 1e9) {
                return duration(std::llround(nanoseconds));
            }
        }
    }
    return fail(fmt::format("{}: not a time: give a number with us, ms, s or min, such as 300us", text));
}

std::string to_text(duration length)
{
    if (length < 1ms) {
        return fmt::format("{:g}us", static_cast<double>(length.count()) / 1e3);
    }
    return length < 1s ? fmt::format("{:g}ms", milliseconds(length)) : fmt::format("{:g}s", milliseconds(length) / 1e3);
}

double milliseconds(duration length)
{
    return std::chrono::duration<double, std::milli>(length).count();
}

} // namespace xvrrp::failover
