// SPDX-License-Identifier: BSD-2-Clause
//
// Commands in the file: one value, which is split into words as keepalived splits it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::config {

/// The words of a value as the lexer gives it, which has resolved its escapes: split at white space, where quotes
/// group, and escapes are resolved once more, inside quotes and outside. None: a quote has no end.
std::optional<std::vector<std::string>> split_command(std::string_view text);

/// A value, in quotes, that is read back as these words.
std::string quoted_command(const std::vector<std::string>& words);

/// One word of a line whose keyword takes escapes, in quotes.
std::string quoted_word(std::string_view word);

} // namespace xvrrp::config
