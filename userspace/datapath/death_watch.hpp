// SPDX-License-Identifier: BSD-2-Clause
//
// The programs of death.bpf.c, which clear `alive` in vrrp_control when this process dies. Called by bpf_half.cpp.
#pragma once

#include "datapath/pins.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::datapath {

/// Enters the calling process and attaches the programs, pinned as "death_signal" and "death_exit", which is what keeps
/// them attached: the kernel closes a dying process's descriptors before all is over. Replaces those of an earlier run;
/// where it fails, none stay. `control_map`: vrrp_control.
result<void> watch_for_death(int control_map, const pin_directory& pins);

} // namespace xvrrp::datapath
