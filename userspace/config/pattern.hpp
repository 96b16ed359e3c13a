// SPDX-License-Identifier: BSD-2-Clause
//
// The names in an include line before a file system is asked: brace expansion, wildcards. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::config {

/// More alternatives than this are no list that somebody wrote.
inline constexpr std::size_t most_alternatives = 1024;

/// "a{b,c{d,e}}" → "ab", "acd", "ace", as csh does it. Braces without a comma between them and braces without a partner
/// stay what they are. None if there are more than most_alternatives.
std::optional<std::vector<std::string>> expand_braces(std::string_view pattern);

/// Whether there is something in it that glob(3) takes for more than itself.
bool has_wildcard(std::string_view name);

/// So that glob(3) takes `name` for itself.
std::string escape_wildcards(std::string_view name);

} // namespace xvrrp::config
