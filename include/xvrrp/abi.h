/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the BPF programs and the daemon share: the records in the ring buffer, the keys and values of every map, and the
 * reasons for which an advert is discarded. Compiled as C by clang for BPF and as C++ by the daemon.
 *
 * Byte order: addresses and MACs are kept as they stand on the wire; every other number is in host order. An IPv4
 * address fills the first four bytes of a 16-byte address, the rest is zero. Times are CLOCK_MONOTONIC nanoseconds
 * (bpf_ktime_get_ns), 0 where nothing was seen yet.
 */
#ifndef XVRRP_ABI_H
#define XVRRP_ABI_H

#include <linux/bpf.h>
#include <linux/types.h>

#ifdef __cplusplus
#define XVRRP_ASSERT(condition, text) static_assert(condition, text)
#else
#define XVRRP_ASSERT(condition, text) _Static_assert(condition, text)
#endif

enum {
	XVRRP_ADDRESS_BYTES = 16,
	XVRRP_MAC_BYTES = 6,
	XVRRP_PASSWORD_BYTES = 8,      /* RFC 2338 5.3.6: simple text password, padded with zero */
	XVRRP_EVENT_ADVERT_BYTES = 64, /* how much of an advert travels through the ring buffer */
	XVRRP_MAX_SLOTS = 4096,	       /* virtual routers in one daemon */
	XVRRP_MAX_VIPS = 65536,
	XVRRP_MAX_PEERS = 65536,
	XVRRP_MAX_INTERFACES = 1024, /* that have an entry in vrrp_drops */
	XVRRP_EVENTS_BYTES = 1 << 20,
	XVRRP_IFA_PROTO = 112,	     /* IFA_PROTO of the addresses that the daemon adds */
	XVRRP_SBFD_PORT = 7784,	     /* RFC 7881 3 */
	XVRRP_MAX_REFLECTORS = 4096, /* addresses that our adverts come from */
	XVRRP_MAX_SESSIONS = 1024,   /* Active routers that we probe */
	XVRRP_MAX_PROBERS = 8192,    /* who probes us: each has a bucket */
	XVRRP_PROBES = 32	     /* of a session, that may await their reply: a power of two */
};

/* What may reach the ring buffer, per virtual router: the followed router has a bucket of its own, so that nobody
 * else's adverts can use up its share. Twice and more what the shortest interval (10 ms) sends. */
enum {
	XVRRP_FOLLOWED_PER_SECOND = 400,
	XVRRP_FOLLOWED_BURST = 64,
	XVRRP_OTHERS_PER_SECOND = 64,
	XVRRP_OTHERS_BURST = 32
};

/* How many probes of one source are answered: three times what the shortest probing interval (100 us) sends. */
enum { XVRRP_PROBES_PER_SECOND = 30000, XVRRP_PROBES_BURST = 300 };

enum xvrrp_family { XVRRP_FAMILY_NONE = 0, XVRRP_IPV4 = 4, XVRRP_IPV6 = 6 };

/* RFC 9568 6.4, and Leaving: a router that has sent priority 0 and still serves until its successor is heard. */
enum xvrrp_state { XVRRP_INITIALIZE = 0, XVRRP_BACKUP = 1, XVRRP_ACTIVE = 2, XVRRP_LEAVING = 3 };

enum xvrrp_slot_flag {
	XVRRP_SLOT_UNICAST = 1 << 0,	  /* adverts must be addressed to `source`, else to `group` */
	XVRRP_SLOT_CHECK_SOURCE = 1 << 1, /* discard adverts from a source that isn't in vrrp_peers */
	XVRRP_SLOT_STRICT = 1 << 3,	  /* vrrp_strict: RX-10 discards too */
	XVRRP_SLOT_NO_ACCEPT = 1 << 4,	  /* while Active, drop what is addressed to a VIP and our MAC, but ND */
	XVRRP_SLOT_AUTH_PASS = 1 << 5,	  /* version 2: the password in vrrp_secrets is demanded */
	XVRRP_SLOT_QUIET = 1 << 6,	  /* let no ARP request or Neighbor Solicitation for a VIP reach the host */
	XVRRP_SLOT_FENCED = 1 << 7,	  /* and no frame to a VIP either; nothing leaves that claims one */
	XVRRP_SLOT_HOLDS = 1 << 8,	  /* not Active, but its host has the VIPs: an earlier run left them */
	XVRRP_SLOT_NO_VIPS = 1 << 9	  /* has no address itself, so adverts needn't have one */
};

