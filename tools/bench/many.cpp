// SPDX-License-Identifier: BSD-2-Clause
#include "bench/many.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "lab/eventually.hpp"

namespace xvrrp::bench {

using namespace std::chrono_literals;

std::string router_name(unsigned number)
{
    return fmt::format("VI_{}", number);
}

std::string address_of(unsigned number)
{
    return fmt::format("10.0.1.{}", number);
}

void wait_for_all(const contender& which, unsigned count, const std::string& state)
{
    const bool reached = lab::eventually(
        60s,
        [&] {
            for (unsigned i = 1; i <= count; ++i) {
                if (which.state(router_name(i)) != state || which.transitions(router_name(i)) == 0) {
                    return false;
                }
            }
            return true;
        },
        100ms);
    if (!reached) {
        throw std::runtime_error(fmt::format("the routers of {} don't all become {}", name_of(which.kind()), state));
    }
}

} // namespace xvrrp::bench
