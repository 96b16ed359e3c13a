// SPDX-License-Identifier: BSD-2-Clause
//
// Which tc filters an interface's clsact has, asked by rtnetlink: libbpf can only ask for one that is known already.
// Works in the network namespace of the calling thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

struct tc_filter {
    std::uint32_t handle = 0; ///< 0 stands for a classifier as such, as the kernel lists it beside its filters
    std::uint16_t priority = 0;
    std::string program; ///< TCA_BPF_NAME, empty if it isn't a BPF filter
};

enum class tc_hook : std::uint8_t { ingress, egress };

/// Empty as well where there is no clsact.
result<std::vector<tc_filter>> list_tc_filters(interface_index interface, tc_hook hook);

} // namespace xvrrp::datapath
