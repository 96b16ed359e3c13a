// SPDX-License-Identifier: BSD-2-Clause
//
// What a tracked file says. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace xvrrp::track {

/// As many bytes of a file are looked at, as in keepalived.
inline constexpr std::size_t number_room = 127;

/// As strtol(3) reads it, with base 0: behind white space an optional sign and a decimal, octal (0) or hexadecimal (0x)
/// number; whatever follows counts for nothing, and no number is 0. None: an int can't hold it.
[[nodiscard]] std::optional<int> read_number(std::string_view content);

} // namespace xvrrp::track
