/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Seamless BFD (RFC 7880, RFC 7881): the reflector, which answers probes to the addresses that our adverts come from in
 * place, and the replies to our own probes, which are noted down for the prober and go no further. What isn't for
 * either is left to those that look at the frame afterwards.
 *
 * The UDP checksum of what comes isn't verified: a frame that a socket on this machine sent has it only half made
 * (CHECKSUM_PARTIAL), and a discriminator that is right by accident is less likely than a right sum. What leaves has a
 * right one. Several CPUs may take tokens of one source's bucket at once, which LRU maps have no lock against: they
 * then let through a little more or less.
 */
#ifndef XVRRP_REFLECT_BPF_H
#define XVRRP_REFLECT_BPF_H

#include "drops.bpf.h"
#include "maps.bpf.h"
#include "parse.bpf.h"
#include "record.bpf.h"
#include "xvrrp/validate.h"

#include <linux/udp.h>

/* RFC 5880 4.1, without authentication. */
struct bfd_packet {
	__u8 version_and_diagnostic;
	__u8 state_and_flags;
	__u8 detect_mult;
	__u8 length;
	__be32 my_discriminator;
	__be32 your_discriminator;
	__be32 desired_min_tx;
	__be32 required_min_rx;
	__be32 required_min_echo_rx;
};

enum {
	UDP_PROTOCOL = 17,
	BFD_VERSION = 1,
	BFD_POLL = 0x20,
	BFD_FINAL = 0x10,
	BFD_AUTHENTICATED = 0x04,
	BFD_DEMAND = 0x02,
	BFD_MULTIPOINT = 0x01,
	BFD_MIN_RX_US = 100, /* the shortest interval that fast_detect takes */
	SBFD_BYTES = sizeof(struct udphdr) + sizeof(struct bfd_packet)
};

enum sbfd_kind { SBFD_NONE, SBFD_PROBE, SBFD_REPLY };

/* Not for a reflector or a session of ours; no XDP verdict has this value. */
enum { SBFD_NOT_OURS = -1 };

struct sbfd_datagram {
	__u8 source[XVRRP_ADDRESS_BYTES] __attribute__((aligned(8)));
	__u8 destination[XVRRP_ADDRESS_BYTES] __attribute__((aligned(8)));
	struct ethhdr *link;
	__u8 *ip;
	struct udphdr *udp;	/* valid if `bfd` is */
	struct bfd_packet *bfd; /* 0: not a BFD packet in one UDP datagram behind a plain IP header */
	__u32 ifindex;
	__u8 family;
	__u8 ttl;
};

/* Asked of every packet: by its ports alone. A fragment has none. */
static __always_inline enum sbfd_kind sbfd_kind(const struct frame *frame, __be16 type)
{
	const struct udphdr *udp;
	const __u8 *ip;

	if (type == bpf_htons(ETH_P_IP)) {
		ip = ipv4_header(frame);
		if (!ip || ip[9] != UDP_PROTOCOL || (xvrrp_load_be16(ip + 6) & 0x3fff) != 0)
			return SBFD_NONE;
		udp = (const void *)(ip + (ip[0] & 0x0fU) * 4);
	} else if (type == bpf_htons(ETH_P_IPV6)) {
		ip = ipv6_header(frame);
		if (!ip || ip[6] != UDP_PROTOCOL)
			return SBFD_NONE;
		udp = (const void *)(ip + XVRRP_IPV6_HEADER_BYTES);
	} else {
		return SBFD_NONE;
	}
	if ((const __u8 *)(udp + 1) > frame->end)
		return SBFD_NONE;
	if (udp->dest == bpf_htons(XVRRP_SBFD_PORT))
		return SBFD_PROBE;
	return udp->source == bpf_htons(XVRRP_SBFD_PORT) ? SBFD_REPLY : SBFD_NONE;
}

/* What RFC 5880 6.8.6 demands of a packet, whoever sent it. */
static __always_inline int is_well_formed(const struct bfd_packet *bfd)
{
	return bfd->version_and_diagnostic >> 5 == BFD_VERSION && bfd->length == sizeof(*bfd) &&
	       bfd->detect_mult != 0 && (bfd->state_and_flags & (BFD_AUTHENTICATED | BFD_MULTIPOINT)) == 0 &&
	       bfd->my_discriminator != 0 && bfd->your_discriminator != 0;
}

