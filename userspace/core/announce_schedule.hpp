// SPDX-License-Identifier: BSD-2-Clause
//
// When an Active router announces its addresses again: garp_master_delay/repeat, garp_master_refresh/refresh_repeat,
// garp_lower_prio_delay/repeat. Pure; owned by core::router.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

struct announce_settings {
    duration master_delay = std::chrono::seconds(5); ///< second burst; 0: none
    std::uint32_t master_repeat = 5;
    duration refresh{0}; ///< 0: off
    std::uint32_t refresh_repeat = 1;
    std::uint32_t lower_prio_repeat = 5; ///< 0: none
    duration lower_prio_delay = std::chrono::seconds(5);
    friend bool operator==(const announce_settings&, const announce_settings&) = default;
};

} // namespace xvrrp::core
