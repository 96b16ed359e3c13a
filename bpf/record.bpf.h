/* SPDX-License-Identifier: BSD-2-Clause
 *
 * vrrp_routers: what a slot heard last, and how much of it may wake the daemon. All of it under the record's lock,
 * where the kernel lets no function be called: everything here is inlined and takes the time from its caller.
 *
 * The record answers one question, asked before the daemon believes in a silence: who was heard, and when? So every
 * valid advert gets in, told to the daemon or not. `followed` is written by the followed router's adverts alone,
 * priority 0 too: that the router has resigned is what the daemon must learn then. `other` keeps the best of the rest;
 * a resignation (priority 0) from one of them updates its own record, which then gives way to anybody, and never
 * displaces another's: somebody who has left is no candidate. When the daemon follows somebody else, `followed` shows
 * the old router until the new one's next advert: a reader compares the source.
 */
#ifndef XVRRP_RECORD_BPF_H
#define XVRRP_RECORD_BPF_H

#include "maps.bpf.h"
#include "xvrrp/validate.h"

#define NS_PER_SECOND 1000000000ULL
#define NS_PER_CENTISECOND 10000000ULL

enum admission {
	ADMISSION_STALE,      /* the slot changed hands while the advert was checked */
	ADMISSION_SUPPRESSED, /* recorded, over its bucket's rate */
	ADMISSION_GRANTED
};

static __always_inline void fill_bucket(struct xvrrp_bucket *bucket, __u64 burst, __u64 now)
{
	bucket->refilled_ns = now;
	bucket->credit = burst * NS_PER_SECOND;
}

/* A token is worth NS_PER_SECOND; a nanosecond is worth the rate. */
static __always_inline int take_token(struct xvrrp_bucket *bucket, __u64 per_second, __u64 burst, __u64 now)
{
	__u64 full = burst * NS_PER_SECOND;

	if (now > bucket->refilled_ns) { /* another CPU may have come first with a later time */
		__u64 elapsed = now - bucket->refilled_ns;

		if (elapsed >= full / per_second)
			bucket->credit = full;
		else
			bucket->credit += elapsed * per_second;
		if (bucket->credit > full)
			bucket->credit = full;
		bucket->refilled_ns = now;
	}
	if (bucket->credit < NS_PER_SECOND)
		return 0;
	bucket->credit -= NS_PER_SECOND;
	return 1;
}

static __always_inline void reset_record(struct xvrrp_router_record *record, __u32 generation, __u64 now)
{
	const struct xvrrp_heard nobody = {};

	record->generation = generation;
	record->followed = nobody;
	record->other = nobody;
	record->accepted = 0;
	record->suppressed = 0;
	record->lost = 0;
	record->fenced_until_ns = 0;
	fill_bucket(&record->followed_bucket, XVRRP_FOLLOWED_BURST, now);
	fill_bucket(&record->others_bucket, XVRRP_OTHERS_BURST, now);
}

/* Long enough that any Active_Down_Interval has run out (RFC 9568 6.1). */
static __always_inline int is_silent(const struct xvrrp_heard *heard, __u64 now)
{
	return now > heard->stamp_ns + 3 * heard->interval_cs * NS_PER_CENTISECOND + NS_PER_SECOND;
}

static __always_inline int displaces(const struct xvrrp_heard *advert, const struct xvrrp_heard *other)
{
	if (xvrrp_same_address(advert->source, other->source))
		return 1;
	if (advert->priority == 0)
		return 0;
	return advert->priority >= other->priority || is_silent(other, advert->stamp_ns);
}

/* Until the successor's Active_Down_Interval has run out, which is shorter than four of its intervals whatever our
 * priority (RFC 9568 6.1): then it is dead too, and this host had better serve than nobody. */
static __always_inline void fence(struct xvrrp_router_record *record, const struct xvrrp_slot_config *config,
				  const struct xvrrp_heard *successor)
{
	const __u64 until = successor->stamp_ns + 4 * successor->interval_cs * NS_PER_CENTISECOND;

	if (record->fence_epoch == config->fence_epoch && record->fenced_until_ns > until)
		return;
	record->fenced_until_ns = until;
	record->fence_epoch = config->fence_epoch;
}

/* Fenced by fence(), and the daemon hasn't lifted it. */
static __always_inline int is_deposed(__u32 slot, const struct xvrrp_slot_config *config)
{
	const struct xvrrp_router_record *record = bpf_map_lookup_elem(&vrrp_routers, &slot);

	return record && record->fenced_until_ns != 0 && record->fence_epoch == config->fence_epoch &&
	       record->generation == config->generation && bpf_ktime_get_ns() < record->fenced_until_ns;
}

/* The generation is read under the lock: an advert that was checked against a slot's former router must not bring that
 * one's record back. */
static __always_inline enum admission record_advert(struct xvrrp_router_record *record,
						    const struct xvrrp_slot_config *config, __u32 generation,
						    const struct xvrrp_heard *advert, int is_followed, int is_succeeded)
{
	const struct xvrrp_heard nobody = {};
	int granted;

	bpf_spin_lock(&record->lock);
	if (*(const volatile __u32 *)&config->generation != generation) {
		bpf_spin_unlock(&record->lock);
		return ADMISSION_STALE;
	}
	if (record->generation != generation)
		reset_record(record, generation, advert->stamp_ns);
	if (is_succeeded)
		fence(record, config, advert);
	if (is_followed) {
		record->followed = *advert;
		if (xvrrp_same_address(record->other.source, advert->source))
			record->other = nobody;
		granted = take_token(&record->followed_bucket, XVRRP_FOLLOWED_PER_SECOND, XVRRP_FOLLOWED_BURST,
				     advert->stamp_ns);
	} else {
		if (displaces(advert, &record->other))
			record->other = *advert;
		granted =
		    take_token(&record->others_bucket, XVRRP_OTHERS_PER_SECOND, XVRRP_OTHERS_BURST, advert->stamp_ns);
	}
	record->accepted++;
	if (!granted)
		record->suppressed++;
	bpf_spin_unlock(&record->lock);
	return granted ? ADMISSION_GRANTED : ADMISSION_SUPPRESSED;
}

#endif
