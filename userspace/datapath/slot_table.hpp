// SPDX-License-Identifier: BSD-2-Clause
//
// Which virtual router has which slot, and everything that XDP and the software path must know about it: vrrp_config
// (as memory), vrrp_slots, vrrp_secrets and vrrp_peers. The one writer of these. Owned by the datapath, called on its
// thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "datapath/datapath.hpp"
#include "datapath/maps.hpp"
#include "datapath/skeleton.hpp"

namespace xvrrp::datapath {

class slot_table {
public:
    /// `kernel`: the BPF maps to keep in step; nothing where there is no BPF.
    slot_table(maps::config_memory memory, std::optional<map_descriptors> kernel);

    /// Errors: the router is there already, no slot is free, a map is full.
    result<slot_index> add(const slot_settings& settings);
    /// The slot's identity (interface, family, VRID) can't change. The generation stays.
    result<void> change(slot_index slot, const slot_settings& settings);
    void remove(slot_index slot);
    /// Single aligned stores, each of which leaves a state that XDP may act upon.
    void store(slot_index slot, const slot_state& state) noexcept;
    /// Of XDP's own making; the one that store() sets is another.
    void lift_fence(slot_index slot) noexcept;

    [[nodiscard]] std::optional<slot_index> find(interface_index interface, address_family family, vrid id) const;
    /// nullptr if the slot is free or there is none of that number.
    [[nodiscard]] const slot_settings* settings(slot_index slot) const;
    [[nodiscard]] const xvrrp_slot_config& config(slot_index slot) const { return memory_.values()[slot.value]; }
    /// 0: the slot is free.
    [[nodiscard]] std::uint32_t generation(slot_index slot) const;
    [[nodiscard]] xvrrp_secret secret(slot_index slot) const;
    /// What vrrp_peers has for it; none: it is no peer.
    [[nodiscard]] std::optional<xvrrp_peer> peer(slot_index slot, const ip_address& source) const;

private:
    struct entry {
        slot_settings settings;
        peer_hop_limits peers;
        std::uint32_t state_flags = 0; ///< XVRRP_SLOT_QUIET, XVRRP_SLOT_FENCED, XVRRP_SLOT_HOLDS
    };
    using key = std::tuple<std::uint32_t, address_family, std::uint8_t>;

    static key key_of(const slot_settings& settings);
    [[nodiscard]] entry* entry_of(slot_index slot) noexcept;
    [[nodiscard]] std::optional<slot_index> free_slot() const;
    result<void> publish_peers(slot_index slot, entry& owner, const slot_settings& settings);
    void retire_peers(slot_index slot, entry& owner, const slot_settings& settings);
    result<void> publish_secret(slot_index slot, const slot_settings& settings);
    result<void> publish_key(slot_index slot, const slot_settings& settings);

    maps::config_memory memory_;
    std::optional<map_descriptors> kernel_;
    std::map<std::uint32_t, entry> entries_; ///< by slot
    std::map<key, slot_index> by_key_;
    std::uint32_t last_generation_ = 0;
    std::uint32_t last_activation_ = 0; ///< of all slots: a VIP that changes hands mustn't meet its number again
};

} // namespace xvrrp::datapath
