// SPDX-License-Identifier: BSD-2-Clause
//
// The frames that tell neighbours where a virtual address is now.
#include "net/announcement_frame.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <algorithm>

#include "core/checksum.hpp"

namespace xvrrp::net {

namespace {

constexpr mac_address broadcast{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
/// ff02::1 and its MAC (RFC 2464 7).
constexpr ip_address all_nodes = ip_address::v6({0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
constexpr mac_address all_nodes_mac{{0x33, 0x33, 0, 0, 0, 1}};

class writer {
public:
    explicit writer(announcement_room& room) : room_(room) {}

    void byte(std::uint8_t value) { room_[used_++] = value; }
    void word(std::uint16_t value)
    {
        byte(static_cast<std::uint8_t>(value >> 8U));
        byte(static_cast<std::uint8_t>(value & 0xffU));
    }
    void bytes(std::span<const std::uint8_t> value)
    {
        std::ranges::copy(value, room_.begin() + static_cast<std::ptrdiff_t>(used_));
        used_ += value.size();
    }
    [[nodiscard]] std::size_t used() const { return used_; }

private:
    announcement_room& room_;
    std::size_t used_ = 0;
};

/// S-X2, RFC 5227 3: a broadcast request whose sender and target protocol address are both the VIP. RFC 826 leaves the
/// target hardware address of a request undefined; keepalived fills in the broadcast address, and there is switch gear
/// that was tested with nothing else.
std::size_t write_arp(const announcement& what, announcement_room& room)
{
    constexpr std::uint16_t ethernet = 1;
    constexpr std::uint16_t request = 1;
    writer out(room);
    out.bytes(broadcast.bytes);
    out.bytes(what.mac.bytes);
    out.word(ETH_P_ARP);
    out.word(ethernet);
    out.word(ETH_P_IP);
    out.byte(static_cast<std::uint8_t>(what.mac.bytes.size()));
    out.byte(static_cast<std::uint8_t>(what.address.bytes().size()));
    out.word(request);
    out.bytes(what.mac.bytes);
    out.bytes(what.address.bytes());
    out.bytes(broadcast.bytes);
    out.bytes(what.address.bytes());
    return out.used();
}

constexpr std::uint16_t icmp_bytes = sizeof(nd_neighbor_advert) + sizeof(nd_opt_hdr) + ETH_ALEN;
constexpr std::size_t icmp_offset = sizeof(ethhdr) + 40;
constexpr std::size_t icmp_checksum_offset = icmp_offset + 2;

void write_icmp_checksum(const announcement& what, announcement_room& room)
{
    core::internet_checksum sum; // RFC 4443 2.3
    sum.add(what.address.bytes());
    sum.add(all_nodes.bytes());
    sum.add(icmp_bytes);
    sum.add(std::uint16_t{IPPROTO_ICMPV6});
    sum.add(std::span(room).subspan(icmp_offset, icmp_bytes));
    room[icmp_checksum_offset] = static_cast<std::uint8_t>(sum.value() >> 8U);
    room[icmp_checksum_offset + 1] = static_cast<std::uint8_t>(sum.value() & 0xffU);
}

/// RFC 9568 8.2.2, RFC 4861 4.4 and 7.2.6: unsolicited, overriding, to all nodes. The source has to be an address of
/// the interface: it is the VIP itself, which the interface has by now, because that is what the kernel takes when it
/// answers a solicitation for it, and because another address needn't be of a scope that fits.
std::size_t write_advertisement(const announcement& what, announcement_room& room)
{
    constexpr std::uint8_t version = 0x60;
    constexpr std::uint8_t hop_limit = 255;
    constexpr std::uint8_t router_flag = 0x80;
    constexpr std::uint8_t override_flag = 0x20;
    constexpr std::uint8_t option_length = 1; // times eight bytes
    writer out(room);
    out.bytes(all_nodes_mac.bytes);
    out.bytes(what.mac.bytes);
    out.word(ETH_P_IPV6);

    out.bytes(std::array<std::uint8_t, 4>{version, 0, 0, 0});
    out.word(icmp_bytes);
    out.byte(IPPROTO_ICMPV6);
    out.byte(hop_limit);
    out.bytes(what.address.bytes());
    out.bytes(all_nodes.bytes());

    out.byte(ND_NEIGHBOR_ADVERT);
    out.byte(0);
    out.word(0); // checksum, below
    out.bytes(std::array<std::uint8_t, 4>{
        static_cast<std::uint8_t>(what.router ? router_flag | override_flag : override_flag), 0, 0, 0});
    out.bytes(what.address.bytes());
    out.byte(ND_OPT_TARGET_LINKADDR);
    out.byte(option_length);
    out.bytes(what.mac.bytes);
    write_icmp_checksum(what, room);
    return out.used();
}

} // namespace

std::size_t write_announcement(const announcement& what, announcement_room& room)
{
    return what.address.family() == address_family::ipv4 ? write_arp(what, room) : write_advertisement(what, room);
}

std::vector<std::uint8_t> announcement_frame(const announcement& what)
{
    announcement_room room{};
    const std::size_t length = write_announcement(what, room);
    return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(length)};
}

} // namespace xvrrp::net
