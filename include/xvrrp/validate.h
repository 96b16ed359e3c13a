/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is this an advert that the daemon should hear of? The one implementation of the receive checks (RFC 9568 7.1, RFC
 * 3768 7.1), in the order in which coinciding faults are reported. Compiled into XDP by clang and into the
 * packet-socket fallback by the C++ compiler, so that both come to the same verdict about the same bytes: freestanding,
 * no state, no allocation, every access preceded by a comparison with `end`, as the kernel's verifier demands it.
 *
 * A caller takes three steps and looks up two things between them:
 *   xvrrp_parse_ipv4 or xvrrp_parse_ipv6   IP header → where the message is; false: not an advert, leave it alone
 *   xvrrp_read_header                      → version, type, VRID; then the caller finds the slot (RX-07)
 *   xvrrp_check_advert                     → the rest; then, with XVRRP_SLOT_CHECK_SOURCE, the caller asks whether the
 *                                            source is a peer (XVRRP_DROP_SOURCE)
 * Nothing here is discarded that RFC and keepalived don't both discard, but what a slot's flags ask for.
 */
#ifndef XVRRP_VALIDATE_H
#define XVRRP_VALIDATE_H

#include "xvrrp/abi.h"

#define XVRRP_INLINE static inline __attribute__((always_inline))

enum {
	XVRRP_IP_PROTOCOL = 112,
	XVRRP_TTL = 255,       /* RFC 9568 5.1.1.3, 5.1.2.3 */
	XVRRP_TYPE_ADVERT = 1, /* RFC 9568 5.2.2 */
	XVRRP_AUTH_NONE = 0,   /* RFC 2338 5.3.6 */
	XVRRP_AUTH_PASSWORD = 1,
	XVRRP_IPV4_HEADER_BYTES = 20,
	XVRRP_IPV6_HEADER_BYTES = 40,
	XVRRP_HEADER_BYTES = 8,	    /* in front of the addresses */
	XVRRP_SUM_BLOCK_BYTES = 32, /* how much of a message is summed at a time */
	XVRRP_MAX_MESSAGE_BYTES = XVRRP_HEADER_BYTES + 255 * XVRRP_ADDRESS_BYTES + XVRRP_PASSWORD_BYTES
};

/* A whole datagram of protocol 112. */
struct xvrrp_datagram {
	__u8 source[XVRRP_ADDRESS_BYTES] __attribute__((aligned(8)));
	__u8 destination[XVRRP_ADDRESS_BYTES] __attribute__((aligned(8)));
	const __u8 *message;
	__u32 length; /* of the message by the IP header: without what Ethernet pads */
	__u8 family;  /* enum xvrrp_family */
	__u8 ttl;
};

/* The fixed part of the message (RFC 9568 5.2, RFC 3768 5.3). */
struct xvrrp_header {
	__u8 version;
	__u8 vrid;
	__u8 priority;
	__u8 count;
	__u8 auth_type;	       /* version 2 */
	__u8 interval_seconds; /* version 2 */
	__u16 interval_cs;     /* Max Advertise Interval; version 2: the seconds times 100 */
};

XVRRP_INLINE __u16 xvrrp_load_be16(const __u8 *from)
{
	return (__u16)(from[0] << 8 | from[1]);
}

/* Words as they lie in memory. clang for BPF takes a copy of unaligned bytes apart into single loads, though the
 * kernels that this runs on do such a load in one instruction; a C++ compiler needs the copy, and makes one instruction
 * of it. */
#ifdef __bpf__
XVRRP_INLINE __u32 xvrrp_load32(const __u8 *from)
{
	return *(const __u32 *)from;
}
XVRRP_INLINE __u64 xvrrp_load64(const __u8 *from)
{
	return *(const __u64 *)from;
}
XVRRP_INLINE void xvrrp_store32(__u8 *to, __u32 word)
{
	*(__u32 *)to = word;
}
#else
XVRRP_INLINE __u32 xvrrp_load32(const __u8 *from)
{
	__u32 word = 0;
	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}
XVRRP_INLINE __u64 xvrrp_load64(const __u8 *from)
{
	__u64 word = 0;
	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}
XVRRP_INLINE void xvrrp_store32(__u8 *to, __u32 word)
{
	__builtin_memcpy(to, &word, sizeof(word));
}
#endif

/* Both in the layout of abi.h and aligned to eight bytes. */
XVRRP_INLINE int xvrrp_same_address(const __u8 *a, const __u8 *b)
{
	return xvrrp_load64(a) == xvrrp_load64(b) && xvrrp_load64(a + 8) == xvrrp_load64(b + 8);
}

