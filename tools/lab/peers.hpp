// SPDX-License-Identifier: BSD-2-Clause
//
// Other people's VRRP routers, each in a namespace with files of its own: keepalived, and FRR's vrrpd with the zebra
// that it needs. Any thread, one object from one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "lab/namespace.hpp"
#include "lab/process.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::lab {

/// keepalived with its VRRP part alone, in the foreground.
class keepalived {
public:
    static result<keepalived> start(const net_namespace& place, const std::string& configuration);

    /// What the log said last of the instance: "MASTER", "BACKUP", "FAULT"; empty: nothing yet.
    [[nodiscard]] std::string state(const std::string& instance) const;
    /// How often the log said that the instance entered a state.
    [[nodiscard]] unsigned transitions(const std::string& instance) const;
    [[nodiscard]] std::string log() const { return daemon_.output(); }
    [[nodiscard]] process& daemon() { return daemon_; }

    /// Writes the file anew; SIGHUP makes it read that.
    [[nodiscard]] result<void> write_configuration(const std::string& configuration) const;

    /// SIGTERM (priority 0 is sent, addresses are removed), and waits for its end.
    result<void> stop();
    /// SIGKILL to parent and child.
    void kill() { daemon_.kill(); }

private:
    keepalived(scratch_directory files, process daemon) : files_(std::move(files)), daemon_(std::move(daemon)) {}

    scratch_directory files_;
    process daemon_;
};

/// One virtual router for FRR, version 3. Of a family without addresses it runs none.
struct frr_router {
    unsigned vrid = 1;
    unsigned priority = 100;
    std::chrono::milliseconds interval{1000};
    std::vector<std::string> ipv4{}; ///< without a prefix length
    std::vector<std::string> ipv6{}; ///< the first has to be link-local (RFC 9568 5.2.9)
};

/// FRR's vrrpd. It wants a macvlan with the virtual router's MAC and addresses for each family: start() makes them.
class frr {
public:
    static result<frr> start(const net_namespace& place, const frr_router& router);

    /// What the log said last of the family's virtual router: "Master", "Backup", "Initialize"; empty: nothing yet.
    [[nodiscard]] std::string state(address_family family) const;
    [[nodiscard]] std::string log() const { return vrrpd_.output(); }
    [[nodiscard]] process& daemon() { return vrrpd_; }

    /// SIGTERM, which makes vrrpd send priority 0, and waits for its end.
    result<void> stop();
    void kill();

private:
    frr(scratch_directory files, process zebra, process vrrpd)
        : files_(std::move(files)), zebra_(std::move(zebra)), vrrpd_(std::move(vrrpd))
    {
    }

    scratch_directory files_;
    process zebra_;
    process vrrpd_;
};

} // namespace xvrrp::lab
