// SPDX-License-Identifier: BSD-2-Clause
//
// What is compared: a daemon with its settings, and a failure. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::failover {

enum class daemon_kind { xvrrp, keepalived, frr };

enum class failure_kind {
    cut,       ///< the switch forwards nothing from and to the host; its link stays up
    kill,      ///< SIGKILL to the process that runs VRRP
    kill_all,  ///< and to the one that supervises it
    term,      ///< SIGTERM
    hang,      ///< SIGSTOP to the process that runs VRRP, later SIGCONT
    link_down, ///< the cable is pulled
    priority,  ///< lowered below the others' in the file, then SIGHUP
};

[[nodiscard]] std::string_view name_of(daemon_kind daemon);
[[nodiscard]] std::string_view name_of(failure_kind failure);
result<daemon_kind> parse_daemon(std::string_view name);
result<failure_kind> parse_failure(std::string_view name);

/// xvrrp's fast_detect line.
struct detection {
    duration interval = std::chrono::milliseconds(1);
    unsigned multiplier = 3;
    std::optional<duration> hang_limit;
};

/// A contender.
struct setting {
    daemon_kind daemon = daemon_kind::xvrrp;
    duration advert = std::chrono::seconds(1);
    std::optional<detection> detect;  ///< xvrrp: none leaves it to the default of the daemon
    bool probing = true;              ///< xvrrp: false switches detection by probes off
    std::string xdp_mode = "generic"; ///< xvrrp: "native", "generic", "socket"
    unsigned routers = 3;             ///< 1 to max_routers, of priorities 200, 150, …
};

inline constexpr unsigned max_routers = 4;

/// "xvrrp, adverts 1s, probes 1ms × 3", with ", alone" or ", 4 routers" where there aren't three.
[[nodiscard]] std::string label(const setting& contender);
/// Of the first, second, … router.
[[nodiscard]] unsigned priority_of(unsigned index);
/// What no daemon can do, before anything runs: adverts below 10 ms, a fraction of 10 ms; FRR and a lowered priority.
result<void> check(const setting& contender, failure_kind failure);

/// Active_Down_Interval of the slowest Backup at most (RFC 9568 6.1: three adverts and a skew of less than one).
[[nodiscard]] duration longest_silence(const setting& contender);

} // namespace xvrrp::failover
