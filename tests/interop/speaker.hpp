// SPDX-License-Identifier: BSD-2-Clause
//
// A VRRP router on a host, whoever wrote it: xvrrpd, keepalived and FRR behind one face, so that each test can put any
// of them on either side.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "lab/segment.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::test {

enum class peer_kind { keepalived, frr };

/// What both sides speak; one virtual router of VRID 51.
struct dialect {
    const char* name = "";
    peer_kind peer = peer_kind::keepalived;
    vrrp_version version = vrrp_version::v2;
    address_family family = address_family::ipv4;
    bool unicast = false;
    const char* password = "";

    [[nodiscard]] std::chrono::milliseconds interval() const;
    [[nodiscard]] std::vector<std::string> addresses() const;
};

inline constexpr unsigned dialect_vrid = 51;

/// How one of the two routers is configured.
struct speaker_settings {
    unsigned priority = 100;
    std::string own_address;  ///< that its adverts come from, in the family of the dialect
    std::string peer_address; ///< the other router's
    bool nopreempt = false;   ///< FRR's always preempts
};

class speaker {
public:
    speaker() = default;
    speaker(const speaker&) = delete;
    speaker& operator=(const speaker&) = delete;
    virtual ~speaker() = default;

    [[nodiscard]] virtual bool is_active() const = 0;
    [[nodiscard]] virtual bool is_backup() const = 0;
    /// Gracefully; whoever is Active says so with priority 0. Afterwards start_again().
    virtual void stop() = 0;
    virtual void start_again() = 0;
    [[nodiscard]] virtual std::string log() const = 0;
};

/// One whose daemon is watched by another process.
class supervised_speaker : public speaker {
public:
    virtual void kill_daemon() = 0; ///< SIGKILL to the daemon alone
};

std::unique_ptr<supervised_speaker> start_xvrrpd(const lab::host& place, const dialect& spoken,
                                                 const speaker_settings& settings);
std::unique_ptr<speaker> start_peer(const lab::host& place, const dialect& spoken, const speaker_settings& settings);

} // namespace xvrrp::test
