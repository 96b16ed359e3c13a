// SPDX-License-Identifier: BSD-2-Clause
//
// What the daemon leaves for its supervisor in case it dies: the routers whose VIPs are in place, with all that it
// takes to resign for them and to hear their successors, and the configuration that runs. Made by the supervisor before
// the fork; written on the daemon's loop thread; read by the supervisor.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datapath/datapath.hpp"
#include "net/types.hpp"
#include "runtime/double_buffer.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

/// An advert of priority 0, ready to be sent.
struct farewell {
    ip_address destination;
    std::vector<std::uint8_t> message; ///< VRRP, with its checksum
    friend bool operator==(const farewell&, const farewell&) = default;
};

struct published_router {
    std::string name;
    /// Active. Otherwise priority 0 was sent already, or the VIPs are an earlier run's: there is nothing to resign.
    bool active = false;
    datapath::slot_settings place;  ///< where it sends and hears, and which adverts are valid
    std::uint8_t unicast_ttl = 255; ///< of farewells to peers
    std::vector<farewell> farewells;
    /// As far as removing them asks: interface, address, prefix length, peer.
    std::vector<net::address_request> addresses;
    duration successor_within{}; ///< after priority 0: nobody comes later than this
    friend bool operator==(const published_router&, const published_router&) = default;
};

class publication {
public:
    static result<publication> create();

    /// All routers whose VIPs are in place now. After an error, what was published last stays.
    result<void> publish(std::span<const published_router> routers);
    /// The configuration that runs, as config::print writes it.
    result<void> publish_configuration(std::string_view text);

    /// Empty if nothing was published.
    [[nodiscard]] std::vector<published_router> routers() const;
    [[nodiscard]] std::optional<std::string> configuration() const;

private:
    publication(double_buffer routers, double_buffer configuration);

    double_buffer routers_;
    double_buffer configuration_;
};

/// The form in which routers are published: for one version of the program, on one machine. Pure.
[[nodiscard]] std::vector<std::uint8_t> encode(std::span<const published_router> routers);
/// Nothing if the bytes aren't of this form.
[[nodiscard]] std::optional<std::vector<published_router>> decode(std::span<const std::uint8_t> bytes);

} // namespace xvrrp::runtime
