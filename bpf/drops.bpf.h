/* SPDX-License-Identifier: BSD-2-Clause
 *
 * vrrp_drops: what was refused, and for which reason.
 */
#ifndef XVRRP_DROPS_BPF_H
#define XVRRP_DROPS_BPF_H

#include "maps.bpf.h"
#include "xvrrp/validate.h"

/* Counts only where the daemon has made an entry: a flood can't fill the map. `source` is in the layout of abi.h. */
static __always_inline void count_drop(__u32 ifindex, __u8 family, const __u8 *source, __u8 vrid,
				       enum xvrrp_drop_reason reason)
{
	struct xvrrp_drop_key key = {.ifindex = ifindex, .reason = reason};
	struct xvrrp_drop_count *drops = bpf_map_lookup_elem(&vrrp_drops, &key);

	if (!drops)
		return;
	drops->count++;
	note_time(&drops->last_ns, &drops->last_tick);
	xvrrp_copy_ipv6(drops->last_source, source);
	drops->last_vrid = vrid;
	drops->last_family = family;
}

#endif
