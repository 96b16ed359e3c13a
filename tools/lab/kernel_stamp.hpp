// SPDX-License-Identifier: BSD-2-Clause
//
// When the kernel received a packet (SO_TIMESTAMPNS). It says so by the system's clock; the lab reckons by the steady
// one. Any thread.
#pragma once

#include <sys/socket.h>

#include <chrono>

#include "xvrrp/types.hpp"

namespace xvrrp::lab {

/// The stamp of a message that recvmsg gave; the time now if it carries none.
[[nodiscard]] std::chrono::system_clock::time_point receive_stamp(msghdr& message);

/// The same moment by the steady clock, as far as the system's clock hasn't been set since.
[[nodiscard]] time_point to_steady(std::chrono::system_clock::time_point stamp);

} // namespace xvrrp::lab
