// SPDX-License-Identifier: BSD-2-Clause
//
// Does what the state machine asks for, in its order: the way of a takeover from decision to GARP. Nothing in it
// blocks, forks or logs synchronously. On the loop's thread.
#pragma once

#include <functional>
#include <vector>

#include "core/action.hpp"
#include "runtime/instance.hpp"
#include "runtime/services.hpp"

namespace xvrrp::runtime {

/// Addresses that another router of ours holds, never to be removed on behalf of this one; asked only when some are.
using kept_addresses = std::function<plan::own_addresses()>;

void execute(instance& router, const std::vector<core::action>& actions, time_point now, services& with,
             const kept_addresses& kept);

} // namespace xvrrp::runtime
