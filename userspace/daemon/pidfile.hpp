// SPDX-License-Identifier: BSD-2-Clause
//
// A pid file that is a lock: who holds the flock is running, whatever number stands in the file. So a file that a dead
// process left never blocks a start, and a number that was given to another process since never misleads. Used by main.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <filesystem>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

class pid_file {
public:
    /// Makes the file (mode 0644, and its directory if that is missing), locks it and writes the caller's PID. A file
    /// that is locked gives "xvrrpd is already running as PID N (FILE)".
    /// The lock is inherited by a child made with fork, and held until all of them have ended: call before going to the
    /// background and `rewrite` in the child.
    static result<pid_file> create(const std::filesystem::path& path);
    pid_file(pid_file&& other) noexcept = default;
    pid_file& operator=(pid_file&& other) noexcept;
    pid_file(const pid_file&) = delete;
    pid_file& operator=(const pid_file&) = delete;
    /// Removes the file if the caller is the process that wrote it last and the file at the path is still the one that
    /// was locked.
    ~pid_file();

    /// The caller's PID, or that of a child of its, takes the place of what is in the file.
    result<void> rewrite(pid_t pid = ::getpid());

private:
    pid_file(std::filesystem::path path, descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
    void remove_if_ours() noexcept;

    std::filesystem::path path_;
    descriptor file_;
    pid_t writer_ = 0; ///< the process that this object was last written in
    pid_t written_ = 0;
};

} // namespace xvrrp::daemon
