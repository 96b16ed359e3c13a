// SPDX-License-Identifier: BSD-2-Clause
//
// Requests to rtnetlink and their answers (netlink(7)).
#include "net/request_socket.hpp"

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>

#include "net/message_parser.hpp"

namespace xvrrp::net {

namespace {

/// A host on which each of so many dumps in a row is interrupted isn't at rest; the caller will be called again.
constexpr int dump_attempts = 64;

struct message_deleter {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};

int error_code(nlmsghdr* message)
{
    if (nlmsg_datalen(message) < static_cast<int>(sizeof(int))) {
        return EPROTO;
    }
    return -*static_cast<const int*>(nlmsg_data(message));
}

/// The text behind the echoed header (NETLINK_CAP_ACK leaves the rest of the request out).
std::string error_reason(nlmsghdr* message)
{
    constexpr unsigned both = NLM_F_ACK_TLVS | NLM_F_CAPPED;
    if ((message->nlmsg_flags & both) != both) {
        return {};
    }
    std::array<nlattr*, NLMSGERR_ATTR_MAX + 1> given{};
    if (nlmsg_parse(message, sizeof(nlmsgerr), given.data(), NLMSGERR_ATTR_MAX, nullptr) < 0 ||
        given[NLMSGERR_ATTR_MSG] == nullptr) {
        return {};
    }
    return nla_get_string(given[NLMSGERR_ATTR_MSG]);
}

} // namespace

request_socket::request_socket(route_socket socket) : socket_(std::move(socket)) {}

result<request_socket> request_socket::open()
{
    auto socket = route_socket::open();
    if (!socket) {
        return std::unexpected(socket.error());
    }
    // Older kernels lack these; then errors have no words of the kernel's.
    const int on = 1;
    ::setsockopt(socket->fd(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    ::setsockopt(socket->fd(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    return request_socket(std::move(*socket));
}

result<void> request_socket::dump(std::uint16_t type, std::span<const std::uint8_t> header,
                                  const std::function<void()>& restart, const std::function<void(nlmsghdr*)>& sink)
{
    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
        restart();
        const auto end = dump_once(type, header, sink);
        if (!end) {
            return std::unexpected(end.error());
        }
        if (*end == dump_end::complete) {
            return {};
        }
    }
    return fail_errno("netlink dump, interrupted by changes each time", EINTR);
}

result<request_socket::dump_end> request_socket::dump_once(std::uint16_t type, std::span<const std::uint8_t> header,
                                                           const std::function<void(nlmsghdr*)>& sink)
{
    const std::unique_ptr<nl_msg, message_deleter> request(nlmsg_alloc_simple(type, NLM_F_DUMP));
    // libnl takes a pointer to non-const, and copies.
    if (!request ||
        nlmsg_append(request.get(), const_cast<std::uint8_t*>(header.data()), header.size(), NLMSG_ALIGNTO) < 0) {
        return fail_errno("netlink dump", ENOMEM);
    }
    discard_waiting();
    if (const int status = nl_send_auto(socket_.handle(), request.get()); status < 0) {
        return fail(std::string("netlink dump: ") + nl_geterror(status));
    }
    const std::uint32_t sequence = nlmsg_hdr(request.get())->nlmsg_seq;
    bool interrupted = false;
    std::optional<int> end; // errno, 0 for a good end
    while (!end) {
        const auto datagram = socket_.receive(waiting::yes);
        if (!datagram) {
            return fail_errno("netlink dump", datagram.error());
        }
        for_each_message(*datagram, [&](nlmsghdr* message) {
            if (message->nlmsg_seq != sequence) {
                return true;
            }
            interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            if (message->nlmsg_type == NLMSG_DONE) {
                // Kernels before 5.0 may send it without a code.
                end = nlmsg_datalen(message) < static_cast<int>(sizeof(int)) ? 0 : error_code(message);
            } else if (message->nlmsg_type == NLMSG_ERROR) {
                end = error_code(message);
            } else {
                sink(message);
            }
            return !end;
        });
    }
    if (*end != 0) {
        return fail_errno("netlink dump", *end);
    }
    return interrupted ? dump_end::interrupted : dump_end::complete;
}

std::uint32_t request_socket::next_sequence()
{
    return nl_socket_use_seq(socket_.handle());
}

std::expected<std::vector<refusal>, int> request_socket::transact(std::span<const std::uint8_t> requests,
                                                                  std::uint32_t last)
{
    ssize_t sent = -1;
    do {
        sent = ::send(socket_.fd(), requests.data(), requests.size(), 0);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return std::unexpected(errno);
    }
    std::vector<refusal> refused;
    bool acknowledged = false;
    while (!acknowledged) {
        // The kernel works requests off inside send(), so every answer waits already; one that doesn't was lost.
        const auto datagram = socket_.receive(waiting::no);
        if (!datagram) {
            const int code = datagram.error();
            discard_waiting();
            return std::unexpected(code == EAGAIN ? ENOBUFS : code);
        }
        for_each_message(*datagram, [&](nlmsghdr* message) {
            if (message->nlmsg_type != NLMSG_ERROR) {
                return true;
            }
            if (const int code = error_code(message); code != 0) {
                refused.push_back({.sequence = message->nlmsg_seq, .code = code, .reason = error_reason(message)});
            }
            acknowledged |= message->nlmsg_seq == last;
            return true;
        });
    }
    return refused;
}

/// What an earlier request that failed half-way left in the queue.
void request_socket::discard_waiting()
{
    while (true) {
        const auto datagram = socket_.receive(waiting::no);
        if (!datagram && datagram.error() != ENOBUFS) {
            return;
        }
    }
}

} // namespace xvrrp::net
