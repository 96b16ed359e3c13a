// SPDX-License-Identifier: BSD-2-Clause
//
// What the data path has where BPF can be had: the loaded objects, the maps as memory, the consumer of events. Opened
// by datapath.cpp, taken apart by its state.
#pragma once

#include <optional>
#include <string>

#include "datapath/event_source.hpp"
#include "datapath/maps.hpp"
#include "datapath/pins.hpp"
#include "datapath/skeleton.hpp"

namespace xvrrp::datapath {

struct bpf_half {
    bpf_objects objects;
    event_source events;
    maps::config_memory config;
    maps::vip_bits_memory vip_bits;
    maps::array_memory<xvrrp_control> control;
    maps::array_memory<xvrrp_session> probes;
    maps::array_memory<xvrrp_session_record> replies;
    std::optional<std::string> death_refusal;

    /// Loads, maps and pins; the error says what was refused. The programs of death.bpf.c may be missing.
    static result<bpf_half> open(const pin_directory& pins);
};

} // namespace xvrrp::datapath
