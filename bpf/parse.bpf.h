/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the frame to what the programs ask about: Ethernet, ARP and Neighbor Discovery. IP headers of adverts are
 * validate.h's. Both programs call this. A frame with a VLAN tag belongs to another interface and isn't looked into.
 */
#ifndef XVRRP_PARSE_BPF_H
#define XVRRP_PARSE_BPF_H

#include "xvrrp/validate.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/if_ether.h>

enum {
	IPV6_NEXT_ICMP = 58,
	NEIGHBOR_SOLICITATION = 135, /* RFC 4861 4.3 */
	NEIGHBOR_ADVERTISEMENT = 136,
	NEIGHBOR_TARGET_OFFSET = 8, /* in both */
	NEIGHBOR_BYTES = 24,
	ARP_REQUEST = 1, /* RFC 826 */
	ARP_BYTES = 28,	 /* Ethernet and IPv4 */
	ARP_SENDER_OFFSET = 14,
	ARP_TARGET_OFFSET = 24
};

/* The fixed part of an ARP packet; <linux/if_arp.h> doesn't compile without a C library. */
struct arp_header {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_bytes;
	__u8 protocol_bytes;
	__be16 operation;
};

struct frame {
	const __u8 *start;
	const __u8 *end; /* of what can be read: of a frame in several buffers, the first */
	__u32 ifindex;
};

/* What stands behind the Ethernet header, in network order; 0: no whole header. */
static __always_inline __be16 ethertype(const struct frame *frame)
{
	const struct ethhdr *header = (const void *)frame->start;

	return frame->start + sizeof(*header) <= frame->end ? header->h_proto : 0;
}

/* The network header; only behind ethertype() != 0. */
static __always_inline const __u8 *network_header(const struct frame *frame)
{
	return frame->start + sizeof(struct ethhdr);
}

/* The header of an IPv4 datagram or of one of its fragments; only its first 20 bytes can be read. 0: malformed */
static __always_inline const __u8 *ipv4_header(const struct frame *frame)
{
	const __u8 *ip = network_header(frame);

	if (ip + XVRRP_IPV4_HEADER_BYTES > frame->end || ip[0] >> 4 != 4 || (ip[0] & 0x0f) < 5)
		return 0;
	return ip;
}

static __always_inline const __u8 *ipv6_header(const struct frame *frame)
{
	const __u8 *ip = network_header(frame);

	if (ip + XVRRP_IPV6_HEADER_BYTES > frame->end || ip[0] >> 4 != 6)
		return 0;
	return ip;
}

/* An ARP packet between Ethernet and IPv4, whole; its operation in network order. */
static __always_inline const __u8 *arp_packet(const struct frame *frame, __be16 *operation)
{
	const __u8 *arp = network_header(frame);
	const struct arp_header *header = (const void *)arp;

	if (arp + ARP_BYTES > frame->end || header->protocol != bpf_htons(ETH_P_IP) ||
	    header->hardware_bytes != ETH_ALEN || header->protocol_bytes != 4)
		return 0;
	*operation = header->operation;
	return arp;
}

/* The type of an ICMPv6 message that follows the IPv6 header at once, as Neighbor Discovery does; 0: none. */
static __always_inline __u8 icmpv6_type(const struct frame *frame, const __u8 *ip)
{
	const __u8 *icmp = ip + XVRRP_IPV6_HEADER_BYTES;

	return ip[6] == IPV6_NEXT_ICMP && icmp + 1 <= frame->end ? icmp[0] : 0;
}

/* The target address of a solicitation or advertisement; 0: cut short. */
static __always_inline const __u8 *neighbor_target(const struct frame *frame, const __u8 *ip)
{
	const __u8 *icmp = ip + XVRRP_IPV6_HEADER_BYTES;

	return icmp + NEIGHBOR_BYTES <= frame->end ? icmp + NEIGHBOR_TARGET_OFFSET : 0;
}

#endif
