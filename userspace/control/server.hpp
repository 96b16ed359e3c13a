// SPDX-License-Identifier: BSD-2-Clause
//
// The unix socket that xvrrpctl talks to. Runs on a thread of its own: nothing that a client does, or fails to do,
// holds up the state machines. What it needs of them it asks of the loop through `requests`.
//
// Protocol: one line of JSON each way, then the server closes: {"command":"status"} → {"ok":true,"status":{…}},
// {"command":"failovers"} → {"ok":true,"failovers":[…]}, {"command":"sessions"} → {"ok":true,"sessions":[…]},
// {"command":"reload"} → {"ok":true} or {"ok":false,"error":"…"}.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "control/snapshot.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::control {

/// Called on the server's thread; each blocks until the loop has answered, and fails after a few seconds without one.
struct requests {
    std::function<result<daemon_status>()> status;
    std::function<result<void>()> reload;
    std::function<result<std::vector<failover_report>>()> failovers; ///< oldest first
    std::function<result<std::vector<session_status>>()> sessions;
};

/// What a client may cost; each has its own account, so that one that is slow or dead holds up nobody else.
struct server_limits {
    std::size_t connections = 32;              ///< one more: the oldest that hasn't asked anything yet is closed
    std::size_t request_bytes = 4096;          ///< a longer request is refused
    std::chrono::milliseconds request{3000};   ///< from the connection to the end of its request
    std::chrono::milliseconds response{10000}; ///< from the answer to its last byte being taken
};

class server {
public:
    /// Binds PATH with mode 0600 (root alone), makes its directory if that is missing; takes the place of a stale
    /// socket, refuses one that somebody serves and a file that is no socket.
    static result<server> open(const std::filesystem::path& path, requests callbacks, const server_limits& limits = {});
    server(server&&) noexcept;
    server& operator=(server&&) noexcept;
    ~server(); ///< stops the thread and removes the socket

private:
    struct state;
    explicit server(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::control