/* Why an advert was discarded; the order is that in which the checks are made. The id of the rule is behind each. */
enum xvrrp_drop_reason {
	XVRRP_ACCEPTED = 0,
	XVRRP_DROP_TRUNCATED,	      /* RX-04: shorter than the fixed header */
	XVRRP_DROP_VERSION,	      /* RX-02: neither 2 nor 3 */
	XVRRP_DROP_TYPE,	      /* RX-03 */
	XVRRP_PASS_UNKNOWN_VRID,      /* RX-07: counted, and passed on untouched */
	XVRRP_DROP_VERSION_MISMATCH,  /* RX-02: 2 to a version 3 router, or 3 to a version 2 router */
	XVRRP_DROP_CHECKSUM,	      /* RX-06 */
	XVRRP_DROP_TTL,		      /* RX-01 */
	XVRRP_DROP_NO_ADDRESSES,      /* RX-08 */
	XVRRP_DROP_LENGTH,	      /* RX-04, RX-05: not what the address count asks for */
	XVRRP_DROP_AUTH_TYPE,	      /* RX-15 */
	XVRRP_DROP_AUTH_PASSWORD,     /* RX-15 */
	XVRRP_DROP_INTERVAL_ZERO,     /* RX-09 */
	XVRRP_DROP_INTERVAL_MISMATCH, /* RX-12: version 2 */
	XVRRP_DROP_NOT_LINK_LOCAL,    /* RX-10: vrrp_strict */
	XVRRP_DROP_DESTINATION,	      /* RX-18 */
	XVRRP_DROP_OWN_ADDRESS,	      /* RX-19 */
	XVRRP_DROP_SOURCE,	      /* not in unicast_peer, with check_unicast_src */
	XVRRP_DROP_PROBE_TTL,	      /* S-BFD probes to an address of ours: hop limit other than 255 (RFC 5881 5) */
	XVRRP_DROP_PROBE_MALFORMED,   /* not what RFC 5880 6.8.6 and RFC 7880 demand, or with IPv4 options */
	XVRRP_DROP_PROBE_PORT,	      /* from port 7784: two reflectors would answer each other for ever */
	XVRRP_DROP_PROBE_DISCRIMINATOR,
	XVRRP_DROP_PROBE_SOURCE, /* not in unicast_peer */
	XVRRP_DROP_PROBE_RATE,	 /* more than XVRRP_PROBES_PER_SECOND of one source */
	XVRRP_DROP_REPLY,	 /* S-BFD replies to a port of ours that fit no probe under way */
	XVRRP_REASONS
};

/* RFC 5880 4.1. A reflector says Up or AdminDown (RFC 7880 7.2.2). */
enum xvrrp_bfd_state { XVRRP_BFD_ADMIN_DOWN = 0, XVRRP_BFD_DOWN = 1, XVRRP_BFD_INIT = 2, XVRRP_BFD_UP = 3 };

/* vrrp_slots: which virtual router an advert belongs to. Written by the daemon. */
struct xvrrp_slot_key {
	__u32 ifindex;
	__u8 family; /* enum xvrrp_family */
	__u8 vrid;
	__u16 zero;
};
XVRRP_ASSERT(sizeof(struct xvrrp_slot_key) == 8, "no padding in a map key");

/* An address as a number that differs in its upper bits, from its four 32-bit words as they lie in memory (IPv4: the
 * last three are zero). Fibonacci hashing (Knuth, volume 3, 6.4). */
