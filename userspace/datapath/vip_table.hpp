// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_vips: which addresses are counted (and fenced), and whose they are. Its one writer of keys. Owned by the
// datapath, called on its thread.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "datapath/datapath.hpp"
#include "datapath/maps.hpp"
#include "datapath/skeleton.hpp"
#include "datapath/slot_table.hpp"

namespace xvrrp::datapath {

class vip_table {
public:
    /// `kernel` and `bits`: nothing and memory of the process's own where there is no BPF; then the counters stay zero.
    vip_table(maps::vip_bits_memory bits, std::optional<map_descriptors> kernel);

    /// An address that is there already is handed to the slot with its counts.
    result<void> add(const vip& which, slot_index slot);
    void remove(const vip& which);
    [[nodiscard]] std::vector<vip_counters> read(const slot_table& slots) const;

private:
    void set_bit(const vip& which);
    void release_bit(const vip& which);

    maps::vip_bits_memory bits_;
    std::unordered_map<std::uint32_t, std::size_t> sharing_; ///< how many VIPs share a bit
    std::optional<map_descriptors> kernel_;
    std::map<vip, slot_index> vips_;
};

} // namespace xvrrp::datapath
