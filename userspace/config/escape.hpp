// SPDX-License-Identifier: BSD-2-Clause
//
// The escapes in commands. Pure; called by the lexer.
#pragma once

#include <cstddef>
#include <string_view>

namespace xvrrp::config {

struct escape {
    char value = '\0';
    std::size_t length = 0; ///< with the backslash
};

/// `text` begins with a backslash and has at least one more byte.
escape escape_at(std::string_view text);

} // namespace xvrrp::config
