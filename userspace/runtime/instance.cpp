// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/instance.hpp"

namespace xvrrp::runtime {

namespace {

constexpr std::chrono::seconds repeat_after{5};

} // namespace

bool repeat_gate::open(std::size_t kind, time_point now)
{
    std::optional<time_point>& last = said_.at(kind);
    if (last && now - *last < repeat_after) {
        return false;
    }
    last = now;
    return true;
}

instance::instance(vrrp_instance configured, plan::router_plan first_plan)
    : config(std::move(configured)), planned(std::move(first_plan)),
      router(plan::router_settings_of(config), planned.source.value_or(ip_address{}))
{
}

} // namespace xvrrp::runtime
