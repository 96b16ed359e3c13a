// SPDX-License-Identifier: BSD-2-Clause
//
// VRRP advertisements as frames, right or wrong in any field: what a flood or an injected duel is made of. Deliberately
// independent of xvrrp's own encoder. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "xvrrp/types.hpp"

namespace xvrrp::lab {

/// A frame, Ethernet header first.
using frame = std::vector<std::uint8_t>;

/// What the advertisement says. As it stands here it is a valid multicast one of version 2 with authentication PASS if
/// `password` is set; the family follows from `source`.
struct advert_recipe {
    mac_address source_mac{};
    std::string source = "10.0.0.1";
    std::string destination{};                    ///< empty: the multicast group of the family (224.0.0.18, ff02::12)
    std::optional<mac_address> destination_mac{}; ///< unset: the group's; needed for unicast
    std::uint8_t ttl = 255;
    unsigned version = 2;
    unsigned vrid = 51;
    unsigned priority = 100;
    std::chrono::milliseconds interval{1000};
    std::vector<std::string> addresses{};
    std::optional<std::string> password{};   ///< version 2
    bool wrong_checksum = false;             ///< of VRRP; the IPv4 header's is always right
    bool checksum_with_pseudo_header = true; ///< version 3 over IPv4: both forms are met (RFC 9568 5.2.8)
};

/// Fails if an address can't be read.
result<frame> forge_advert(const advert_recipe& recipe);

/// RFC 1071, over an even or odd number of bytes: what goes into a header whose checksum field is zero in `summed`.
std::uint16_t internet_checksum(const std::vector<std::uint8_t>& summed);

} // namespace xvrrp::lab
