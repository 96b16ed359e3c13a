// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's proc connector (linux/cn_proc.h): which processes begin, become something else and end. Belongs to the
// watching thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::track {

struct process_event {
    enum class kind : std::uint8_t { forked, executed, renamed, exited };
    kind what = kind::forked;
    pid_t pid = 0;    ///< of the process, not of a thread
    pid_t parent = 0; ///< if it was forked
    std::string name; ///< if it was renamed
};

class process_events {
public:
    /// The connector is in the first network namespace alone, and speaks of the first pid namespace to those in it; it
    /// demands CAP_NET_ADMIN there. An error says which of these is missing, as far as the kernel does.
    static result<process_events> open();

    [[nodiscard]] int fd() const { return socket_.get(); }

    struct batch {
        std::vector<process_event> events;
        bool lost = false; ///< there were more than the socket had room for
    };
    /// What has come; doesn't wait.
    [[nodiscard]] batch read() const;

private:
    explicit process_events(descriptor socket) : socket_(std::move(socket)) {}

    descriptor socket_;
};

} // namespace xvrrp::track