XVRRP_INLINE int xvrrp_is_multicast(__u8 family, const __u8 *address)
{
	return family == XVRRP_IPV4 ? (address[0] & 0xf0) == 0xe0 : address[0] == 0xff;
}

XVRRP_INLINE void xvrrp_copy_ipv4(__u8 *to, const __u8 *from)
{
	xvrrp_store32(to, xvrrp_load32(from));
	xvrrp_store32(to + 4, 0);
	xvrrp_store32(to + 8, 0);
	xvrrp_store32(to + 12, 0);
}

XVRRP_INLINE void xvrrp_copy_ipv6(__u8 *to, const __u8 *from)
{
	xvrrp_store32(to, xvrrp_load32(from));
	xvrrp_store32(to + 4, xvrrp_load32(from + 4));
	xvrrp_store32(to + 8, xvrrp_load32(from + 8));
	xvrrp_store32(to + 12, xvrrp_load32(from + 12));
}

/* `ip` points at the IPv4 header. False unless this is a whole, well-formed datagram of protocol 112 in one piece; its
 * options are skipped (RX-16, RX-17). */
XVRRP_INLINE int xvrrp_parse_ipv4(const __u8 *ip, const __u8 *end, struct xvrrp_datagram *datagram)
{
	__u32 header_length = 0, total_length = 0;

	if (ip + XVRRP_IPV4_HEADER_BYTES > end || ip[0] >> 4 != 4 || ip[9] != XVRRP_IP_PROTOCOL)
		return 0;
	header_length = (ip[0] & 0x0fU) * 4;
	total_length = xvrrp_load_be16(ip + 2);
	if (header_length < XVRRP_IPV4_HEADER_BYTES || total_length < header_length || ip + total_length > end)
		return 0;
	if ((xvrrp_load_be16(ip + 6) & 0x3fff) != 0) /* more fragments, or an offset */
		return 0;
	xvrrp_copy_ipv4(datagram->source, ip + 12);
	xvrrp_copy_ipv4(datagram->destination, ip + 16);
	datagram->message = ip + header_length;
	datagram->length = total_length - header_length;
	datagram->family = XVRRP_IPV4;
	datagram->ttl = ip[8];
	return 1;
}

/* `ip` points at the IPv6 header. Adverts have no extension headers: a datagram with one is left alone. */
XVRRP_INLINE int xvrrp_parse_ipv6(const __u8 *ip, const __u8 *end, struct xvrrp_datagram *datagram)
{
	__u32 length = 0;

	if (ip + XVRRP_IPV6_HEADER_BYTES > end || ip[0] >> 4 != 6 || ip[6] != XVRRP_IP_PROTOCOL)
		return 0;
	length = xvrrp_load_be16(ip + 4);
	if (ip + XVRRP_IPV6_HEADER_BYTES + length > end)
		return 0;
	xvrrp_copy_ipv6(datagram->source, ip + 8);
	xvrrp_copy_ipv6(datagram->destination, ip + 24);
	datagram->message = ip + XVRRP_IPV6_HEADER_BYTES;
	datagram->length = length;
	datagram->family = XVRRP_IPV6;
	datagram->ttl = ip[7];
	return 1;
}

/* RX-04, RX-02, RX-03. `header` is filled unless the message is truncated. */
XVRRP_INLINE enum xvrrp_drop_reason xvrrp_read_header(const struct xvrrp_datagram *datagram, const __u8 *end,
						      struct xvrrp_header *header)
{
	const __u8 *message = datagram->message;

	if (datagram->length < XVRRP_HEADER_BYTES || message + XVRRP_HEADER_BYTES > end)
		return XVRRP_DROP_TRUNCATED;
	header->version = message[0] >> 4;
	header->vrid = message[1];
	header->priority = message[2];
	header->count = message[3];
	header->auth_type = message[4];
	header->interval_seconds = message[5];
	/* The upper four bits are reserved and not looked at (RX-11, RFC 9568 5.2.6). */
	header->interval_cs =
	    header->version == 2 ? (__u16)(message[5] * 100) : (__u16)(xvrrp_load_be16(message + 4) & 0x0fff);
	if (header->version != 2 && header->version != 3)
		return XVRRP_DROP_VERSION;
	if ((message[0] & 0x0f) != XVRRP_TYPE_ADVERT)
		return XVRRP_DROP_TYPE;
	return XVRRP_ACCEPTED;
}

/* The sum of the message's 32-bit words as they lie in memory. It folds to RFC 1071's sum of 16-bit words, whose byte
 * order doesn't matter to the comparison with 0xffff. `length` is a multiple of four. That the loops count blocks, and
 * the words in front of them, is for the verifier: what it learns in them about the bound is then no news about the
 * length, and it looks at what follows once, not once for each length. */
