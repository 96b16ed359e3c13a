// SPDX-License-Identifier: BSD-2-Clause
//
// What leaves an interface that carries a VIP, in tc's egress: counted if a VIP is its source, and held back while the
// VIP's router is fenced. Says "unspecified" otherwise, so that other filters are asked too.
#include "vip.bpf.h"

#include <linux/pkt_cls.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { HEADERS_BYTES = sizeof(struct ethhdr) + XVRRP_IPV6_HEADER_BYTES + NEIGHBOR_BYTES };

/* What this host sends has its headers in the linear part; what it forwards need not. */
static __always_inline void pull_headers(struct __sk_buff *skb)
{
	__u32 wanted = skb->len < HEADERS_BYTES ? skb->len : HEADERS_BYTES;

	if ((__u64)skb->data + wanted > skb->data_end)
		bpf_skb_pull_data(skb, wanted);
}

static __always_inline int may_leave(const struct frame *frame, __u64 packets, __u64 bytes)
{
	__be16 type = ethertype(frame);

	if (type == bpf_htons(ETH_P_IP))
		return ipv4_may_leave(frame, packets, bytes);
	if (type == bpf_htons(ETH_P_IPV6))
		return ipv6_may_leave(frame, packets, bytes);
	return type != bpf_htons(ETH_P_ARP) || arp_may_leave(frame);
}

SEC("tc")
int xvrrp_egress(struct __sk_buff *skb)
{
	struct frame frame;

	if (skb->vlan_present)
		return TC_ACT_UNSPEC;
	pull_headers(skb);
	frame.start = (const void *)(long)skb->data;
	frame.end = (const void *)(long)skb->data_end;
	frame.ifindex = skb->ifindex;
	/* A packet that the NIC will cut into segments counts as what goes over the wire. */
	return may_leave(&frame, skb->gso_segs ?: 1, skb->wire_len) ? TC_ACT_UNSPEC : TC_ACT_SHOT;
}