static inline __attribute__((always_inline)) __u32 xvrrp_mix_address(const __u32 *address)
{
	return (address[0] ^ address[1] * 3 ^ address[2] * 5 ^ address[3] * 7) * 2654435769U;
}

/* The bit of a peer's address in `peer_bits`. */
static inline __attribute__((always_inline)) __u32 xvrrp_peer_bit(const __u32 *address)
{
	return 1U << (xvrrp_mix_address(address) >> 27);
}

/* The number of an address's bit in vrrp_vip_bits. */
static inline __attribute__((always_inline)) __u32 xvrrp_vip_bit(const __u32 *address)
{
	return xvrrp_mix_address(address) >> 16;
}

/* vrrp_config, by slot: array, mmapped by the daemon, its only writer. Fields of one aligned word are stored at once;
 * `followed` is written in its unused half, then `followed_half` is flipped. */
struct xvrrp_slot_config {
	__u32 generation; /* 0: the slot is free. Else changes whenever the slot gets another router */
	__u32 flags;	  /* enum xvrrp_slot_flag */
	__u8 state;	  /* enum xvrrp_state */
	__u8 priority;	  /* effective */
	__u8 version;	  /* 2 or 3 */
	__u8 family;
	__u8 vrid;
	__u8 interval_seconds; /* version 2: what adverts must say */
	__u8 followed_half;    /* which of followed[] is valid */
	__u8 zero;
	__u32 ifindex;
	__u32 peer_bits; /* xvrrp_peer_bit of each peer; 0: not in use. Spares most strangers the look-up */
	__u8 source[XVRRP_ADDRESS_BYTES];      /* where our adverts come from */
	__u8 group[XVRRP_ADDRESS_BYTES];       /* the multicast group */
	__u8 followed[2][XVRRP_ADDRESS_BYTES]; /* the Active router that a Backup follows; zero: none */
	__u64 hang_limit_ns;		       /* the daemon is in control while its lease is younger than this */
	__u32 fence_epoch; /* a fence of XDP's holds while it carries this number: a store lifts it */
	__u32 activation;  /* changes whenever the router becomes Active */
};
XVRRP_ASSERT(sizeof(struct xvrrp_slot_config) == 104, "mapped by the daemon");

/* vrrp_secrets, by slot: never pinned. */
struct xvrrp_secret {
	__u8 password[XVRRP_PASSWORD_BYTES];
};

/* vrrp_peers: the addresses in unicast_peer. Written by the daemon. */
struct xvrrp_peer_key {
	__u32 slot;
	__u8 address[XVRRP_ADDRESS_BYTES];
};
XVRRP_ASSERT(sizeof(struct xvrrp_peer_key) == 20, "no padding in a map key");
struct xvrrp_peer {
	__u8 min_ttl; /* of its adverts; heeded where XVRRP_SLOT_CHECK_SOURCE is set */
	__u8 max_ttl;
	__u16 zero;
};
XVRRP_ASSERT(sizeof(struct xvrrp_peer) == 4, "written by the daemon");

/* One router's last advert. */
struct xvrrp_heard {
	__u64 stamp_ns;
	__u8 source[XVRRP_ADDRESS_BYTES];
	__u8 mac[XVRRP_MAC_BYTES];
	__u8 priority;
	__u8 zero;
	__u16 interval_cs; /* as advertised; version 2: seconds times 100 */
	__u16 zero2;
	__u32 zero3;
};
XVRRP_ASSERT(sizeof(struct xvrrp_heard) == 40, "aligned to eight bytes");

/* Tokens in units of a nanosecond's worth, so that refilling is one multiplication. */
struct xvrrp_bucket {
	__u64 refilled_ns;
	__u64 credit;
};

