// SPDX-License-Identifier: BSD-2-Clause
//
// The classic start in the background: the command returns when the daemon works, or with the daemon's error. Called by
// main, before any thread exists.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::daemon {

/// Puts /dev/null in the place of standard descriptors that are closed, so that no socket gets the number 2 and has
/// messages written to it. The first thing that main does.
void open_standard_descriptors();

/// In the parent: the child has reported. Print `message`, if there is one, and end with `status`, by _exit or by
/// returning from main, without touching what the child uses (pid files: see pid_file).
struct parent_result {
    int status = 0;
    std::string message;
};

/// In the child, which is a session of its own and works in /; standard error is still the caller's.
class background_child {
public:
    explicit background_child(descriptor report) : report_(std::move(report)) {}
    /// The daemon runs: lets the parent end with 0 and puts /dev/null in the place of the standard descriptors.
    result<void> ready();
    /// In a process that isn't the one to report: the standard descriptors alone.
    result<void> detach();
    /// The start failed: the parent prints the message and ends with `status` (1 to 255). The child then ends too.
    void failed(int status, std::string_view message);

private:
    descriptor report_;
};

/// Forks; returns in both. A child that dies without a report gives its parent a message that says how, and status 1.
[[nodiscard]] result<std::variant<parent_result, background_child>> start_in_background();

} // namespace xvrrp::daemon