/* Behind an IP header of so many bytes; both lengths in front of it must be what they have to be. */
static __always_inline void read_bfd(struct sbfd_datagram *datagram, const __u8 *end, __u32 header_bytes,
				     __u32 payload_bytes)
{
	struct udphdr *udp = (void *)(datagram->ip + header_bytes);
	struct bfd_packet *bfd = (void *)(udp + 1);

	datagram->bfd = 0;
	datagram->udp = udp;
	if ((const __u8 *)(bfd + 1) <= end && payload_bytes == SBFD_BYTES && udp->len == bpf_htons(SBFD_BYTES))
		datagram->bfd = bfd;
}

static __always_inline int read_sbfd(struct xdp_md *ctx, __u8 family, struct sbfd_datagram *datagram)
{
	const __u8 *end = (const void *)(long)ctx->data_end;
	__u8 *ip;

	datagram->link = (void *)(long)ctx->data;
	ip = (void *)(datagram->link + 1);
	datagram->ip = ip;
	datagram->ifindex = ctx->ingress_ifindex;
	datagram->family = family;
	if (family == XVRRP_IPV4) {
		if (ip + XVRRP_IPV4_HEADER_BYTES > end)
			return 0;
		xvrrp_copy_ipv4(datagram->source, ip + 12);
		xvrrp_copy_ipv4(datagram->destination, ip + 16);
		datagram->ttl = ip[8];
		read_bfd(datagram, end, XVRRP_IPV4_HEADER_BYTES,
			 (ip[0] & 0x0f) == 5 ? xvrrp_load_be16(ip + 2) - XVRRP_IPV4_HEADER_BYTES : 0);
	} else {
		if (ip + XVRRP_IPV6_HEADER_BYTES > end)
			return 0;
		xvrrp_copy_ipv6(datagram->source, ip + 8);
		xvrrp_copy_ipv6(datagram->destination, ip + 24);
		datagram->ttl = ip[7];
		read_bfd(datagram, end, XVRRP_IPV6_HEADER_BYTES, xvrrp_load_be16(ip + 4));
	}
	return 1;
}

static __always_inline int refuse_sbfd(const struct sbfd_datagram *datagram, enum xvrrp_drop_reason reason)
{
	count_drop(datagram->ifindex, datagram->family, datagram->source, 0, reason);
	return XDP_DROP;
}

/* Of each source, so that nobody's probes can use up another's share. One that the map has no room for is answered:
 * silence would make it take over. */
static __always_inline int is_within_rate(const struct sbfd_datagram *datagram, __u64 now)
{
	struct xvrrp_prober_key key = {.ifindex = datagram->ifindex, .family = datagram->family};
	struct xvrrp_bucket *bucket;
	struct xvrrp_bucket fresh;

	xvrrp_copy_ipv6(key.address, datagram->source);
	bucket = bpf_map_lookup_elem(&sbfd_probers, &key);
	if (bucket)
		return take_token(bucket, XVRRP_PROBES_PER_SECOND, XVRRP_PROBES_BURST, now);
	fill_bucket(&fresh, XVRRP_PROBES_BURST, now);
	fresh.credit -= NS_PER_SECOND;
	bpf_map_update_elem(&sbfd_probers, &key, &fresh, BPF_ANY);
	return 1;
}

static __always_inline int may_probe(const struct xvrrp_reflector *reflector, const struct sbfd_datagram *datagram)
{
	struct xvrrp_peer_key key = {.slot = reflector->peers};

	if (reflector->peers == 0)
		return 1;
	xvrrp_copy_ipv6(key.address, datagram->source);
	return bpf_map_lookup_elem(&vrrp_peers, &key) != 0;
}

