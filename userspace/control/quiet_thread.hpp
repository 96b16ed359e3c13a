// SPDX-License-Identifier: BSD-2-Clause
//
// Starts a helper thread that takes no signals: those of the process belong to the loop, and a SIGPIPE of the thread's
// own becomes the EPIPE that it looks at anyway.
#pragma once

#include <csignal>
#include <thread>
#include <utility>

namespace xvrrp::control {

/// `name`: at most 15 bytes, for ps and gdb. Throws std::system_error where std::thread does.
template <class Function> [[nodiscard]] std::thread start_quiet_thread(const char* name, Function&& body)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread started(std::forward<Function>(body));
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::pthread_setname_np(started.native_handle(), name);
    return started;
}

} // namespace xvrrp::control
