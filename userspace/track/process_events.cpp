// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/process_events.hpp"

#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

namespace xvrrp::track {
namespace {

/// The kernel answers at once, or not at all.
constexpr std::chrono::milliseconds answer_patience{500};
/// Room for some thousand events while this thread has no CPU.
constexpr int receive_room = 1 << 20;

/// The first network namespace's, as long as the object is; of this thread alone.
class first_namespace {
public:
    first_namespace()
    {
        const descriptor first(::open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC));
        descriptor own(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
        if (first && own && ::setns(first.get(), CLONE_NEWNET) == 0) {
            own_ = std::move(own);
        }
    }
    first_namespace(const first_namespace&) = delete;
    first_namespace& operator=(const first_namespace&) = delete;
    first_namespace(first_namespace&&) = delete;
    first_namespace& operator=(first_namespace&&) = delete;
    ~first_namespace()
    {
        if (own_) {
            ::setns(own_.get(), CLONE_NEWNET);
        }
    }
    [[nodiscard]] bool entered() const { return static_cast<bool>(own_); }

private:
    descriptor own_;
};

result<descriptor> open_socket()
{
    descriptor socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_CONNECTOR));
    if (!socket) {
        return fail_errno("the kernel has no proc connector", errno);
    }
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_room, sizeof receive_room) != 0) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &receive_room, sizeof receive_room);
    }
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = CN_IDX_PROC;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return fail_errno("the proc connector refuses (CAP_NET_ADMIN is needed)", errno);
    }
    return socket;
}

template <class T> void append(std::vector<std::byte>& message, const T& what)
{
    const auto bytes = std::as_bytes(std::span(&what, 1));
    message.insert(message.end(), bytes.begin(), bytes.end());
}

result<void> subscribe(const descriptor& socket)
{
    const proc_cn_mcast_op listen = PROC_CN_MCAST_LISTEN;
    nlmsghdr outer{};
    outer.nlmsg_len = sizeof(nlmsghdr) + sizeof(cn_msg) + sizeof listen;
    outer.nlmsg_type = NLMSG_DONE;
    cn_msg inner{};
    inner.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC};
    inner.len = sizeof listen;
    std::vector<std::byte> message;
    append(message, outer);
    append(message, inner);
    append(message, listen);
    if (::send(socket.get(), message.data(), message.size(), 0) < 0) {
        return fail_errno("the proc connector can't be reached from this network namespace", errno);
    }
    pollfd answer{.fd = socket.get(), .events = POLLIN, .revents = 0};
    if (::poll(&answer, 1, static_cast<int>(answer_patience.count())) <= 0) {
        return fail("the proc connector doesn't answer: this is a container with a pid namespace of its own, or "
                    "CAP_NET_ADMIN is missing");
    }
    return {};
}

result<descriptor> subscribed_socket()
{
    result<descriptor> socket = open_socket();
    if (socket) {
        if (result<void> done = subscribe(*socket); !done) {
            return std::unexpected(done.error());
        }
    }
    return socket;
}

/// None: it is about a thread, or nothing of interest.
std::optional<process_event> event_of(const proc_event& what)
{
    using kind = process_event::kind;
    switch (what.what) {
    case proc_event::PROC_EVENT_FORK: {
        const auto& fork = what.event_data.fork;
        if (fork.child_pid != fork.child_tgid) {
            return std::nullopt;
        }
        return process_event{.what = kind::forked, .pid = fork.child_tgid, .parent = fork.parent_tgid, .name = {}};
    }
    case proc_event::PROC_EVENT_EXEC:
        return process_event{.what = kind::executed, .pid = what.event_data.exec.process_tgid, .parent = 0, .name = {}};
    case proc_event::PROC_EVENT_COMM: {
        const auto& renamed = what.event_data.comm;
        if (renamed.process_pid != renamed.process_tgid) {
            return std::nullopt;
        }
        const std::size_t length = ::strnlen(renamed.comm, sizeof renamed.comm);
        return process_event{
            .what = kind::renamed, .pid = renamed.process_tgid, .parent = 0, .name = std::string(renamed.comm, length)};
    }
    case proc_event::PROC_EVENT_EXIT: {
        const auto& ended = what.event_data.exit;
        if (ended.process_pid != ended.process_tgid) {
            return std::nullopt;
        }
        return process_event{.what = kind::exited, .pid = ended.process_tgid, .parent = 0, .name = {}};
    }
    default:
        return std::nullopt;
    }
}

/// The event in a datagram of the kernel's.
std::optional<process_event> decode(std::span<const std::byte> message)
{
    constexpr std::size_t headers = sizeof(nlmsghdr) + sizeof(cn_msg);
    cn_msg inner{};
    proc_event what{};
    if (message.size() < headers) {
        return std::nullopt;
    }
    std::memcpy(&inner, &message[sizeof(nlmsghdr)], sizeof inner);
    if (inner.id.idx != CN_IDX_PROC || inner.id.val != CN_VAL_PROC) {
        return std::nullopt;
    }
    // A kernel of another version may have a longer event, or a shorter one.
    const std::span<const std::byte> data = message.subspan(headers);
    std::memcpy(&what, data.data(), std::min(data.size(), sizeof what));
    return event_of(what);
}

} // namespace

result<process_events> process_events::open()
{
    result<descriptor> socket = subscribed_socket();
    if (!socket && socket.error().code == ECONNREFUSED) {
        const first_namespace there;
        if (there.entered()) {
            socket = subscribed_socket();
        }
    }
    if (!socket) {
        return std::unexpected(socket.error());
    }
    return process_events(std::move(*socket));
}

process_events::batch process_events::read() const
{
    batch all;
    alignas(nlmsghdr) std::array<std::byte, 4096> room; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    while (true) {
        sockaddr_nl from{};
        socklen_t length_of_from = sizeof from;
        const ssize_t length =
            ::recvfrom(socket_.get(), room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &length_of_from);
        if (length < 0 && errno == ENOBUFS) {
            all.lost = true;
            continue;
        }
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length <= 0) {
            return all;
        }
        if (from.nl_pid != 0) {
            continue; // not of the kernel
        }
        if (auto event = decode(std::span(room).first(static_cast<std::size_t>(length)))) {
            all.events.push_back(std::move(*event));
        }
    }
}

} // namespace xvrrp::track
