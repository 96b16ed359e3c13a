// SPDX-License-Identifier: BSD-2-Clause
//
// Classic BPF programs (see packet_filter.hpp). A jump counts the instructions that it skips.
#include "lab/packet_filter.hpp"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <span>

namespace xvrrp::lab {
namespace {

constexpr std::uint32_t protocol_vrrp = 112;
constexpr std::uint32_t whole = 0x40000;

constexpr sock_filter load_byte(std::uint32_t offset)
{
    return {.code = BPF_LD | BPF_B | BPF_ABS, .jt = 0, .jf = 0, .k = offset};
}

constexpr sock_filter load_half(std::uint32_t offset)
{
    return {.code = BPF_LD | BPF_H | BPF_ABS, .jt = 0, .jf = 0, .k = offset};
}

constexpr sock_filter if_equal(std::uint32_t value, std::uint8_t skip_if_so, std::uint8_t skip_if_not)
{
    return {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = skip_if_so, .jf = skip_if_not, .k = value};
}

constexpr sock_filter give(std::uint32_t bytes)
{
    return {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = bytes};
}

result<void> attach(const file_descriptor& socket, std::span<const sock_filter> program)
{
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                            .filter = const_cast<sock_filter*>(program.data())};
    if (setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) {
        return fail_errno("packet filter", errno);
    }
    return {};
}

} // namespace

result<void> keep_vrrp_and_claims(const file_descriptor& socket)
{
    static constexpr std::array program{
        load_half(12), if_equal(ETH_P_ARP, 10, 0),          if_equal(ETH_P_IP, 0, 2),
        load_byte(23), if_equal(protocol_vrrp, 7, 6),       if_equal(ETH_P_IPV6, 0, 5),
        load_byte(20), if_equal(protocol_vrrp, 4, 0),       if_equal(IPPROTO_ICMPV6, 0, 2),
        load_byte(54), if_equal(ND_NEIGHBOR_SOLICIT, 1, 2), give(0),
        give(whole),   if_equal(ND_NEIGHBOR_ADVERT, 0, 1),  give(whole),
        give(0),
    };
    return attach(socket, program);
}

result<void> keep_echo_replies(const file_descriptor& socket, address_family family)
{
    static constexpr std::array ipv4{
        load_byte(9),
        if_equal(IPPROTO_ICMP, 0, 4),
        sock_filter{.code = BPF_LDX | BPF_B | BPF_MSH, .jt = 0, .jf = 0, .k = 0}, // the header's length
        sock_filter{.code = BPF_LD | BPF_B | BPF_IND, .jt = 0, .jf = 0, .k = 0},
        if_equal(ICMP_ECHOREPLY, 0, 1),
        give(whole),
        give(0),
    };
    static constexpr std::array ipv6{
        load_byte(6), if_equal(IPPROTO_ICMPV6, 0, 3), load_byte(40), if_equal(ICMP6_ECHO_REPLY, 0, 1), give(whole),
        give(0),
    };
    return family == address_family::ipv4 ? attach(socket, ipv4) : attach(socket, ipv6);
}

} // namespace xvrrp::lab
