// SPDX-License-Identifier: BSD-2-Clause
//
// A named pipe that lines are written to and never waited for: it is full when nobody reads, and a line that doesn't
// fit is lost. Belongs to the loop's thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "xvrrp/config.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::track {

class event_pipe {
public:
    /// Makes the pipe if there is none, for its owner alone (mode 0600, as keepalived's are). It is open for reading
    /// too: lines that nobody reads yet are kept, as far as the kernel has room for them. An error if something else is
    /// there.
    static result<event_pipe> open(const std::string& path, const script_account& owner);
    event_pipe(event_pipe&& other) noexcept;
    event_pipe& operator=(event_pipe&&) = delete;
    event_pipe(const event_pipe&) = delete;
    event_pipe& operator=(const event_pipe&) = delete;
    ~event_pipe(); ///< removes it if it was made here

    /// A line with its end, of at most PIPE_BUF bytes: all of it or nothing. False: there is no room.
    [[nodiscard]] bool write(std::string_view line) const;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    event_pipe(std::string path, bool made) : path_(std::move(path)), made_(made) {}

    std::string path_;
    descriptor pipe_;
    bool made_; ///< to be removed
};

} // namespace xvrrp::track
