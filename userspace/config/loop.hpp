// SPDX-License-Identifier: BSD-2-Clause
//
// What stands in the parentheses of ~SEQ, ~SEQx and ~LST: the variables and the values that they take, turn by turn.
// Pure; preprocess repeats what is behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace xvrrp::config {

struct number_sequence {
    std::int64_t start = 0;
    std::int64_t step = 1;
    std::uint64_t turns = 1;
    bool hexadecimal = false;
};

/// One row for each turn, with up to one value for each variable.
using value_rows = std::vector<std::vector<std::string>>;

class loop {
public:
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// At least 1.
    [[nodiscard]] std::uint64_t turns() const;
    /// Of variable `name` (its index) in a turn, counted from 0.
    [[nodiscard]] std::string value(std::uint64_t turn, std::size_t name) const;
    /// For messages, which may go to a log: a list's values may be passwords, so they aren't in it.
    [[nodiscard]] std::string describe(std::uint64_t turn) const;

private:
    friend class loop_parser;
    std::vector<std::string> names_;
    std::variant<number_sequence, value_rows> values_;
};

/// Whether a loop begins at the beginning of the text.
bool begins_loop(std::string_view text);

/// Offset behind the `)` of the loop that begins the text; npos without one.
std::size_t loop_end(std::string_view text);

/// The loop that is all of the text, or what is wrong with it.
std::variant<loop, std::string> parse_loop(std::string_view text);

} // namespace xvrrp::config
