// SPDX-License-Identifier: BSD-2-Clause
//
// Child processes: a command that is waited for, and one that runs in the background and is gone when its object is.
// Each runs in a process group of its own, so that what it forked goes with it. Any thread, one object from one thread
// at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lab/file_descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::lab {

/// What a finished command left. `status` is as shells have it: the exit status, or 128 + the signal that killed it.
struct exec_result {
    int status = 0;
    std::string output; ///< standard output
    std::string errors; ///< standard error
    [[nodiscard]] bool ok() const { return status == 0; }
};

struct process_options {
    int net_namespace = -1;       ///< descriptor of the network namespace to run in; -1: ours
    bool separate_errors = false; ///< keep standard error apart from the output
};

class process {
public:
    /// Starts argv[0], looked up in PATH. Fails if it can't be run. Standard input is /dev/null.
    static result<process> start(const std::vector<std::string>& argv, const process_options& options = {});
    process(process&& other) noexcept;
    process& operator=(process&& other) noexcept;
    process(const process&) = delete;
    process& operator=(const process&) = delete;
    ~process(); ///< kill()

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// False once it has ended (it is reaped then).
    [[nodiscard]] bool running();
    /// Its exit status once it has ended, as in exec_result; nothing if it still runs after `timeout`.
    [[nodiscard]] std::optional<int> wait(std::chrono::steady_clock::duration timeout);

    result<void> signal(int number); ///< to the process alone
    /// To it and everything that it forked.
    result<void> signal_group(int number) const;
    result<void> freeze() const; ///< SIGSTOP to it and everything that it forked
    result<void> thaw() const;   ///< SIGCONT to the same
    /// SIGKILL to the same, and reaps; nothing happens if it is gone.
    void kill();

    /// All that it has written so far: both streams, or standard output alone with `separate_errors`.
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;
    /// The first line of the output that the ECMAScript pattern is found in; nothing if there is none within `timeout`.
    [[nodiscard]] std::optional<std::string> wait_for_output(const std::string& pattern,
                                                             std::chrono::steady_clock::duration timeout) const;

    /// Its descendants that run the same program, parents first: the workers of a daemon that supervises itself.
    [[nodiscard]] std::vector<pid_t> workers() const;

    /// Processor time used so far by the living threads of the process and of its descendants
    /// (/proc/PID/task/TID/schedstat).
    [[nodiscard]] result<std::chrono::nanoseconds> cpu_time() const;

private:
    process() = default;
    bool reap(bool block);

    pid_t pid_ = -1;
    std::optional<int> status_;
    file_descriptor output_;
    file_descriptor errors_;
};

/// Runs a command to its end; it is killed after `timeout`, which is an error, as is a command that can't be run.
/// A command that fails is a result with its status.
result<exec_result> exec(const std::vector<std::string>& argv, process_options options = {},
                         std::chrono::steady_clock::duration timeout = std::chrono::seconds(30));

/// exec(), where any exit status but 0 is an error that carries the command and what it said. Gives the output.
result<std::string> exec_checked(const std::vector<std::string>& argv, const process_options& options = {},
                                 std::chrono::steady_clock::duration timeout = std::chrono::seconds(30));

} // namespace xvrrp::lab
