// SPDX-License-Identifier: BSD-2-Clause
//
// When each other router was last heard, for the few that matter at a time: tells a new advert from one that was taken
// in already, because adverts come through the ring buffer and once more from the kernel's record. Pure; owned by
// router.
#pragma once

#include <array>
#include <cstddef>

#include "xvrrp/types.hpp"

namespace xvrrp::core {

class heard_sources {
public:
    /// False for an advert that is not newer than the last one of that source. The source heard longest ago is
    /// forgotten when there is no room.
    [[nodiscard]] bool is_new(const ip_address& source, time_point stamp);
    /// True once per source, until `forget_told`.
    [[nodiscard]] bool tell_once(const ip_address& source);
    void forget_told();

private:
    struct entry {
        ip_address source;
        time_point stamp = time_point::min();
        bool told = false;
    };
    [[nodiscard]] entry* find(const ip_address& source);

    static constexpr std::size_t capacity = 8;
    std::array<entry, capacity> entries_{};
    std::size_t used_ = 0;
};

} // namespace xvrrp::core
