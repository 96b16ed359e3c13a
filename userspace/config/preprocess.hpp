// SPDX-License-Identifier: BSD-2-Clause
//
// The first layer: from text to lines that have nothing but words in them. Includes are read, conditional lines (`@id`)
// chosen, variables replaced and loops unrolled; each line that comes out knows the place that it comes from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/source.hpp"

namespace xvrrp::config {

class reporter;
class surroundings;

/// Longer lines are an error and left out, as keepalived's buffer has 1024 bytes; what a line becomes may be longer.
inline constexpr std::size_t longest_line = 1023;

/// Files within files, and definitions and loops within each other.
inline constexpr std::size_t deepest_include = 16;
inline constexpr std::size_t deepest_expansion = 64;

/// What a text is read by, besides itself and its surroundings.
struct reading {
    std::string config_id = {};    ///< lines with `@` and this word count
    std::uint32_t random_seed = 0; ///< of ${_RANDOM}, until the text sets one
    /// Bytes that may be read and made. Loops within loops are quickly written, and never end.
    std::size_t most_bytes = std::size_t{256} << 20U;
};

/// `file` names the text, and is what its relative includes start from. LF and CRLF end a line, the last line may lack
/// its end, a byte order mark is passed over. Lines that can't be read are reported; they stay in the text, emptied,
/// and so do those that others take the place of.
source_text preprocess(std::string_view text, const std::string& file, const surroundings& around, const reading& how,
                       reporter& report);

} // namespace xvrrp::config
