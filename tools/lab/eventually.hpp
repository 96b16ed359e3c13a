// SPDX-License-Identifier: BSD-2-Clause
//
// Polling with a deadline: the only way in which anything built on the lab waits. Any thread.
#pragma once

#include <chrono>
#include <thread>

namespace xvrrp::lab {

/// Calls `predicate` every `interval` until it is true or `timeout` has passed; it is called at least once, and once
/// more at the end, so that a stall of this process can't make it miss what did happen. True if it became true.
template <class Predicate>
[[nodiscard]] bool eventually(std::chrono::steady_clock::duration timeout, const Predicate& predicate,
                              std::chrono::steady_clock::duration interval = std::chrono::milliseconds(5))
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const bool last = std::chrono::steady_clock::now() >= deadline;
        if (predicate()) {
            return true;
        }
        if (last) {
            return false;
        }
        std::this_thread::sleep_for(interval);
    }
}

/// True if `predicate` was true each time that it was asked during `time`.
template <class Predicate>
[[nodiscard]] bool throughout(std::chrono::steady_clock::duration time, const Predicate& predicate,
                              std::chrono::steady_clock::duration interval = std::chrono::milliseconds(5))
{
    return !eventually(time, [&] { return !predicate(); }, interval);
}

} // namespace xvrrp::lab
