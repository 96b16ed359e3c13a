// SPDX-License-Identifier: BSD-2-Clause
//
// Busy loops (see busy.hpp).
#include "lab/busy.hpp"

namespace xvrrp::lab {

result<std::vector<process>> start_busy_loops(unsigned count)
{
    std::vector<process> loops;
    for (unsigned i = 0; i < count; ++i) {
        auto loop = process::start({"sh", "-c", "while :; do :; done"});
        if (!loop) {
            return std::unexpected(loop.error());
        }
        loops.push_back(std::move(*loop));
    }
    return loops;
}

} // namespace xvrrp::lab
