/* SPDX-License-Identifier: BSD-2-Clause
 *
 * vrrp_control: is the daemon in control? Asked by the reflector and by the fence, answered by the daemon's lease and
 * by death.bpf.c.
 */
#ifndef XVRRP_CONTROL_BPF_H
#define XVRRP_CONTROL_BPF_H

#include "xvrrp/abi.h"

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xvrrp_control);
} vrrp_control SEC(".maps");

static __always_inline struct xvrrp_control *daemon_control(void)
{
	const __u32 key = 0;

	return bpf_map_lookup_elem(&vrrp_control, &key);
}

/* The lease may be later than `now`: it is renewed on another CPU. */
static __always_inline int is_in_control(const struct xvrrp_control *control, __u64 hang_limit_ns, __u64 now)
{
	return control && control->alive && (__s64)(now - control->lease_ns) < (__s64)hang_limit_ns;
}

#endif
