// SPDX-License-Identifier: BSD-2-Clause
//
// A command that runs as a child process, in a process group and under an account of its own.
#pragma once

#include <sys/types.h>

#include <optional>

#include "track/spawner_messages.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::track {

struct started_process {
    pid_t pid = -1;
    descriptor failure; ///< what went wrong before the command ran
};

/// Forks. Standard input and output are /dev/null; SIGTERM comes when the caller dies. argv[0] isn't searched for; a
/// file without an interpreter is given to /bin/sh. "</path" only looks whether the account may read it, and exits with
/// 2 if not.
result<started_process> start_process(const run_request& what);

/// After its end: how it ended.
run_result result_of(const started_process& process, int wait_status);

} // namespace xvrrp::track
