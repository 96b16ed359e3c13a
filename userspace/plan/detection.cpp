// SPDX-License-Identifier: BSD-2-Clause
#include "plan/detection.hpp"

#include "core/timers.hpp"

namespace xvrrp::plan {

duration hang_limit_of(const vrrp_instance& instance)
{
    return instance.fast_detect.hang_limit.value_or(core::active_down_interval(
        instance.version, instance.priority, instance.advert_interval, instance.down_timer_adverts));
}

} // namespace xvrrp::plan
