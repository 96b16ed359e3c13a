// SPDX-License-Identifier: BSD-2-Clause
//
// Random choices of the simulator and the mutation tests: the same seed makes the same run on every machine.
#pragma once

#include <cstdint>
#include <random>

#include "xvrrp/types.hpp"

namespace xvrrp::sim {

class dice {
public:
    explicit dice(std::uint64_t seed) : engine_(seed) {}

    /// 0 to `count` - 1.
    std::uint64_t below(std::uint64_t count) { return engine_() % count; }
    bool percent(std::uint64_t chance) { return below(100) < chance; }
    duration between(duration least, duration most)
    {
        return least + duration(below(static_cast<std::uint64_t>((most - least).count()) + 1));
    }

private:
    std::mt19937_64 engine_;
};

} // namespace xvrrp::sim
