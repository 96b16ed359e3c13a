// SPDX-License-Identifier: BSD-2-Clause
//
// Busy loops (see busy.hpp).
#include "lab/busy.hpp"

#include <unistd.h>

#include <string>

namespace xvrrp::lab {

result<std::vector<process>> start_busy_loops(unsigned count)
{
    // They end with their maker, however it ends.
    const std::string loop_while_we_live = "while [ -d /proc/" + std::to_string(getpid()) + " ]; do :; done";
    std::vector<process> loops;
    for (unsigned i = 0; i < count; ++i) {
        auto loop = process::start({"sh", "-c", loop_while_we_live});
        if (!loop) {
            return std::unexpected(loop.error());
        }
        loops.push_back(std::move(*loop));
    }
    return loops;
}

} // namespace xvrrp::lab
