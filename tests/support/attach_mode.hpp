// SPDX-License-Identifier: BSD-2-Clause
//
// The three ways in which xvrrpd can listen on an interface, for tests that run in each of them.
#pragma once

#include <array>
#include <string>

#include "lab/segment.hpp"

namespace xvrrp::test {

enum class attach_mode { socket, generic, native };

inline constexpr std::array all_attach_modes{attach_mode::socket, attach_mode::generic, attach_mode::native};

/// The word of `xdp_mode`, and of attach_mode in xvrrpctl's status.
inline std::string to_string(attach_mode mode)
{
    switch (mode) {
    case attach_mode::socket:
        return "socket";
    case attach_mode::generic:
        return "generic";
    case attach_mode::native:
        return "native";
    }
    return "";
}

/// A segment on which the mode works as it does on real hardware.
inline lab::segment_options segment_for(attach_mode mode)
{
    return {.xdp_at_switch = mode == attach_mode::native};
}

} // namespace xvrrp::test