/* Sent to a group, a frame would be answered from the group's address. */
static __always_inline enum xvrrp_drop_reason check_probe(const struct xvrrp_reflector *reflector,
							  const struct sbfd_datagram *datagram, __u64 now)
{
	const struct bfd_packet *bfd = datagram->bfd;

	if (datagram->ttl != XVRRP_TTL)
		return XVRRP_DROP_PROBE_TTL;
	if (!bfd || !is_well_formed(bfd) || !(bfd->state_and_flags & BFD_DEMAND) || datagram->link->h_dest[0] & 1)
		return XVRRP_DROP_PROBE_MALFORMED;
	if (datagram->udp->source == bpf_htons(XVRRP_SBFD_PORT))
		return XVRRP_DROP_PROBE_PORT;
	if (bfd->your_discriminator != bpf_htonl(reflector->discriminator))
		return XVRRP_DROP_PROBE_DISCRIMINATOR;
	if (!may_probe(reflector, datagram))
		return XVRRP_DROP_PROBE_SOURCE;
	return is_within_rate(datagram, now) ? XVRRP_ACCEPTED : XVRRP_DROP_PROBE_RATE;
}

/* RFC 7880 7.2.2. */
static __always_inline void turn_bfd(struct bfd_packet *bfd, enum xvrrp_bfd_state state)
{
	const __be32 prober = bfd->my_discriminator;

	bfd->version_and_diagnostic = BFD_VERSION << 5;
	bfd->state_and_flags = state << 6 | (bfd->state_and_flags & BFD_POLL ? BFD_FINAL : 0);
	bfd->my_discriminator = bfd->your_discriminator;
	bfd->your_discriminator = prober;
	bfd->required_min_rx = bpf_htonl(BFD_MIN_RX_US);
	bfd->required_min_echo_rx = 0;
}

/* RFC 768, RFC 8200 8.1: the same sum over both families, as the words of an IPv4 address's rest are zero. Numbers are
 * added as they lie in memory, whatever their width: what carries over is folded in (RFC 1071 2). */
static __always_inline __u16 udp_checksum(const struct sbfd_datagram *datagram)
{
	const struct udphdr *udp = datagram->udp;
	const __u8 *bfd = (const void *)datagram->bfd;
	__u64 sum = (__u64)bpf_htonl(SBFD_BYTES) + bpf_htonl(UDP_PROTOCOL) + udp->source + udp->dest + udp->len;

#pragma unroll
	for (int i = 0; i < XVRRP_ADDRESS_BYTES; i += 4)
		sum += (__u64)xvrrp_load32(datagram->source + i) + xvrrp_load32(datagram->destination + i);
#pragma unroll
	for (int i = 0; i < (int)sizeof(struct bfd_packet); i += 4)
		sum += xvrrp_load32(bfd + i);
	for (int i = 0; i < 3; i++)
		sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum ?: 0xffff;
}

static __always_inline void turn_headers(struct sbfd_datagram *datagram)
{
	struct ethhdr *link = datagram->link;
	struct udphdr *udp = datagram->udp;
	const __be16 port = udp->source;
	__u8 mac[XVRRP_MAC_BYTES];

	__builtin_memcpy(mac, link->h_source, sizeof(mac));
	__builtin_memcpy(link->h_source, link->h_dest, sizeof(mac));
	__builtin_memcpy(link->h_dest, mac, sizeof(mac));
	if (datagram->family == XVRRP_IPV4) { /* whose header's checksum stays right */
		xvrrp_store32(datagram->ip + 12, xvrrp_load32(datagram->destination));
		xvrrp_store32(datagram->ip + 16, xvrrp_load32(datagram->source));
	} else {
		xvrrp_copy_ipv6(datagram->ip + 8, datagram->destination);
		xvrrp_copy_ipv6(datagram->ip + 24, datagram->source);
	}
	udp->source = udp->dest;
	udp->dest = port;
	udp->check = udp_checksum(datagram);
}

