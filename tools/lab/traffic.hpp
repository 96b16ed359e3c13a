// SPDX-License-Identifier: BSD-2-Clause
//
// Captured frames, what they say, and what can be told from their times. Deliberately independent of xvrrp's own
// decoder. Pure but for the pcap file and tshark.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lab/forge.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::lab {

struct captured_frame {
    time_point time;                            ///< the kernel's stamp, as a time of the steady clock
    std::chrono::system_clock::time_point when; ///< the same, as the kernel gave it
    std::string host;                           ///< role of the host that sent it
    frame bytes;
};

struct advert {
    time_point time;
    std::string host;
    mac_address mac;
    std::string source;      ///< IP address
    std::string destination; ///< IP address
    unsigned ttl = 0;
    unsigned version = 0;
    unsigned vrid = 0;
    unsigned priority = 0;
    std::chrono::milliseconds interval{0};
    std::vector<std::string> addresses;
    std::string password; ///< version 2 with authentication PASS
};

struct address_claim {
    enum class kind { arp_request, arp_reply, neighbour_advertisement };
    time_point time;
    std::string host;
    kind what;
    std::string address;
    mac_address mac;
    bool unsolicited = false; ///< gratuitous ARP; NA to all nodes
};

/// Nothing unless the frame is a VRRP advertisement of version 2 or 3 that is long enough for what it says.
std::optional<advert> decode_advert(const captured_frame& captured);
std::optional<address_claim> decode_claim(const captured_frame& captured);

/// Two successive adverts of a host, or one and the end of the time that is looked at.
struct silence {
    time_point from;
    time_point to;
    [[nodiscard]] duration length() const { return to - from; }
};

/// Where the host said nothing of the VRID for `least` or longer: its true silences, which a stall of the machine makes
/// too. Until `until`, or until its last advert.
std::vector<silence> silences(const std::vector<advert>& adverts, const std::string& host, unsigned vrid,
                              duration least, std::optional<time_point> until = std::nullopt);

/// pcap with nanoseconds, Ethernet.
result<void> write_pcap(const std::filesystem::path& file, const std::vector<captured_frame>& frames);

/// What tshark finds wrong with the frames of a pcap file that `display_filter` selects ("vrrp and eth.src == …"):
/// malformed or not understood to their end, a bad checksum (of IPv4, VRRP, ICMPv6, IGMP, UDP), any expert remark of
/// level warning or error, but for the one that two hosts claim one address. One entry for each such frame; empty:
/// none. Fails if the filter selects no frame at all, or without tshark.
result<std::vector<std::string>> tshark_complaints(const std::filesystem::path& pcap,
                                                   const std::string& display_filter);

} // namespace xvrrp::lab
