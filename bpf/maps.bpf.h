/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every map (vrrp_control by way of control.bpf.h), and the read-only settings. XDP's object and tc's define all of
 * them: the daemon loads vrrp_xdp first, then lets each map of the other objects reuse the descriptor of its namesake
 * (bpf_map__reuse_fd). Keys and values are the structs of abi.h, so `bpftool map dump` prints fields. Hashes that the
 * daemon alone fills aren't preallocated: a per-CPU hash of XVRRP_MAX_VIPS entries would cost megabytes for each CPU.
 */
#ifndef XVRRP_MAPS_BPF_H
#define XVRRP_MAPS_BPF_H

#include "control.bpf.h"
#include "xvrrp/abi.h"

#include <bpf/bpf_helpers.h>

/* Not zero: the kernel has bpf_ktime_get_coarse_ns (5.11): a tick old at worst, and a fraction of the cost. The daemon
 * probes for it and sets this before it loads the object. Adverts always get the exact time. */
const volatile __u8 coarse_clock = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XVRRP_MAX_SLOTS);
	__type(key, struct xvrrp_slot_key);
	__type(value, __u32); /* the slot */
} vrrp_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, XVRRP_MAX_SLOTS);
	__type(key, __u32);
	__type(value, struct xvrrp_slot_config);
} vrrp_config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XVRRP_MAX_SLOTS);
	__type(key, __u32);
	__type(value, struct xvrrp_secret);
} vrrp_secrets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XVRRP_MAX_PEERS);
	__type(key, struct xvrrp_peer_key);
	__type(value, struct xvrrp_peer);
} vrrp_peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XVRRP_MAX_SLOTS);
	__type(key, __u32);
	__type(value, struct xvrrp_router_record);
} vrrp_routers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XVRRP_MAX_INTERFACES *XVRRP_REASONS);
	__type(key, struct xvrrp_drop_key);
	__type(value, struct xvrrp_drop_count);
} vrrp_drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XVRRP_MAX_VIPS);
	__type(key, struct xvrrp_vip_key);
	__type(value, struct xvrrp_vip_count);
} vrrp_vips SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xvrrp_vip_bits);
} vrrp_vip_bits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XVRRP_MAX_REFLECTORS);
	__type(key, struct xvrrp_reflector_key);
	__type(value, struct xvrrp_reflector);
} sbfd_reflectors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, XVRRP_MAX_PROBERS);
	__type(key, struct xvrrp_prober_key);
	__type(value, struct xvrrp_bucket);
} sbfd_probers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, XVRRP_MAX_SESSIONS);
	__type(key, __u32);
	__type(value, struct xvrrp_session);
} sbfd_probes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, XVRRP_MAX_SESSIONS);
	__type(key, __u32);
	__type(value, struct xvrrp_session_record);
} sbfd_sessions SEC(".maps");

/* Where an advert is put together that lies in several buffers; with room behind it for what the verifier believes that
 * a loop in validate.h may reach. */
enum { SCRATCH_FRAME_BYTES = 4224, SCRATCH_BYTES = SCRATCH_FRAME_BYTES + 128 };
struct scratch {
	__u8 bytes[SCRATCH_BYTES];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} vrrp_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XVRRP_EVENTS_BYTES);
} vrrp_events SEC(".maps");

/* The time of counting, a tick old at worst. Asked for once a tick: jiffies cost a load, every clock a function call.
 */
static __always_inline void note_time(__u64 *time, __u32 *tick)
{
	__u32 now = bpf_jiffies64();

	if (*tick == now)
		return;
	*tick = now;
	*time = coarse_clock ? bpf_ktime_get_coarse_ns() : bpf_ktime_get_ns();
}

static __always_inline struct xvrrp_slot_config *slot_config(__u32 slot)
{
	return bpf_map_lookup_elem(&vrrp_config, &slot);
}

/* Active, or Leaving: still serving the VIP until the successor is heard. */
static __always_inline int serves(const struct xvrrp_slot_config *config)
{
	return config->state == XVRRP_ACTIVE || config->state == XVRRP_LEAVING;
}

#endif
