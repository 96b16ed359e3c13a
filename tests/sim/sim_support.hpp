// SPDX-License-Identifier: BSD-2-Clause
//
// What the tests of simulated worlds share: seeds, the verdict on a world, and four hosts of falling priority.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "world.hpp"

namespace xvrrp::sim {

using namespace std::chrono_literals;
using namespace core;

/// The seeds to run: `count` from 1 on, or the one that was asked for. XVRRP_SIM_SHARE: one in so many of them, where
/// each takes much longer.
inline std::vector<std::uint64_t> seeds(std::uint64_t count)
{
    if (const char* share = std::getenv("XVRRP_SIM_SHARE")) {
        count = std::max<std::uint64_t>(count / std::strtoull(share, nullptr, 10), 1);
    }
    if (const char* asked = std::getenv("XVRRP_SIM_SEED")) {
        return {std::strtoull(asked, nullptr, 10)};
    }
    std::vector<std::uint64_t> all(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        all[i] = i + 1;
    }
    return all;
}

inline testing::AssertionResult well_behaved(world& where)
{
    if (where.log().violations.empty()) {
        return testing::AssertionSuccess();
    }
    auto failure = testing::AssertionFailure();
    for (const std::string& violation : where.log().violations) {
        failure << violation << "\n";
    }
    failure << "The last that happened:\n";
    for (const std::string& line : where.log().lines) {
        failure << "  " << line << "\n";
    }
    return failure;
}

inline router_settings settings_of(int priority_value, duration interval = 1s)
{
    router_settings settings;
    settings.version = vrrp_version::v3;
    settings.base_priority = priority{static_cast<std::uint8_t>(priority_value)};
    settings.advertisement_interval = interval;
    return settings;
}

inline ip_address address(std::size_t index)
{
    return ip_address::v4({192, 0, 2, static_cast<std::uint8_t>(10 + index)});
}

/// Priorities 100, 90, 80, 70, all started, the first one elected.
inline void four_hosts(world& where, duration interval = 1s)
{
    for (std::size_t i = 0; i < 4; ++i) {
        where.boot(where.add(settings_of(100 - 10 * static_cast<int>(i), interval), address(i)));
    }
    where.run_for(5 * interval);
    ASSERT_EQ(where.active(), std::vector{where.hosts()[0].get()});
}

} // namespace xvrrp::sim
