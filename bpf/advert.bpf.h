/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An advert: check it, count it or record it, and tell the daemon. A refused one goes no further; a valid one is passed
 * on, so that tcpdump and other daemons still see it (RX-22).
 */
#ifndef XVRRP_ADVERT_BPF_H
#define XVRRP_ADVERT_BPF_H

#include "drops.bpf.h"
#include "maps.bpf.h"
#include "parse.bpf.h"
#include "record.bpf.h"
#include "xvrrp/validate.h"

static __always_inline void count_refused(const struct frame *frame, const struct xvrrp_datagram *datagram, __u8 vrid,
					  enum xvrrp_drop_reason reason)
{
	count_drop(frame->ifindex, datagram->family, datagram->source, vrid, reason);
}

/* RX-07: the virtual router is configured on the interface that the advert came in on. */
static __always_inline const __u32 *find_slot(const struct frame *frame, const struct xvrrp_datagram *datagram,
					      const struct xvrrp_header *header)
{
	struct xvrrp_slot_key key = {.ifindex = frame->ifindex, .family = datagram->family, .vrid = header->vrid};

	return bpf_map_lookup_elem(&vrrp_slots, &key);
}

static __always_inline const struct xvrrp_peer *find_peer(__u32 slot, const struct xvrrp_slot_config *config,
							  const struct xvrrp_datagram *datagram)
{
	struct xvrrp_peer_key key = {.slot = slot};

	if (config->peer_bits && !(config->peer_bits & xvrrp_peer_bit((const __u32 *)datagram->source)))
		return 0;
	xvrrp_copy_ipv6(key.address, datagram->source);
	return bpf_map_lookup_elem(&vrrp_peers, &key);
}

static __always_inline int is_followed(const struct xvrrp_slot_config *config, const struct xvrrp_datagram *datagram)
{
	const __u8 *followed = config->followed[config->followed_half & 1];

	return (xvrrp_load64(followed) | xvrrp_load64(followed + 8)) != 0 &&
	       xvrrp_same_address(followed, datagram->source);
}

static __always_inline void copy_mac(__u8 *to, const struct frame *frame)
{
	const struct ethhdr *header = (const void *)frame->start;

	if (frame->start + sizeof(*header) <= frame->end)
		__builtin_memcpy(to, header->h_source, XVRRP_MAC_BYTES);
}

/* A valid message's length is a multiple of four. */
static __always_inline void copy_message(__u8 *to, const struct frame *frame, const struct xvrrp_datagram *datagram)
{
#pragma unroll
	for (__u32 i = 0; i < XVRRP_EVENT_ADVERT_BYTES; i += 4) {
		const __u8 *from = datagram->message + i;

		xvrrp_store32(to + i, i < datagram->length && from + 4 <= frame->end ? xvrrp_load32(from) : 0);
	}
}

static __always_inline void tell_daemon(struct xvrrp_router_record *record, const struct xvrrp_event *head,
					const struct frame *frame, const struct xvrrp_datagram *datagram)
{
	struct xvrrp_event *event = bpf_ringbuf_reserve(&vrrp_events, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&record->lost, 1);
		return;
	}
	event->stamp_ns = head->stamp_ns;
	event->slot = head->slot;
	event->generation = head->generation;
	event->ifindex = frame->ifindex;
	event->advert_length = datagram->length;
	event->family = datagram->family;
	event->ttl = datagram->ttl;
	xvrrp_copy_ipv6(event->source, datagram->source);
	xvrrp_copy_ipv6(event->destination, datagram->destination);
	copy_mac(event->mac, frame);
	event->flags = head->flags;
	event->zero = 0;
	copy_message(event->advert, frame, datagram);
	bpf_ringbuf_submit(event, 0);
}

/* Another router has taken over while our daemon wasn't in control: it will never yield by itself. Whose priority is
 * higher doesn't matter, because two routers serve now and the other one's daemon is alive. */
static __always_inline int is_succeeded(const struct xvrrp_slot_config *config, const struct xvrrp_heard *advert)
{
	return (serves(config) || config->flags & XVRRP_SLOT_HOLDS) && advert->priority != 0 &&
	       !is_in_control(daemon_control(), config->hang_limit_ns, advert->stamp_ns);
}

static __always_inline int accept_advert(const struct frame *frame, const struct xvrrp_datagram *datagram,
					 const struct xvrrp_header *header, const struct xvrrp_slot_config *config,
					 __u32 slot, __u32 generation, __u8 flags)
{
	struct xvrrp_router_record *record = bpf_map_lookup_elem(&vrrp_routers, &slot);
	struct xvrrp_heard advert = {.priority = header->priority, .interval_cs = header->interval_cs};
	struct xvrrp_event head = {.slot = slot, .generation = generation, .flags = flags};

	if (!record)
		return XDP_PASS;
	if (is_followed(config, datagram))
		head.flags |= XVRRP_EVENT_FOLLOWED;
	xvrrp_copy_ipv6(advert.source, datagram->source);
	copy_mac(advert.mac, frame);
	advert.stamp_ns = bpf_ktime_get_ns();
	head.stamp_ns = advert.stamp_ns;
	if (record_advert(record, config, generation, &advert, head.flags & XVRRP_EVENT_FOLLOWED,
			  is_succeeded(config, &advert)) == ADMISSION_GRANTED)
		tell_daemon(record, &head, frame, datagram);
	return XDP_PASS;
}

static __always_inline int advert_received(const struct frame *frame, const struct xvrrp_datagram *datagram)
{
	struct xvrrp_header header = {};
	enum xvrrp_drop_reason reason = xvrrp_read_header(datagram, frame->end, &header);
	const struct xvrrp_slot_config *config;
	const struct xvrrp_secret *secret = 0;
	const __u32 *slot = 0;
	__u32 generation;
	__u8 flags = 0;

	if (reason != XVRRP_ACCEPTED)
		goto refuse;
	slot = find_slot(frame, datagram, &header);
	config = slot ? slot_config(*slot) : 0;
	generation = config ? *(const volatile __u32 *)&config->generation : 0;
	if (!slot || !config || generation == 0) {
		count_refused(frame, datagram, header.vrid, XVRRP_PASS_UNKNOWN_VRID);
		return XDP_PASS;
	}
	if (config->flags & XVRRP_SLOT_AUTH_PASS)
		secret = bpf_map_lookup_elem(&vrrp_secrets, slot);
	reason = xvrrp_check_advert(datagram, &header, config, secret, frame->end, &flags);
	if (reason == XVRRP_ACCEPTED && config->flags & XVRRP_SLOT_CHECK_SOURCE)
		reason = xvrrp_check_peer(datagram, find_peer(*slot, config, datagram));
	if (reason == XVRRP_ACCEPTED)
		return accept_advert(frame, datagram, &header, config, *slot, generation, flags);
refuse:
	count_refused(frame, datagram, header.vrid, reason);
	return XDP_DROP;
}

#endif
