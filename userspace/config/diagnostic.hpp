// SPDX-License-Identifier: BSD-2-Clause
//
// What the reader of a configuration has to say about it, and where. Plain values, made by load() and parse(); the
// daemon logs them, `xvrrpd -t` prints them.
#pragma once

#include <string>

#include "xvrrp/config.hpp"

namespace xvrrp::config {

/// note: nothing to do; warning: read otherwise than the author may think; error: something in the file is wrong, and
/// the text says what happens instead.
enum class severity { note, warning, error };

struct diagnostic {
    severity level = severity::note;
    source_location where;
    std::string text;
    /// As it is read, with its variables replaced and passwords blanked; empty where no line is meant.
    std::string source_line;
    std::uint32_t caret = 0; ///< the column in source_line; 0: that of `where`, as the line stands in the file
    std::string origin = {}; ///< the definitions and loops that it comes from, if it does
    friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

/// "FILE:LINE:COLUMN: warning: TEXT (ORIGIN)", then the line and a caret below the column. No newline at the end.
/// Control characters of the line are shown as '?', and of a long line only the part around the column is shown.
std::string to_string(const diagnostic& message);

} // namespace xvrrp::config
