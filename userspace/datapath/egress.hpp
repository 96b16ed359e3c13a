// SPDX-License-Identifier: BSD-2-Clause
//
// The tc program that counts what leaves for VIPs: a filter on an interface's clsact. Filters and qdiscs of others are
// left alone. Ours is known by its program's name; its handle says whether we made the clsact, so that a later run
// knows too. Works in the network namespace of the calling thread; used by interfaces.cpp and cleanup.cpp.
#pragma once

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

/// Makes the clsact if there is none and adds our filter, replacing one of an earlier run.
result<void> attach_egress(int program, interface_index interface);

/// Removes our filter, and the clsact if we made it and nobody else has put a filter there. False if there was none of
/// ours.
bool detach_egress(interface_index interface);

} // namespace xvrrp::datapath
