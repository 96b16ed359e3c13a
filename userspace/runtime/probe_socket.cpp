// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/probe_socket.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>

namespace xvrrp::runtime {

namespace {

constexpr std::size_t frame_bytes = 128;
constexpr int control_priority = 6; // internetwork control, as the adverts
constexpr std::size_t ethertype_offset = 12;

} // namespace

struct probe_socket::batch {
    std::array<std::array<std::uint8_t, frame_bytes>, most_at_once> frames{};
    std::array<sockaddr_ll, most_at_once> destinations{};
    std::array<iovec, most_at_once> parts{};
    std::array<mmsghdr, most_at_once> messages{};
    std::size_t used = 0;

    batch()
    {
        for (std::size_t i = 0; i < most_at_once; ++i) {
            parts.at(i).iov_base = frames.at(i).data();
            msghdr& header = messages.at(i).msg_hdr;
            header.msg_iov = &parts.at(i);
            header.msg_iovlen = 1;
            header.msg_name = &destinations.at(i);
            header.msg_namelen = sizeof(sockaddr_ll);
        }
    }
};

probe_socket::probe_socket(descriptor socket) : socket_(std::move(socket)), batch_(std::make_unique<batch>()) {}
probe_socket::probe_socket(probe_socket&&) noexcept = default;
probe_socket& probe_socket::operator=(probe_socket&&) noexcept = default;
probe_socket::~probe_socket() = default;

result<probe_socket> probe_socket::open()
{
    constexpr int receive_nothing = 0;
    constexpr int on = 1;
    descriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, receive_nothing));
    if (!socket || ::setsockopt(socket.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) != 0) {
        return fail_errno("packet socket for S-BFD probes", errno);
    }
    ::setsockopt(socket.get(), SOL_SOCKET, SO_PRIORITY, &control_priority, sizeof control_priority);
    return probe_socket(std::move(socket));
}

std::size_t probe_socket::waiting() const
{
    return batch_->used;
}

void probe_socket::add(interface_index interface, std::span<const std::uint8_t> frame)
{
    const std::size_t place = batch_->used++;
    const auto kept = frame.first(std::min(frame.size(), frame_bytes));
    std::ranges::copy(kept, batch_->frames.at(place).begin());
    batch_->parts.at(place).iov_len = kept.size();
    sockaddr_ll& to = batch_->destinations.at(place);
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(static_cast<std::uint16_t>(frame[ethertype_offset] << 8U | frame[ethertype_offset + 1]));
    to.sll_ifindex = static_cast<int>(interface.value);
    to.sll_halen = ETH_ALEN;
    std::ranges::copy(frame.first(ETH_ALEN), to.sll_addr);
}

std::uint32_t probe_socket::send()
{
    std::uint32_t left = 0;
    std::size_t next = 0;
    const std::size_t wanted = batch_->used;
    while (next < wanted) {
        const int count =
            ::sendmmsg(socket_.get(), &batch_->messages.at(next), static_cast<unsigned>(wanted - next), MSG_DONTWAIT);
        if (count > 0) {
            for (int i = 0; i < count; ++i) {
                left |= 1U << next++;
            }
        } else if (errno != EINTR) {
            ++next;
        }
    }
    batch_->used = 0;
    return left;
}

} // namespace xvrrp::runtime
