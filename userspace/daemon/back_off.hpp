// SPDX-License-Identifier: BSD-2-Clause
//
// How long the supervisor waits before it starts a dead daemon again. Pure.
#pragma once

#include <algorithm>
#include <chrono>

#include "xvrrp/types.hpp"

namespace xvrrp::daemon {

class back_off {
public:
    /// Counts a daemon that died after having run for `ran`; how long to wait before the next. The first is started at
    /// once, then the wait doubles from a second to half a minute. A run of more than a minute begins anew.
    [[nodiscard]] duration wait_after(duration ran)
    {
        constexpr std::chrono::seconds good_run{60};
        constexpr std::chrono::seconds first_wait{1};
        constexpr std::chrono::seconds longest_wait{30};
        if (ran > good_run) {
            next_ = duration::zero();
        }
        const duration wait = next_;
        next_ = std::clamp<duration>(2 * wait, first_wait, longest_wait);
        return wait;
    }

private:
    duration next_{0};
};

} // namespace xvrrp::daemon
