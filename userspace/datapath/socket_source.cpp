// SPDX-License-Identifier: BSD-2-Clause
//
// packet(7), SOCK_DGRAM: the kernel takes the link-layer header off and gives the sender's MAC in the address.
#include "datapath/socket_source.hpp"

#include "xvrrp/validate.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace xvrrp::datapath {

namespace {

constexpr std::size_t batch_packets = 16;
/// Headers with options, the longest message, and some padding; a longer datagram is cut off and then no advert.
constexpr std::size_t packet_bytes = 60 + XVRRP_MAX_MESSAGE_BYTES + 64;
/// The kernel takes twice this for its own bookkeeping: about 40 000 adverts.
constexpr int queue_bytes = 16 << 20;

constexpr __u32 ancillary(int what)
{
    return static_cast<__u32>(SKF_AD_OFF + what);
}

/// Accepts untagged IPv4 and IPv6 with protocol 112. Offsets count from the IP header. A tag with VLAN 0 carries a
/// priority alone and makes no difference to the kernel.
constexpr auto filter_program = std::to_array<sock_filter>({
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ancillary(SKF_AD_VLAN_TAG_PRESENT)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ancillary(SKF_AD_VLAN_TAG)),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x0fff, 8, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ancillary(SKF_AD_PROTOCOL)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 3, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 5),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
    BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, XVRRP_IP_PROTOCOL, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, packet_bytes),
    BPF_STMT(BPF_RET | BPF_K, 0),
});

template <class Value> bool set_option(int socket, int level, int name, const Value& value)
{
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

/// CAP_NET_ADMIN lets the queue exceed net.core.rmem_max; without it the limit is what there is.
void enlarge_queue(int socket)
{
    if (!set_option(socket, SOL_SOCKET, SO_RCVBUFFORCE, queue_bytes)) {
        set_option(socket, SOL_SOCKET, SO_RCVBUF, queue_bytes);
    }
}

bool set_filter(int socket)
{
    auto program = filter_program;
    const sock_fprog filter{.len = program.size(), .filter = program.data()};
    return set_option(socket, SOL_SOCKET, SO_ATTACH_FILTER, filter);
}

std::optional<std::chrono::nanoseconds> kernel_stamp(msghdr& message)
{
    for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr; control = CMSG_NXTHDR(&message, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            timespec stamp{};
            std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
            return std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec);
        }
    }
    return std::nullopt;
}

} // namespace

/// Where recvmmsg(2) puts packets.
struct socket_source::batch {
    struct packet {
        sockaddr_ll sender;
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control;
        alignas(8) std::array<std::uint8_t, packet_bytes> data;
        iovec place;
    };
    std::array<packet, batch_packets> packets{};
    std::array<mmsghdr, batch_packets> headers{};

    void prepare()
    {
        for (std::size_t i = 0; i < batch_packets; ++i) {
            packet& one = packets[i];
            one.place = {.iov_base = one.data.data(), .iov_len = one.data.size()};
            headers[i].msg_hdr = {.msg_name = &one.sender,
                                  .msg_namelen = sizeof one.sender,
                                  .msg_iov = &one.place,
                                  .msg_iovlen = 1,
                                  .msg_control = one.control.data(),
                                  .msg_controllen = one.control.size(),
                                  .msg_flags = 0};
        }
    }
};

socket_source::socket_source(descriptor socket, interface_index interface)
    : socket_(std::move(socket)), interface_(interface), batch_(std::make_unique<batch>())
{
    clock_.queue_was_empty(receive_clock::sample().monotonic);
}
socket_source::socket_source(socket_source&&) noexcept = default;
socket_source& socket_source::operator=(socket_source&&) noexcept = default;
socket_source::~socket_source() = default;

result<socket_source> socket_source::open(interface_index interface)
{
    // Protocol 0: nothing is heard before the filter is in place and bind() names the interface.
    descriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
        return fail_errno("cannot open a packet socket", errno);
    }
    enlarge_queue(socket.get());
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(ETH_P_ALL);
    where.sll_ifindex = static_cast<int>(interface.value);
    if (!set_filter(socket.get()) || !set_option(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, 1) ||
        !set_option(socket.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        return fail_errno("cannot hear adverts on a packet socket", errno);
    }
    return socket_source(std::move(socket), interface);
}

bool socket_source::alive() const
{
    sockaddr_ll where{};
    socklen_t size = sizeof where;
    return ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size) == 0 &&
           where.sll_ifindex == static_cast<int>(interface_.value);
}

drained socket_source::drain(const event_source::sink& to, std::size_t limit, software_path& path,
                             const slot_table& slots)
{
    drained visit;
    while (visit.taken < limit) {
        batch_->prepare();
        const auto wanted = static_cast<unsigned int>(std::min(limit - visit.taken, batch_packets));
        const time_point asked = receive_clock::sample().monotonic;
        const int got = ::recvmmsg(socket_.get(), batch_->headers.data(), wanted, MSG_DONTWAIT, nullptr);
        if (got <= 0) {
            // Anything but EAGAIN, such as ENETDOWN, is told once and says nothing about the queue.
            visit.more = errno != EAGAIN;
            if (!visit.more) {
                clock_.queue_was_empty(asked);
            }
            count_lost();
            return visit;
        }
        const receive_clock::reading now = receive_clock::sample();
        for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
            take(i, now, to, path, slots);
        }
        visit.taken += static_cast<std::size_t>(got);
    }
    count_lost();
    visit.more = true;
    return visit;
}

void socket_source::take(std::size_t index, const receive_clock::reading& now, const event_source::sink& to,
                         software_path& path, const slot_table& slots)
{
    const batch::packet& packet = batch_->packets[index];
    mmsghdr& header = batch_->headers[index];
    const auto stamp = kernel_stamp(header.msg_hdr);
    received_packet received{.interface = interface_,
                             .family = packet.sender.sll_protocol == htons(ETH_P_IPV6) ? address_family::ipv6
                                                                                       : address_family::ipv4,
                             .ip = std::span(packet.data).first(std::min<std::size_t>(header.msg_len, packet_bytes)),
                             .mac = {},
                             .stamp = clock_.to_monotonic(stamp.value_or(now.realtime), now)};
    std::memcpy(received.mac.bytes.data(), packet.sender.sll_addr, received.mac.bytes.size());
    if (const auto event = path.receive(received, slots)) {
        to(*event);
    }
}

void socket_source::count_lost()
{
    tpacket_stats since_last{};
    socklen_t size = sizeof since_last;
    if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &since_last, &size) == 0) {
        lost_ += since_last.tp_drops;
    }
}

} // namespace xvrrp::datapath