XVRRP_INLINE __u64 xvrrp_sum_message(const __u8 *message, const __u8 *end, __u32 length)
{
	const __u32 words = length % XVRRP_SUM_BLOCK_BYTES / 4;
	const __u32 blocks = length / XVRRP_SUM_BLOCK_BYTES;
	const __u8 *block = message + (__u64)words * 4;
	__u64 sum = 0;

	__asm__ volatile("" : "+r"(block)); /* computed here, before anything is known of `words` */
	for (__u32 i = 0; i < XVRRP_SUM_BLOCK_BYTES / 4 - 1; i++) {
		if (i >= words || message + (__u64)i * 4 + 4 > end)
			break;
		sum += xvrrp_load32(message + (__u64)i * 4);
	}
	for (__u32 i = 0; i < XVRRP_MAX_MESSAGE_BYTES / XVRRP_SUM_BLOCK_BYTES; i++) {
		if (i >= blocks || block + XVRRP_SUM_BLOCK_BYTES > end)
			break;
		for (int word = 0; word < XVRRP_SUM_BLOCK_BYTES; word += 8)
			sum += (xvrrp_load64(block + word) >> 32) + (__u32)xvrrp_load64(block + word);
		block += XVRRP_SUM_BLOCK_BYTES;
	}
	return sum;
}

/* RFC 8200 8.1; over IPv4 the same with shorter addresses. */
XVRRP_INLINE __u64 xvrrp_sum_pseudo_header(const struct xvrrp_datagram *datagram)
{
	__u8 tail[8] __attribute__((aligned(8))) = {0, 0, 0, 0, 0, 0, 0, XVRRP_IP_PROTOCOL};
	__u64 sum = 0;

	for (int i = 0; i < XVRRP_ADDRESS_BYTES; i += 4)
		sum += (__u64)xvrrp_load32(datagram->source + i) + xvrrp_load32(datagram->destination + i);
	tail[2] = (__u8)(datagram->length >> 8);
	tail[3] = (__u8)datagram->length;
	return sum + xvrrp_load32(tail) + xvrrp_load32(tail + 4);
}

