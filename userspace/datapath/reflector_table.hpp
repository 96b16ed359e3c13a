// SPDX-License-Identifier: BSD-2-Clause
//
// sbfd_reflectors: the addresses at which XDP answers S-BFD probes, and in vrrp_peers who may send them. The one writer
// of the keys. Owned by the datapath, called on its thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "datapath/datapath.hpp"
#include "datapath/skeleton.hpp"

namespace xvrrp::datapath {

class reflector_table {
public:
    /// `kernel`: nothing where there is no BPF; then XDP answers nobody.
    explicit reflector_table(std::optional<map_descriptors> kernel) : kernel_(kernel) {}

    /// These and no others; what didn't change isn't touched. Of two with one address the first counts. Gives the first
    /// error and carries on with the rest; what failed is tried again by the next call.
    result<void> set(const std::vector<reflector>& wanted);

private:
    using key = std::pair<interface_index, ip_address>;
    struct entry {
        reflector settings;
        std::uint32_t number = 0; ///< under which vrrp_peers has its peers; 0: it has none
        std::set<ip_address> peers;
    };

    result<void> publish(const reflector& wanted);
    result<void> publish_peers(entry& owner, const std::set<ip_address>& peers);
    void retire_peers(entry& owner, const std::set<ip_address>& kept);
    void remove(const key& which);
    [[nodiscard]] std::uint32_t free_number() const;

    std::optional<map_descriptors> kernel_;
    std::map<key, entry> entries_;
};

} // namespace xvrrp::datapath
