// SPDX-License-Identifier: BSD-2-Clause
//
// "Did you mean": which known word a mistyped one is nearest to.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace xvrrp::config {

/// Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`. Words above 64 bytes count as 64.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that is nearly `word`: one edit away for short words, two for words of six bytes and more.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

} // namespace xvrrp::config
