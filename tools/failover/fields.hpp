// SPDX-License-Identifier: BSD-2-Clause
//
// What is written of a trial: the names, once, for CSV and JSON alike. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "failover/trial.hpp"

namespace xvrrp::failover {

/// Empty; a count; milliseconds; a word; yes or no.
using field_value = std::variant<std::monostate, std::uint64_t, double, std::string, bool>;

struct field {
    std::string name;
    field_value value;
};

/// Of the contender and the failure: the same for every trial of a series.
[[nodiscard]] std::vector<field> fields_of(const series& one);
/// The same names in the same order for every trial.
[[nodiscard]] std::vector<field> fields_of(const trial& one);

/// "2026-05-31T12:00:00.000Z"
[[nodiscard]] std::string to_utc(std::chrono::system_clock::time_point when);

} // namespace xvrrp::failover
