// SPDX-License-Identifier: BSD-2-Clause
//
// sd_notify(3): datagrams of VARIABLE=value lines.
#include "daemon/notify_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

namespace xvrrp::daemon {

result<notify_socket> notify_socket::from_environment()
{
    const char* address = std::getenv("NOTIFY_SOCKET");
    if (address == nullptr) {
        return notify_socket{};
    }
    auto opened = open(address);
    ::unsetenv("NOTIFY_SOCKET");
    return opened;
}

result<notify_socket> notify_socket::open(std::string_view address)
{
    auto target = control::unix_address(address);
    if (!target) {
        return fail_within("NOTIFY_SOCKET", target.error());
    }
    notify_socket made;
    made.address_ = *target;
    made.socket_ = descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made.socket_) {
        return fail_errno("a socket for NOTIFY_SOCKET", errno);
    }
    return made;
}

notify_socket notify_socket::over(descriptor connected)
{
    notify_socket made;
    made.socket_ = std::move(connected);
    return made;
}

result<void> notify_socket::ready(pid_t main_pid, std::chrono::milliseconds patience)
{
    return send(std::string(ready_mark) + "\nMAINPID=" + std::to_string(main_pid), patience);
}

result<void> notify_socket::reloading(time_point now)
{
    const auto since_boot = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(since_boot.count()));
}

result<void> notify_socket::stopping()
{
    return send("STOPPING=1");
}

result<void> notify_socket::status(std::string_view line)
{
    std::string message = "STATUS=" + std::string(line);
    std::replace(message.begin(), message.end(), '\n', ' '); // a second line would be another variable
    return send(message);
}

result<void> notify_socket::forward(std::string_view message, std::chrono::milliseconds patience)
{
    return send(message, patience);
}

result<void> notify_socket::send(std::string_view message, std::chrono::milliseconds patience)
{
    if (!socket_) {
        return {};
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const sockaddr* target = address_.length == 0 ? nullptr : address_.get();
        if (::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL, target, address_.length) >= 0) {
            return {};
        }
        const int why = errno;
        if (why == EINTR) {
            continue;
        }
        if (why != EAGAIN || std::chrono::steady_clock::now() >= deadline) {
            return fail_errno("the service manager's notification socket", why);
        }
        // A socket that isn't connected can't be polled for room in its peer's queue.
        ::poll(nullptr, 0, 10);
    }
}

} // namespace xvrrp::daemon
