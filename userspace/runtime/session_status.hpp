// SPDX-License-Identifier: BSD-2-Clause
//
// What the prober reports of a session, for `xvrrpctl sessions`. Pure.
#pragma once

#include <string>
#include <string_view>

#include "control/snapshot.hpp"
#include "core/detector.hpp"
#include "runtime/prober.hpp"

namespace xvrrp::runtime {

/// "asking", "up", "lost", "admin_down": part of the JSON interface, a name never changes its meaning.
[[nodiscard]] std::string_view session_state_name(core::session_state state);

/// `interface`: the name of the session's.
[[nodiscard]] control::session_status to_status(const session_report& session, std::string interface);

} // namespace xvrrp::runtime
