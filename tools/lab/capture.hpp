// SPDX-License-Identifier: BSD-2-Clause
//
// What the hosts of a segment say, as the switch hears it: each frame once, at the port where it comes in, stamped by
// the kernel. Of what they say VRRP, ARP, ICMP, ICMPv6, IGMP and S-BFD are kept. A host that is cut off is still heard.
// The frames are read by a thread of the capture's own.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/segment.hpp"
#include "lab/traffic.hpp"

namespace xvrrp::lab {

struct capture_options {
    /// Roles of the hosts to listen to; empty: all that the segment has. Leave out the one that floods.
    std::vector<std::string> hosts{};
    /// False: VRRP, ARP and Neighbor Discovery alone, chosen in the kernel: thousands of pings in a second cost the
    /// capture nothing.
    bool echo = true;
};

class capture {
public:
    static result<capture> start(segment& lan, const capture_options& options = {});
    capture(capture&&) noexcept;
    capture& operator=(capture&&) noexcept;
    ~capture(); ///< stop()

    /// Reads what has arrived until now, and ends. Everything below may be called before and after.
    void stop();

    [[nodiscard]] std::vector<captured_frame> frames() const;
    [[nodiscard]] std::vector<advert> adverts() const;
    /// ARP and Neighbor Advertisements that claim an address for their sender, asked for or not.
    [[nodiscard]] std::vector<address_claim> claims() const;
    /// Frames that the kernel had no room to keep; a capture that lost some proves nothing.
    [[nodiscard]] std::uint64_t lost() const;

    /// Waits for an advert that `wanted` is true of, among those already captured too.
    [[nodiscard]] std::optional<advert> wait_for_advert(const std::function<bool(const advert&)>& wanted,
                                                        std::chrono::steady_clock::duration timeout) const;
    /// For tcpdump and tshark.
    result<void> write_pcap(const std::filesystem::path& file) const;

private:
    struct state;
    explicit capture(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::lab
