// SPDX-License-Identifier: BSD-2-Clause
//
// What XDP does with a datagram of protocol 112, done in the process for interfaces that are heard through a packet
// socket: the same checks (validate.h), the same records, counters and buckets, the same event. Owned by the datapath,
// called on its thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <unordered_map>

#include "datapath/datapath.hpp"
#include "datapath/slot_table.hpp"

namespace xvrrp::datapath {

/// An IP datagram as a packet socket gives it.
struct received_packet {
    interface_index interface;
    address_family family = address_family::ipv4;
    std::span<const std::uint8_t> ip; ///< from the IP header on, with Ethernet's padding
    mac_address mac;                  ///< the sender's
    time_point stamp;
};

class software_path {
public:
    /// Checks and records; an event if the daemon is to hear of it.
    std::optional<xvrrp_event> receive(const received_packet& packet, const slot_table& slots);

    [[nodiscard]] router_record read(slot_index slot, const slot_table& slots) const;
    [[nodiscard]] std::vector<drop_counters> read_drops() const;
    void forget(interface_index interface);

private:
    /// As the BPF program does under the record's lock. False if the bucket is empty: recorded, but not told.
    bool record(const xvrrp_event& event, const xvrrp_heard& advert);
    void count(const received_packet& packet, const std::uint8_t (&source)[XVRRP_ADDRESS_BYTES],
               std::uint8_t vrid_value, xvrrp_drop_reason reason);

    std::unordered_map<std::uint32_t, xvrrp_router_record> records_;            ///< by slot
    std::map<std::pair<std::uint32_t, std::uint32_t>, xvrrp_drop_count> drops_; ///< by interface and reason
};

} // namespace xvrrp::datapath
