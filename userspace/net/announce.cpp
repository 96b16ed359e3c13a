// SPDX-License-Identifier: BSD-2-Clause
//
// Sends announcements through one packet socket (packet(7)) that receives nothing.
#include "net/announce.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <optional>

#include "net/announcement_frame.hpp"
#include "net/interface_text.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::net {

namespace {

/// What sendmmsg takes in one call (UIO_MAXIOV).
constexpr std::size_t most_at_once = 1024;

/// A frame counts with about 1 KiB until the device has sent it: several thousand may be on their way.
constexpr int send_buffer_bytes = 8 * 1024 * 1024;

/// Internetwork control, as the adverts.
constexpr int control_priority = 6;

} // namespace

struct announcer::state {
    descriptor socket;
    std::array<announcement_room, most_at_once> rooms{};
    std::array<sockaddr_ll, most_at_once> destinations{};
    std::array<iovec, most_at_once> parts{};
    std::array<mmsghdr, most_at_once> messages{};

    explicit state(descriptor opened);
    void prepare(std::size_t place, const announcement& what);
    std::optional<error> send_prepared(std::span<const announcement> what, std::size_t& sent);
};

announcer::state::state(descriptor opened) : socket(std::move(opened))
{
    for (std::size_t i = 0; i < most_at_once; ++i) {
        parts[i].iov_base = rooms[i].data();
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &destinations[i];
        messages[i].msg_hdr.msg_namelen = sizeof destinations[i];
    }
}

void announcer::state::prepare(std::size_t place, const announcement& what)
{
    parts[place].iov_len = write_announcement(what, rooms[place]);
    sockaddr_ll& to = destinations[place];
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(what.address.family() == address_family::ipv4 ? ETH_P_ARP : ETH_P_IPV6);
    to.sll_ifindex = static_cast<int>(what.interface.value);
    to.sll_halen = ETH_ALEN;
    std::copy_n(rooms[place].begin(), ETH_ALEN, to.sll_addr);
}

/// The first failure, after everything else has been sent.
std::optional<error> announcer::state::send_prepared(std::span<const announcement> what, std::size_t& sent)
{
    std::optional<error> first_failure;
    std::size_t next = 0;
    while (next < what.size()) {
        const int status =
            ::sendmmsg(socket.get(), &messages[next], static_cast<unsigned>(what.size() - next), MSG_DONTWAIT);
        if (status > 0) {
            next += static_cast<std::size_t>(status);
            sent += static_cast<std::size_t>(status);
            continue;
        }
        const int code = errno;
        if (code == EINTR) {
            continue;
        }
        if (!first_failure) {
            first_failure = fail_errno("cannot announce " + what[next].address.to_string() + " on " +
                                           interface_text(what[next].interface),
                                       code)
                                .error();
        }
        if (code == EAGAIN) {
            return first_failure; // The socket itself is full: nothing goes through for now.
        }
        ++next;
    }
    return first_failure;
}

announcer::announcer(std::unique_ptr<state> owned) : state_(std::move(owned)) {}
announcer::announcer(announcer&&) noexcept = default;
announcer& announcer::operator=(announcer&&) noexcept = default;
announcer::~announcer() = default;

result<announcer> announcer::open()
{
    constexpr int receive_nothing = 0;
    descriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, receive_nothing));
    if (!socket) {
        return fail_errno("packet socket for gratuitous ARP", errno);
    }
    const int bytes = send_buffer_bytes;
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) != 0) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    }
    ::setsockopt(socket.get(), SOL_SOCKET, SO_PRIORITY, &control_priority, sizeof control_priority);
    return announcer(std::make_unique<state>(std::move(socket)));
}

result<std::size_t> announcer::send(std::span<const announcement> what)
{
    std::size_t sent = 0;
    std::optional<error> first_failure;
    const std::size_t wanted = what.size();
    while (!what.empty()) {
        const auto batch = what.first(std::min(what.size(), most_at_once));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            state_->prepare(i, batch[i]);
        }
        const auto failure = state_->send_prepared(batch, sent);
        if (!first_failure) {
            first_failure = failure;
        }
        what = what.subspan(batch.size());
    }
    if (first_failure) {
        first_failure->what += " (" + std::to_string(sent) + " of " + std::to_string(wanted) + " sent)";
        return std::unexpected(*first_failure);
    }
    return sent;
}

} // namespace xvrrp::net
