// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_control: that the daemon is in control, as it tells XDP by stores. Owned by the datapath, called on its thread.
#pragma once

#include "datapath/maps.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

class control_memory {
public:
    /// One entry; of the process's own where there is no BPF, then nobody looks at it.
    explicit control_memory(maps::array_memory<xvrrp_control> memory) : memory_(std::move(memory)) {}

    /// Also says that the process lives: what death.bpf.c took for its death wasn't, or comes again after this.
    void renew(time_point now) noexcept;
    void announce_leaving() noexcept;

private:
    maps::array_memory<xvrrp_control> memory_;
};

} // namespace xvrrp::datapath