/* vrrp_routers, by slot. Written by XDP alone, under the lock; the daemon reads with BPF_F_LOCK. */
struct xvrrp_router_record {
	struct bpf_spin_lock lock;
	__u32 generation;	     /* of the slot's router that this is about */
	struct xvrrp_heard followed; /* written by the followed router's adverts alone */
	struct xvrrp_heard other;    /* the best (priority, then latest) of the rest; a stale one gives way */
	__u64 accepted;
	__u64 suppressed; /* valid, recorded, but over their bucket's rate: not in the ring buffer */
	__u64 lost;	  /* valid, recorded, but the ring buffer was full */
	struct xvrrp_bucket followed_bucket;
	struct xvrrp_bucket others_bucket;
	__u64 fenced_until_ns; /* deposed: another router took over while the daemon wasn't in control; 0: never */
	__u32 fence_epoch;     /* of the slot's configuration when the fence was set */
	__u32 zero;
};
XVRRP_ASSERT(sizeof(struct xvrrp_router_record) == 160, "read by the daemon");

/* vrrp_drops: per CPU; the daemon makes an entry for each interface and reason, XDP counts. */
struct xvrrp_drop_key {
	__u32 ifindex;
	__u32 reason; /* enum xvrrp_drop_reason */
};
struct xvrrp_drop_count {
	__u64 count;
	__u64 last_ns;
	__u8 last_source[XVRRP_ADDRESS_BYTES];
	__u8 last_vrid;
	__u8 last_family;
	__u8 zero[2];
	__u32 last_tick; /* XDP's own: when it asked for the time */
};
XVRRP_ASSERT(sizeof(struct xvrrp_drop_count) == 40, "no padding in a map value");

/* vrrp_vips: per CPU; the daemon makes the entry, XDP and tc count. */
struct xvrrp_vip_key {
	__u32 ifindex;
	__u32 family;
	__u8 address[XVRRP_ADDRESS_BYTES];
};
XVRRP_ASSERT(sizeof(struct xvrrp_vip_key) == 24, "no padding in a map key");

struct xvrrp_vip_count {
	__u32 slot;	 /* whose VIP it is; written once by the daemon */
	__u32 last_tick; /* XDP's own: when it asked for the time */
	__u64 received_packets;
	__u64 received_bytes;
	__u64 sent_packets;
	__u64 sent_bytes;
	__u64 last_received_ns;
	__u64 not_active_packets; /* received while the router was neither Active nor Leaving */
	__u64 first_active_ns;	  /* the first packet received since the router became Active the last time */
	__u32 activation;	  /* XDP's own: which time that was */
	__u32 zero;
};
XVRRP_ASSERT(sizeof(struct xvrrp_vip_count) == 72, "no padding in a map value");

/* vrrp_vip_bits: one entry, mmapped by the daemon, its only writer. What spares packets that aren't for a VIP the
 * look-up in vrrp_vips: while `in_use` isn't 0, an address whose bit isn't set is no VIP on any interface. Set the bit
 * before the VIP is added; leave it when one is removed (another may share it) or set all of them anew. */
enum { XVRRP_VIP_BITS = 1 << 16 };
struct xvrrp_vip_bits {
	__u32 in_use;
	__u32 zero;
	__u64 words[XVRRP_VIP_BITS / 64];
};

/* vrrp_events: a valid advert. */
enum xvrrp_event_flag {
	XVRRP_EVENT_FOLLOWED = 1 << 0,	    /* came from the followed router */
	XVRRP_EVENT_PLAIN_CHECKSUM = 1 << 1 /* version 3 over IPv4: the sum has no pseudo-header (RFC 9568 5.2.8) */
};
struct xvrrp_event {
	__u64 stamp_ns;
	__u32 slot;
	__u32 generation;
	__u32 ifindex;
	__u16 advert_length; /* of the VRRP message on the wire, may exceed what `advert` holds */
	__u8 family;
	__u8 ttl;
	__u8 source[XVRRP_ADDRESS_BYTES];
	__u8 destination[XVRRP_ADDRESS_BYTES];
	__u8 mac[XVRRP_MAC_BYTES];
	__u8 flags; /* enum xvrrp_event_flag */
	__u8 zero;
	__u8 advert[XVRRP_EVENT_ADVERT_BYTES]; /* zero behind advert_length */
};
XVRRP_ASSERT(sizeof(struct xvrrp_event) == 128, "a multiple of eight, as the ring buffer keeps it");

