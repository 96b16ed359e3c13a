// SPDX-License-Identifier: BSD-2-Clause
//
// The spawner: a process beside the daemon that runs commands for it, so that neither fork nor anything that a script
// does ever holds up the loop. Forked by the supervisor, from a process without threads; it has one thread itself,
// plain scheduling and no locked memory.
#pragma once

#include "xvrrp/descriptor.hpp"

namespace xvrrp::track {

/// What the forked process does for the rest of its life: it closes every other descriptor, and ends when the daemon
/// has closed its end of the socket; what it runs then is told to end (SIGTERM).
[[noreturn]] void be_spawner(descriptor to_daemon);

} // namespace xvrrp::track
