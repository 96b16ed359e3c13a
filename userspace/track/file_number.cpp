// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/file_number.hpp"

#include <cerrno>
#include <cstdlib>
#include <limits>
#include <string>

namespace xvrrp::track {

std::optional<int> read_number(std::string_view content)
{
    const std::string text(content.substr(0, number_room));
    errno = 0;
    const long value = std::strtol(text.c_str(), nullptr, 0);
    if (errno != 0 || value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
        return std::nullopt;
    }
    return static_cast<int>(value);
}

} // namespace xvrrp::track
