// SPDX-License-Identifier: BSD-2-Clause
//
// What the daemon and its spawner say to each other over a SOCK_SEQPACKET socket, a message in each packet. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::track {

/// One run of a command. The daemon gives the numbers; none is used twice.
struct run_id {
    std::uint64_t value = 0;
    friend auto operator<=>(run_id, run_id) = default;
};

/// How a run ended.
struct run_result {
    enum class kind : std::uint8_t {
        exited,
        signalled,
        timed_out, ///< and it is being ended
        not_run,   ///< it couldn't be started
    };
    kind how = kind::exited;
    int value = 0; ///< exit status, number of the signal, errno
    friend bool operator==(const run_result&, const run_result&) = default;
};

/// Wakes the supervisor where no spawner runs; means nothing to a spawner.
struct knock {
    friend bool operator==(const knock&, const knock&) = default;
};
/// The answer to `hello`: what comes before it was meant for a spawner that is dead.
struct begin {
    friend bool operator==(const begin&, const begin&) = default;
};
struct run_request {
    run_id id;
    std::vector<std::string> command; ///< as in vrrp_script
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    duration timeout{}; ///< after it the run is ended, by force if need be; 0: never
    friend bool operator==(const run_request&, const run_request&) = default;
};
/// End it. Its `ended` follows.
struct stop_request {
    run_id id;
    friend bool operator==(const stop_request&, const stop_request&) = default;
};
using request = std::variant<knock, begin, run_request, stop_request>;

/// The first thing that a spawner says. It knows of no run.
struct hello {
    friend bool operator==(const hello&, const hello&) = default;
};
/// The process that was started is gone, or there was none.
struct ended {
    run_id id;
    run_result result;
    friend bool operator==(const ended&, const ended&) = default;
};
/// It is being ended now; `ended` follows, which may take long (a process can be stuck in the kernel).
struct timed_out {
    run_id id;
    friend bool operator==(const timed_out&, const timed_out&) = default;
};
using report = std::variant<hello, ended, timed_out>;

/// The longest message; a command of the longest line of a configuration is far shorter.
inline constexpr std::size_t longest_message = 65536;

[[nodiscard]] std::vector<std::byte> encode(const request& what);
[[nodiscard]] std::vector<std::byte> encode(const report& what);
/// None: it isn't a message.
[[nodiscard]] std::optional<request> decode_request(std::span<const std::byte> bytes);
[[nodiscard]] std::optional<report> decode_report(std::span<const std::byte> bytes);

} // namespace xvrrp::track
