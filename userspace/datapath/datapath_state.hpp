// SPDX-License-Identifier: BSD-2-Clause
//
// What the facade owns, for the two files that implement it: datapath.cpp and fast_detection.cpp.
#pragma once

#include "datapath/bpf_half.hpp"
#include "datapath/control_memory.hpp"
#include "datapath/datapath.hpp"
#include "datapath/interfaces.hpp"
#include "datapath/pins.hpp"
#include "datapath/reflector_table.hpp"
#include "datapath/slot_table.hpp"
#include "datapath/software_path.hpp"
#include "datapath/vip_table.hpp"

namespace xvrrp::datapath {

struct datapath::state {
    std::optional<pin_directory> pins;
    std::optional<bpf_objects> objects;
    std::optional<event_source> events;
    std::optional<std::string> refusal;
    std::optional<std::string> death_refusal;
    software_path software;
    slot_table slots;
    vip_table vips;
    control_memory control;
    reflector_table reflectors;
    maps::array_memory<xvrrp_session> probes;
    maps::array_memory<xvrrp_session_record> replies;
    interface_table interfaces;
    std::size_t first_source = 0; ///< where the next round over the sources starts

    /// `bpf`: nothing where there is none; `why_not` says why, unless it wasn't wanted.
    state(std::optional<pin_directory> directory, std::optional<bpf_half> bpf, std::optional<std::string> why_not);

    [[nodiscard]] bool heard_by_xdp(interface_index interface) const;
    [[nodiscard]] router_record read_kernel(slot_index slot) const;
    drained drain_ring(const event_source::sink& to, std::size_t limit);
};

} // namespace xvrrp::datapath