/* vrrp_control: one entry, mmapped by the daemon, which writes it but for `process`: the programs of death.bpf.c enter
 * there the number of the daemon's process as BPF sees it, whatever pid namespace the daemon runs in. They also clear
 * `alive`, which every renewal of the lease sets. In control = alive, and the lease younger than the hang limit. */
struct xvrrp_control {
	__u64 lease_ns; /* when the daemon's loop last turned */
	__u32 alive;
	__u32 leaving; /* the daemon stops and serves nothing any more: every reflector says AdminDown */
	__u32 process; /* 0: death.bpf.c isn't attached */
	__u32 zero;
};
XVRRP_ASSERT(sizeof(struct xvrrp_control) == 24, "mapped by the daemon");

/* sbfd_reflectors: the addresses that our adverts come from. Written by the daemon. */
struct xvrrp_reflector_key {
	__u32 ifindex;
	__u32 family;
	__u8 address[XVRRP_ADDRESS_BYTES];
};
XVRRP_ASSERT(sizeof(struct xvrrp_reflector_key) == 24, "no padding in a map key");

struct xvrrp_reflector {
	__u64 hang_limit_ns;
	__u32 discriminator; /* RFC 7880 3: ours for S-BFD; derived from the address (core/sbfd) */
	__u32 peers;	     /* the `slot` under which vrrp_peers has those that may ask; 0: anybody on the link */
	__u64 answered;	     /* XDP's own */
};
XVRRP_ASSERT(sizeof(struct xvrrp_reflector) == 24, "no padding in a map value");

/* vrrp_peers has the peers of reflectors under numbers that no slot has, from this one on. */
enum { XVRRP_REFLECTOR_PEERS = XVRRP_MAX_SLOTS };

/* sbfd_probers: who asks us, least recently used first out; XDP's own. */
struct xvrrp_prober_key {
	__u32 ifindex;
	__u32 family;
	__u8 address[XVRRP_ADDRESS_BYTES];
};

/* sbfd_probes, by session: array, mmapped by the daemon, its only writer. Which probes await a reply. A probe's
 * discriminator is random but for its lower bits: XVRRP_PROBES of places, then XVRRP_MAX_SESSIONS of sessions. */
struct xvrrp_probe {
	__u64 sent_ns;
	__u32 discriminator; /* 0: none */
	__u32 zero;
};
struct xvrrp_session {
	__u32 ifindex; /* 0: the session is free */
	__u8 family;
	__u8 zero;
	__u16 port; /* UDP, that our probes come from */
	__u8 peer[XVRRP_ADDRESS_BYTES];
	struct xvrrp_probe probes[XVRRP_PROBES];
};
XVRRP_ASSERT(sizeof(struct xvrrp_session) == 536, "mapped by the daemon");

/* sbfd_sessions, by session: array, mmapped by the daemon, written by XDP alone. A reply lies at the place of its
 * probe, its discriminator stored last. */
struct xvrrp_reply {
	__u64 stamp_ns;
	__u32 discriminator;
	__u32 state; /* enum xvrrp_bfd_state */
};
struct xvrrp_session_record {
	__u64 replies;
	__u64 last_stamp_ns;
	__u64 last_round_trip_ns;
	__u32 last_state; /* enum xvrrp_bfd_state */
	__u32 zero;
	struct xvrrp_reply reply[XVRRP_PROBES];
};
XVRRP_ASSERT(sizeof(struct xvrrp_session_record) == 544, "mapped by the daemon");

static inline __attribute__((always_inline)) __u32 xvrrp_probe_place(__u32 discriminator)
{
	return discriminator % XVRRP_PROBES;
}

static inline __attribute__((always_inline)) __u32 xvrrp_probe_session(__u32 discriminator)
{
	return discriminator / XVRRP_PROBES % XVRRP_MAX_SESSIONS;
}

#endif
