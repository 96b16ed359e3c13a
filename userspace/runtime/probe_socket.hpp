// SPDX-License-Identifier: BSD-2-Clause
//
// Sends S-BFD probes as frames through one packet socket (packet(7)) that receives nothing. Past the queueing
// discipline: a probe isn't to wait behind what the host sends in bulk, and the driver's refusal is seen, so that what
// never left, because our own carrier is gone, isn't taken for unanswered. The price: a capture on this host doesn't
// show them. Belongs to the prober's thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

class probe_socket {
public:
    /// Frames in one system call.
    static constexpr std::size_t most_at_once = 32;

    static result<probe_socket> open();
    probe_socket(probe_socket&&) noexcept;
    probe_socket& operator=(probe_socket&&) noexcept;
    ~probe_socket();

    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] bool is_full() const { return waiting() == most_at_once; }
    /// Copies an Ethernet frame of at most 128 bytes for the next `send`.
    void add(interface_index interface, std::span<const std::uint8_t> frame);
    /// Sends what waits; bit N: frame N of them has left. Then nothing waits any more.
    std::uint32_t send();

private:
    struct batch;
    explicit probe_socket(descriptor socket);

    descriptor socket_;
    std::unique_ptr<batch> batch_;
};

} // namespace xvrrp::runtime