/* Three folds: no sum of a message exceeds 43 bits, and what a fourth would change isn't 0xffff before or after. */
XVRRP_INLINE int xvrrp_sum_is_right(__u64 sum)
{
	for (int i = 0; i < 3; i++)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

/* RX-06. Version 3 over IPv4 comes in two forms, and both are taken: with a pseudo-header (RFC 5798 as most read it)
 * and without (RFC 9568 5.2.8); `flags` says which it was. */
XVRRP_INLINE int xvrrp_checksum_is_right(const struct xvrrp_datagram *datagram, const struct xvrrp_header *header,
					 const __u8 *end, __u8 *flags)
{
	const __u64 sum = xvrrp_sum_message(datagram->message, end, datagram->length);

	if (header->version == 2)
		return xvrrp_sum_is_right(sum);
	if (xvrrp_sum_is_right(sum + xvrrp_sum_pseudo_header(datagram)))
		return 1;
	if (datagram->family != XVRRP_IPV4 || !xvrrp_sum_is_right(sum))
		return 0;
	*flags |= XVRRP_EVENT_PLAIN_CHECKSUM;
	return 1;
}

/* RX-04, RX-05: a version 2 message ends with eight bytes of authentication data, whatever its authentication type. */
XVRRP_INLINE __u32 xvrrp_expected_length(const struct xvrrp_datagram *datagram, const struct xvrrp_header *header)
{
	const __u32 address_bytes = datagram->family == XVRRP_IPV4 ? 4 : XVRRP_ADDRESS_BYTES;

	return XVRRP_HEADER_BYTES + header->count * address_bytes + (header->version == 2 ? XVRRP_PASSWORD_BYTES : 0);
}

/* RX-15 (RFC 2338 5.3.6, RFC 3768 7.1): the type must be the configured one. Without a secret no password is right. */
XVRRP_INLINE enum xvrrp_drop_reason xvrrp_check_auth(const struct xvrrp_datagram *datagram,
						     const struct xvrrp_header *header,
						     const struct xvrrp_slot_config *config,
						     const struct xvrrp_secret *secret, const __u8 *end)
{
	if (header->auth_type != (config->flags & XVRRP_SLOT_AUTH_PASS ? XVRRP_AUTH_PASSWORD : XVRRP_AUTH_NONE))
		return XVRRP_DROP_AUTH_TYPE;
	if (header->auth_type == XVRRP_AUTH_NONE)
		return XVRRP_ACCEPTED;
	const __u8 *password = datagram->message + xvrrp_expected_length(datagram, header) - XVRRP_PASSWORD_BYTES;

	if (!secret || password + XVRRP_PASSWORD_BYTES > end ||
	    xvrrp_load64(password) != xvrrp_load64(secret->password))
		return XVRRP_DROP_AUTH_PASSWORD;
	return XVRRP_ACCEPTED;
}

/* RX-10 (RFC 9568 5.2.9, erratum 8300). */
XVRRP_INLINE int xvrrp_first_is_link_local(const struct xvrrp_datagram *datagram, const __u8 *end)
{
	const __u8 *first = datagram->message + XVRRP_HEADER_BYTES;

	return first + XVRRP_ADDRESS_BYTES <= end && first[0] == 0xfe && (first[1] & 0xc0) == 0x80;
}

/* What remains when length, addresses and authentication are right. */
XVRRP_INLINE enum xvrrp_drop_reason xvrrp_check_fields(const struct xvrrp_datagram *datagram,
						       const struct xvrrp_header *header,
						       const struct xvrrp_slot_config *config, const __u8 *end)
{
	/* RX-09, erratum 8301. Of version 2, zero is another interval than ours like any other. */
	if (header->version == 3 && header->interval_cs == 0)
		return XVRRP_DROP_INTERVAL_ZERO;
	/* RX-12, RFC 3768 7.1; a version 3 router learns the interval instead. */
	if (header->version == 2 && header->interval_seconds != config->interval_seconds)
		return XVRRP_DROP_INTERVAL_MISMATCH;
	if (config->flags & XVRRP_SLOT_STRICT && datagram->family == XVRRP_IPV6 &&
	    !xvrrp_first_is_link_local(datagram, end))
		return XVRRP_DROP_NOT_LINK_LOCAL;
	/* RX-18 */
	if (!xvrrp_same_address(datagram->destination,
				config->flags & XVRRP_SLOT_UNICAST ? config->source : config->group))
		return XVRRP_DROP_DESTINATION;
	/* RX-19: our own advert, looped back */
	if (xvrrp_same_address(datagram->source, config->source))
		return XVRRP_DROP_OWN_ADDRESS;
	return XVRRP_ACCEPTED;
}

/* The checks that need the slot's configuration. `secret` may be null where XVRRP_SLOT_AUTH_PASS isn't
 * set. Sets XVRRP_EVENT_PLAIN_CHECKSUM in `flags`, which the caller has set to 0. */
XVRRP_INLINE enum xvrrp_drop_reason xvrrp_check_advert(const struct xvrrp_datagram *datagram,
						       const struct xvrrp_header *header,
						       const struct xvrrp_slot_config *config,
						       const struct xvrrp_secret *secret, const __u8 *end, __u8 *flags)
{
	if (header->version != config->version)
		return XVRRP_DROP_VERSION_MISMATCH;
	/* No address count makes a message of such a length, so it needs no sum to be refused. */
	if (datagram->length > XVRRP_MAX_MESSAGE_BYTES || datagram->length % 4 != 0)
		return XVRRP_DROP_LENGTH;
	if (!xvrrp_checksum_is_right(datagram, header, end, flags))
		return XVRRP_DROP_CHECKSUM;
	/* RX-01. RFC 9568 knows no unicast, and peers may be some hops away: see xvrrp_check_peer. */
	if (datagram->ttl != XVRRP_TTL && xvrrp_is_multicast(datagram->family, datagram->destination))
		return XVRRP_DROP_TTL;
	/* RX-08, erratum 8299. Routers without addresses would else each be the only one. */
	if (header->count == 0 && !(config->flags & XVRRP_SLOT_NO_VIPS))
		return XVRRP_DROP_NO_ADDRESSES;
	if (datagram->length != xvrrp_expected_length(datagram, header))
		return XVRRP_DROP_LENGTH;
	if (header->version == 2) {
		const enum xvrrp_drop_reason reason = xvrrp_check_auth(datagram, header, config, secret, end);

		if (reason != XVRRP_ACCEPTED)
			return reason;
	}
	return xvrrp_check_fields(datagram, header, config, end);
}

/* Where XVRRP_SLOT_CHECK_SOURCE is set. `peer` is what vrrp_peers has for the source; null: nothing. */
XVRRP_INLINE enum xvrrp_drop_reason xvrrp_check_peer(const struct xvrrp_datagram *datagram,
						     const struct xvrrp_peer *peer)
{
	if (!peer)
		return XVRRP_DROP_SOURCE;
	return datagram->ttl < peer->min_ttl || datagram->ttl > peer->max_ttl ? XVRRP_DROP_TTL : XVRRP_ACCEPTED;
}

#endif
