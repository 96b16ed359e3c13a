/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Virtual IP addresses: whose an address is, what arrives for it and what leaves from it, and what a router that is
 * quiet, fenced or not accepting keeps away from its host. Counts are per CPU: nothing here is shared between CPUs.
 */
#ifndef XVRRP_VIP_BPF_H
#define XVRRP_VIP_BPF_H

#include "maps.bpf.h"
#include "parse.bpf.h"
#include "record.bpf.h"

/* False for nearly every address that is no VIP, without a function call; in words as they lie in memory. */
static __always_inline int may_be_vip(const __u8 *address)
{
	const __u32 key = 0;
	const struct xvrrp_vip_bits *bits = bpf_map_lookup_elem(&vrrp_vip_bits, &key);
	__u32 bit = xvrrp_vip_bit((const __u32 *)address);

	return !bits || !bits->in_use || bits->words[bit / 64] >> bit % 64 & 1;
}

static __always_inline struct xvrrp_vip_count *find_ipv4_vip(const struct frame *frame, const __u8 *address)
{
	struct xvrrp_vip_key key = {.family = XVRRP_IPV4};

	xvrrp_store32(key.address, xvrrp_load32(address));
	if (!may_be_vip(key.address))
		return 0;
	key.ifindex = frame->ifindex;
	return bpf_map_lookup_elem(&vrrp_vips, &key);
}

static __always_inline struct xvrrp_vip_count *find_ipv6_vip(const struct frame *frame, const __u8 *address)
{
	struct xvrrp_vip_key key = {.family = XVRRP_IPV6};

	xvrrp_copy_ipv6(key.address, address);
	if (!may_be_vip(key.address))
		return 0;
	key.ifindex = frame->ifindex;
	return bpf_map_lookup_elem(&vrrp_vips, &key);
}

/* Those of the configuration, and XVRRP_SLOT_FENCED if XDP has fenced the router itself. */
static __always_inline __u32 slot_flags(__u32 slot, const struct xvrrp_slot_config *config)
{
	return config->flags | (is_deposed(slot, config) ? XVRRP_SLOT_FENCED : 0);
}

/* The flags of the router whose VIP this is; 0 if it is nobody's. */
static __always_inline __u32 vip_flags(const struct xvrrp_vip_count *vip)
{
	const struct xvrrp_slot_config *config = vip ? slot_config(vip->slot) : 0;

	return config ? slot_flags(vip->slot, config) : 0;
}

static __always_inline int to_our_mac(const struct frame *frame)
{
	return (frame->start[0] & 1) == 0; /* the group bit */
}

/* Exact: the end of a failover as its clients see it. */
static __always_inline void note_first(struct xvrrp_vip_count *vip, const struct xvrrp_slot_config *config)
{
	if (config->state != XVRRP_ACTIVE || vip->activation == config->activation)
		return;
	vip->activation = config->activation;
	vip->first_active_ns = bpf_ktime_get_ns();
}

/* An IP packet to a VIP. Accept_Mode false (RFC 9568 6.1) drops what a serving router would otherwise accept, but never
 * Neighbor Discovery; a Backup holds no VIP, so it drops nothing of what others send through it. */
static __always_inline int vip_received(const struct frame *frame, struct xvrrp_vip_count *vip, __u64 bytes,
					int is_neighbor_discovery)
{
	const struct xvrrp_slot_config *config = slot_config(vip->slot);
	__u32 flags;

	if (!config)
		return XDP_PASS;
	flags = slot_flags(vip->slot, config);
	vip->received_packets++;
	vip->received_bytes += bytes;
	note_time(&vip->last_received_ns, &vip->last_tick);
	if (!serves(config))
		vip->not_active_packets++;
	if (flags & XVRRP_SLOT_FENCED)
		return XDP_DROP;
	note_first(vip, config);
	if (flags & XVRRP_SLOT_NO_ACCEPT && serves(config) && to_our_mac(frame) && !is_neighbor_discovery)
		return XDP_DROP;
	return XDP_PASS;
}

static __always_inline int ipv4_received(const struct frame *frame, __u64 bytes)
{
	const __u8 *ip = ipv4_header(frame);
	struct xvrrp_vip_count *vip = ip ? find_ipv4_vip(frame, ip + 16) : 0;

	return vip ? vip_received(frame, vip, bytes, 0) : XDP_PASS;
}

static __always_inline int ipv6_received(const struct frame *frame, __u64 bytes)
{
	const __u8 *ip = ipv6_header(frame);
	const __u8 *target;
	struct xvrrp_vip_count *vip;
	__u8 type;

	if (!ip)
		return XDP_PASS;
	type = icmpv6_type(frame, ip);
	target = type == NEIGHBOR_SOLICITATION ? neighbor_target(frame, ip) : 0;
	if (target && vip_flags(find_ipv6_vip(frame, target)) & (XVRRP_SLOT_QUIET | XVRRP_SLOT_FENCED))
		return XDP_DROP;
	vip = find_ipv6_vip(frame, ip + 24);
	if (!vip)
		return XDP_PASS;
	return vip_received(frame, vip, bytes, type == NEIGHBOR_SOLICITATION || type == NEIGHBOR_ADVERTISEMENT);
}

static __always_inline int arp_received(const struct frame *frame)
{
	__be16 operation = 0;
	const __u8 *arp = arp_packet(frame, &operation);

	if (arp && operation == bpf_htons(ARP_REQUEST) &&
	    vip_flags(find_ipv4_vip(frame, arp + ARP_TARGET_OFFSET)) & (XVRRP_SLOT_QUIET | XVRRP_SLOT_FENCED))
		return XDP_DROP;
	return XDP_PASS;
}

/* An IP packet from a VIP; true if it may leave. What a fence holds back isn't counted as sent. */
static __always_inline int vip_may_send(struct xvrrp_vip_count *vip, __u64 packets, __u64 bytes)
{
	if (vip_flags(vip) & XVRRP_SLOT_FENCED)
		return 0;
	vip->sent_packets += packets;
	vip->sent_bytes += bytes;
	return 1;
}

static __always_inline int ipv4_may_leave(const struct frame *frame, __u64 packets, __u64 bytes)
{
	const __u8 *ip = ipv4_header(frame);
	struct xvrrp_vip_count *vip = ip ? find_ipv4_vip(frame, ip + 12) : 0;

	return !vip || vip_may_send(vip, packets, bytes);
}

/* Neither from a VIP, nor a Neighbor Advertisement for one (which may come from the link-local address). */
static __always_inline int ipv6_may_leave(const struct frame *frame, __u64 packets, __u64 bytes)
{
	const __u8 *ip = ipv6_header(frame);
	const __u8 *target;
	struct xvrrp_vip_count *vip;

	if (!ip)
		return 1;
	target = icmpv6_type(frame, ip) == NEIGHBOR_ADVERTISEMENT ? neighbor_target(frame, ip) : 0;
	if (target && vip_flags(find_ipv6_vip(frame, target)) & XVRRP_SLOT_FENCED)
		return 0;
	vip = find_ipv6_vip(frame, ip + 8);
	return !vip || vip_may_send(vip, packets, bytes);
}

/* A request as well as a reply claims its sender's address: neighbours learn from both. */
static __always_inline int arp_may_leave(const struct frame *frame)
{
	__be16 operation = 0;
	const __u8 *arp = arp_packet(frame, &operation);

	return !arp || !(vip_flags(find_ipv4_vip(frame, arp + ARP_SENDER_OFFSET)) & XVRRP_SLOT_FENCED);
}

#endif
