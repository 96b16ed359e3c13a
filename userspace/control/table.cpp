// SPDX-License-Identifier: BSD-2-Clause
#include "control/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace xvrrp::control {

std::string render_table(const std::vector<table_row>& rows, std::string_view indent)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const table_row& each : rows) {
        for (std::size_t i = 0; i < each.size(); ++i) {
            widths[i] = std::max(widths[i], each[i].size());
        }
    }
    std::string out;
    for (const table_row& each : rows) {
        std::string line(indent);
        for (std::size_t i = 0; i < each.size(); ++i) {
            line += fmt::format("{:<{}}", each[i], widths[i] + 2);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

std::string format_microseconds(double value)
{
    if (std::abs(value) < 1000) {
        return fmt::format("{:.0f} us", value);
    }
    return std::abs(value) < 10e6 ? fmt::format("{:.1f} ms", value / 1000) : fmt::format("{:.1f} s", value / 1e6);
}

std::string local_time(const std::string& iso)
{
    // The offset begins behind the time of day, whose own characters are digits, ':' and '.'.
    std::string local = iso.substr(0, iso.find_first_of("+-Z", std::min<std::size_t>(iso.size(), 11)));
    std::replace(local.begin(), local.end(), 'T', ' ');
    return local;
}

} // namespace xvrrp::control
