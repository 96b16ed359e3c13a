// SPDX-License-Identifier: BSD-2-Clause
//
// One client of the control server: its bytes so far, what is still to be sent, and when it must be through. Never
// blocks. Used by the server's thread alone.
#pragma once

#include <chrono>
#include <string>

#include "control/server.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::control {

class connection {
public:
    /// `socket` is non-blocking.
    connection(descriptor socket, const server_limits& limits, time_point now)
        : socket_(std::move(socket)), limits_(&limits), deadline_(now + limits.request)
    {
    }

    [[nodiscard]] int fd() const { return socket_.get(); }
    /// POLLIN or POLLOUT
    [[nodiscard]] short awaited() const;
    /// Nothing is being answered yet.
    [[nodiscard]] bool is_asking() const { return phase_ == phase::asking; }
    [[nodiscard]] bool is_over() const { return phase_ == phase::over; }
    [[nodiscard]] time_point deadline() const { return deadline_; }

    /// Reads or writes what can be without waiting. A whole request is answered at once, which blocks as long as the
    /// callback does.
    void proceed(const requests& callbacks);

private:
    enum class phase { asking, answering, over };

    void read();
    void answer(std::string line);
    void write();

    descriptor socket_;
    const server_limits* limits_;
    time_point deadline_;
    phase phase_ = phase::asking;
    std::string request_;
    std::string response_;
    std::size_t sent_ = 0;
};

/// The answer to one line, with its end: never fails, never throws.
[[nodiscard]] std::string answer_to(const std::string& request, const requests& callbacks);

} // namespace xvrrp::control
