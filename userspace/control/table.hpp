// SPDX-License-Identifier: BSD-2-Clause
//
// What the reports of xvrrpctl have in common: columns, and values as people read them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::control {

using table_row = std::vector<std::string>;

/// Rows in columns as wide as their widest cell, two spaces apart; every line begins with `indent`. All rows have as
/// many cells as the first.
[[nodiscard]] std::string render_table(const std::vector<table_row>& rows, std::string_view indent);

/// "90 us", "1.5 ms", "-612.3 ms", "12.3 s"
[[nodiscard]] std::string format_microseconds(double value);

/// "2026-11-20T08:47:00.123456+01:00" → "2026-11-20 08:47:00.123456": the offset is every line's.
[[nodiscard]] std::string local_time(const std::string& iso);

} // namespace xvrrp::control
