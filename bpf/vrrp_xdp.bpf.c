// SPDX-License-Identifier: BSD-2-Clause
//
// What XDP does with a frame: adverts are checked here, S-BFD probes answered, packets to a VIP counted, and whatever
// isn't ours is passed on untouched. The daemon attaches it to every interface that runs VRRP or carries a VIP.
#include "advert.bpf.h"
#include "reflect.bpf.h"
#include "vip.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Not zero: loaded with BPF_F_XDP_HAS_FRAGS (5.18), so that a frame may lie in several buffers, of which only the first
 * can be read in place. */
const volatile __u8 multi_buffer = 0;

static __always_inline __u64 frame_bytes(struct xdp_md *ctx, const struct frame *frame)
{
	return multi_buffer ? bpf_xdp_get_buff_len(ctx) : (__u64)(frame->end - frame->start);
}

static __always_inline int find_advert(const struct frame *frame, __be16 type, struct xvrrp_datagram *datagram)
{
	if (type == bpf_htons(ETH_P_IP))
		return xvrrp_parse_ipv4(network_header(frame), frame->end, datagram);
	return type == bpf_htons(ETH_P_IPV6) && xvrrp_parse_ipv6(network_header(frame), frame->end, datagram);
}

/* The whole frame, put together, if it is longer than what can be read and no longer than an advert can be. */
static __always_inline int gather(struct xdp_md *ctx, const struct frame *frame, struct frame *whole)
{
	const __u32 key = 0;
	struct scratch *scratch = bpf_map_lookup_elem(&vrrp_scratch, &key);
	__u64 length = bpf_xdp_get_buff_len(ctx);

	if (!scratch || length <= (__u64)(frame->end - frame->start) || length > SCRATCH_FRAME_BYTES)
		return 0;
	if (bpf_xdp_load_bytes(ctx, 0, scratch->bytes, length) != 0)
		return 0;
	whole->start = scratch->bytes;
	whole->end = scratch->bytes + length;
	whole->ifindex = frame->ifindex;
	return 1;
}

static __always_inline int claims_to_be_advert(const struct frame *frame, __be16 type)
{
	const __u8 *ip = type == bpf_htons(ETH_P_IPV6) ? ipv6_header(frame) : 0;

	if (type == bpf_htons(ETH_P_IP)) {
		ip = ipv4_header(frame);
		return ip && ip[9] == XVRRP_IP_PROTOCOL;
	}
	return ip && ip[6] == XVRRP_IP_PROTOCOL;
}

SEC("xdp")
int xvrrp_xdp(struct xdp_md *ctx)
{
	const struct frame frame = {
	    .start = (const void *)(long)ctx->data,
	    .end = (const void *)(long)ctx->data_end,
	    .ifindex = ctx->ingress_ifindex,
	};
	__be16 type = ethertype(&frame);
	struct xvrrp_datagram datagram;
	enum sbfd_kind kind;
	struct frame whole;

	if (find_advert(&frame, type, &datagram))
		return advert_received(&frame, &datagram);
	if (multi_buffer && claims_to_be_advert(&frame, type) && gather(ctx, &frame, &whole) &&
	    find_advert(&whole, type, &datagram))
		return advert_received(&whole, &datagram);
	kind = sbfd_kind(&frame, type);
	if (kind != SBFD_NONE) {
		const int verdict = sbfd_received(ctx, kind, type);

		if (verdict != SBFD_NOT_OURS)
			return verdict;
	}
	if (type == bpf_htons(ETH_P_IP))
		return ipv4_received(&frame, frame_bytes(ctx, &frame));
	if (type == bpf_htons(ETH_P_IPV6))
		return ipv6_received(&frame, frame_bytes(ctx, &frame));
	return type == bpf_htons(ETH_P_ARP) ? arp_received(&frame) : XDP_PASS;
}