static __always_inline int probe_received(struct sbfd_datagram *datagram)
{
	struct xvrrp_reflector_key key = {.ifindex = datagram->ifindex, .family = datagram->family};
	const struct xvrrp_control *control = daemon_control();
	struct xvrrp_reflector *reflector;
	enum xvrrp_drop_reason reason;
	int is_up;
	__u64 now;

	xvrrp_copy_ipv6(key.address, datagram->destination);
	reflector = bpf_map_lookup_elem(&sbfd_reflectors, &key);
	if (!reflector)
		return SBFD_NOT_OURS;
	now = bpf_ktime_get_ns();
	reason = check_probe(reflector, datagram, now);
	if (reason != XVRRP_ACCEPTED)
		return refuse_sbfd(datagram, reason);
	is_up = is_in_control(control, reflector->hang_limit_ns, now) && !control->leaving;
	turn_bfd(datagram->bfd, is_up ? XVRRP_BFD_UP : XVRRP_BFD_ADMIN_DOWN);
	turn_headers(datagram);
	__sync_fetch_and_add(&reflector->answered, 1);
	return XDP_TX;
}

/* The second half of struct xvrrp_reply. */
union reply_word {
	struct {
		__u32 discriminator;
		__u32 state;
	} fields;
	__u64 word;
};

/* The discriminator says that the rest is there, so it comes last, in one word with the state. A processor that makes
 * stores visible in another order can still show an older stamp for a moment: it is from before the probe. */
static __always_inline void store_reply(struct xvrrp_reply *to, __u64 stamp_ns, const union reply_word *word)
{
	*(volatile __u64 *)&to->stamp_ns = stamp_ns;
	*(volatile __u64 *)&to->discriminator = word->word;
}

static __always_inline int is_answer(const struct xvrrp_session *session, const struct sbfd_datagram *datagram,
				     __u32 discriminator)
{
	return is_well_formed(datagram->bfd) && !(datagram->bfd->state_and_flags & BFD_DEMAND) &&
	       datagram->ttl == XVRRP_TTL && xvrrp_same_address(session->peer, datagram->source) &&
	       session->probes[xvrrp_probe_place(discriminator)].discriminator == discriminator;
}

static __always_inline int reply_received(const struct sbfd_datagram *datagram)
{
	const __u64 now = bpf_ktime_get_ns();
	const struct xvrrp_session *session;
	struct xvrrp_session_record *record;
	union reply_word reply;
	__u32 number, place;

	if (!datagram->bfd)
		return SBFD_NOT_OURS;
	reply.fields.discriminator = bpf_ntohl(datagram->bfd->your_discriminator);
	reply.fields.state = datagram->bfd->state_and_flags >> 6;
	number = xvrrp_probe_session(reply.fields.discriminator);
	place = xvrrp_probe_place(reply.fields.discriminator);
	session = bpf_map_lookup_elem(&sbfd_probes, &number);
	record = bpf_map_lookup_elem(&sbfd_sessions, &number);
	if (!session || !record || session->ifindex != datagram->ifindex || session->family != datagram->family ||
	    session->port != bpf_ntohs(datagram->udp->dest))
		return SBFD_NOT_OURS;
	if (!is_answer(session, datagram, reply.fields.discriminator))
		return refuse_sbfd(datagram, XVRRP_DROP_REPLY);
	__sync_fetch_and_add(&record->replies, 1);
	record->last_stamp_ns = now;
	record->last_round_trip_ns = now - session->probes[place].sent_ns;
	record->last_state = reply.fields.state;
	store_reply(&record->reply[place], now, &reply);
	return XDP_DROP;
}

static __always_inline int sbfd_over(struct xdp_md *ctx, __u8 family, enum sbfd_kind kind)
{
	struct sbfd_datagram datagram;

	if (!read_sbfd(ctx, family, &datagram))
		return SBFD_NOT_OURS;
	return kind == SBFD_PROBE ? probe_received(&datagram) : reply_received(&datagram);
}

/* A verdict, or SBFD_NOT_OURS. Not inlined: the registers and the stack that it takes cost other packets nothing. */
static __noinline int sbfd_received(struct xdp_md *ctx, enum sbfd_kind kind, __be16 type)
{
	return type == bpf_htons(ETH_P_IP) ? sbfd_over(ctx, XVRRP_IPV4, kind) : sbfd_over(ctx, XVRRP_IPV6, kind);
}

#endif
