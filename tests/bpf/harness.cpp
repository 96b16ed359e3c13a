// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "bpf/harness.hpp"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "vip_egress.skel.h"
#include "vrrp_xdp.skel.h"

namespace xvrrp::test {
namespace {

void check(bool good, const std::string& what)
{
    if (!good) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

template <typename Key, typename Value> std::vector<Value> lookup_per_cpu(bpf_map* map, const Key& key)
{
    std::vector<Value> values(static_cast<std::size_t>(libbpf_num_possible_cpus()));
    check(bpf_map_lookup_elem(bpf_map__fd(map), &key, values.data()) == 0, bpf_map__name(map));
    return values;
}

template <typename Key, typename Value> void store_on_each_cpu(bpf_map* map, const Key& key, const Value& value)
{
    const std::vector<Value> values(static_cast<std::size_t>(libbpf_num_possible_cpus()), value);
    check(bpf_map_update_elem(bpf_map__fd(map), &key, values.data(), BPF_ANY) == 0, bpf_map__name(map));
}

std::uint8_t family_of(const std::string& address)
{
    return address_bytes(address).size() == 4 ? XVRRP_IPV4 : XVRRP_IPV6;
}

void copy_address(std::uint8_t (&to)[XVRRP_ADDRESS_BYTES], const std::string& from)
{
    std::ranges::copy(abi_address(from), to);
}

std::array<std::uint32_t, 4> words_of(const std::string& address)
{
    return std::bit_cast<std::array<std::uint32_t, 4>>(abi_address(address));
}

template <typename Key> Key address_key(const std::string& address, std::uint32_t interface)
{
    Key key{};
    key.ifindex = interface;
    key.family = family_of(address);
    copy_address(key.address, address);
    return key;
}

int take_event(void* into, void* data, std::size_t size)
{
    if (size != sizeof(xvrrp_event)) {
        return -EINVAL;
    }
    static_cast<std::vector<xvrrp_event>*>(into)->push_back(*static_cast<const xvrrp_event*>(data));
    return 0;
}

template <typename Value> Value* mapped(bpf_map* array, std::size_t entries)
{
    auto* memory = mmap(nullptr, sizeof(Value) * entries, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(array), 0);
    check(memory != MAP_FAILED, "mapping an array");
    return static_cast<Value*>(memory);
}

template <typename Value> void unmap(Value* memory, std::size_t entries)
{
    if (memory != nullptr) {
        munmap(memory, sizeof(Value) * entries);
    }
}

run_result run(int program, const bytes& frame, void* context, std::uint32_t context_bytes)
{
    run_result result;
    result.frame.resize(frame.size());
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.data_in = frame.data();
    options.data_size_in = static_cast<std::uint32_t>(frame.size());
    options.data_out = result.frame.data();
    options.data_size_out = static_cast<std::uint32_t>(result.frame.size());
    options.ctx_in = context;
    options.ctx_size_in = context_bytes;
    options.repeat = 1;
    check(bpf_prog_test_run_opts(program, &options) == 0, "BPF_PROG_TEST_RUN");
    result.verdict = options.retval;
    result.frame.resize(options.data_size_out);
    return result;
}

void add_peers(int map, std::uint32_t number, const std::vector<std::string>& peers, const xvrrp_peer& limits = {})
{
    for (const auto& address : peers) {
        xvrrp_peer_key peer{};
        peer.slot = number;
        copy_address(peer.address, address);
        check(bpf_map_update_elem(map, &peer, &limits, BPF_ANY) == 0, "vrrp_peers");
    }
}

} // namespace

struct bpf_harness::state {
    state() = default;
    /// Delegates, so that what it has opened is closed when it throws.
    explicit state(const options& how);
    ~state();
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    vrrp_xdp_bpf* xdp = nullptr;
    vip_egress_bpf* egress = nullptr;
    ring_buffer* ring = nullptr;
    xvrrp_slot_config* configs = nullptr;
    xvrrp_vip_bits* vip_bits = nullptr;
    xvrrp_control* control = nullptr;
    xvrrp_session* sessions = nullptr;
    xvrrp_session_record* replies = nullptr;
    std::vector<xvrrp_event> events;
};

bpf_harness::state::state(const options& how) : state()
{
    xdp = vrrp_xdp_bpf::open();
    egress = vip_egress_bpf::open();
    check(xdp != nullptr && egress != nullptr, "opening the BPF objects");
    xdp->rodata->coarse_clock = how.coarse_clock;
    xdp->rodata->multi_buffer = how.multi_buffer;
    if (how.multi_buffer) {
        bpf_program__set_flags(xdp->progs.xvrrp_xdp, BPF_F_XDP_HAS_FRAGS);
    }
    bpf_map__set_max_entries(xdp->maps.vrrp_events, how.ring_bytes);
    check(vrrp_xdp_bpf::load(xdp) == 0, "loading vrrp_xdp");
    egress->rodata->coarse_clock = how.coarse_clock;
    bpf_map* shared = nullptr;
    bpf_object__for_each_map(shared, egress->obj)
    {
        if (const auto* original = bpf_object__find_map_by_name(xdp->obj, bpf_map__name(shared))) {
            check(bpf_map__reuse_fd(shared, bpf_map__fd(original)) == 0, "sharing a map");
        }
    }
    check(vip_egress_bpf::load(egress) == 0, "loading vip_egress");
    ring = ring_buffer__new(bpf_map__fd(xdp->maps.vrrp_events), take_event, &events, nullptr);
    check(ring != nullptr, "mapping the ring buffer");
    configs = mapped<xvrrp_slot_config>(xdp->maps.vrrp_config, XVRRP_MAX_SLOTS);
    vip_bits = mapped<xvrrp_vip_bits>(xdp->maps.vrrp_vip_bits, 1);
    control = mapped<xvrrp_control>(xdp->maps.vrrp_control, 1);
    sessions = mapped<xvrrp_session>(xdp->maps.sbfd_probes, XVRRP_MAX_SESSIONS);
    replies = mapped<xvrrp_session_record>(xdp->maps.sbfd_sessions, XVRRP_MAX_SESSIONS);
}

bpf_harness::state::~state()
{
    unmap(configs, XVRRP_MAX_SLOTS);
    unmap(vip_bits, 1);
    unmap(control, 1);
    unmap(sessions, XVRRP_MAX_SESSIONS);
    unmap(replies, XVRRP_MAX_SESSIONS);
    ring_buffer__free(ring);
    vip_egress_bpf::destroy(egress);
    vrrp_xdp_bpf::destroy(xdp);
}

bpf_harness::bpf_harness(options how) : state_(std::make_unique<state>(how))
{
    for (const auto interface : {test_interface, other_interface}) {
        for (std::uint32_t reason = 1; reason < XVRRP_REASONS; ++reason) {
            store_on_each_cpu(state_->xdp->maps.vrrp_drops, xvrrp_drop_key{interface, reason}, xvrrp_drop_count{});
        }
    }
    control().alive = 1;
    control().lease_ns = monotonic_ns();
}

bpf_harness::~bpf_harness() = default;

void bpf_harness::add_router(const router_setup& setup)
{
    const bool over_ipv4 = setup.family == XVRRP_IPV4;
    auto& entry = config(setup.slot);
    entry = {};
    entry.flags = setup.flags;
    entry.state = static_cast<std::uint8_t>(setup.state);
    entry.priority = setup.priority;
    entry.version = setup.version;
    entry.family = setup.family;
    entry.vrid = setup.vrid;
    entry.interval_seconds = setup.interval_seconds;
    entry.ifindex = setup.interface;
    entry.hang_limit_ns = setup.hang_limit_ns;
    const std::string usual_source = over_ipv4 ? "10.0.0.1" : "fe80::1";
    copy_address(entry.source, setup.source.empty() ? usual_source : setup.source);
    copy_address(entry.group, over_ipv4 ? "224.0.0.18" : "ff02::12");
    if (!setup.followed.empty()) {
        copy_address(entry.followed[0], setup.followed);
    }
    entry.generation = setup.generation;

    const xvrrp_slot_key key{setup.interface, setup.family, setup.vrid, 0};
    check(bpf_map_update_elem(map_fd("vrrp_slots"), &key, &setup.slot, BPF_ANY) == 0, "vrrp_slots");
    xvrrp_secret secret{};
    std::ranges::copy(setup.password, secret.password);
    check(bpf_map_update_elem(map_fd("vrrp_secrets"), &setup.slot, &secret, BPF_ANY) == 0, "vrrp_secrets");
    add_peers(map_fd("vrrp_peers"), setup.slot, setup.peers, setup.limits);
}

void bpf_harness::add_vip(const std::string& address, std::uint32_t slot, std::uint32_t interface)
{
    const auto bit = xvrrp_vip_bit(words_of(address).data());
    state_->vip_bits->words[bit / 64] |= std::uint64_t{1} << bit % 64;
    xvrrp_vip_count count{};
    count.slot = slot;
    store_on_each_cpu(state_->xdp->maps.vrrp_vips, address_key<xvrrp_vip_key>(address, interface), count);
}

void bpf_harness::use_vip_bits()
{
    state_->vip_bits->in_use = 1;
}

void bpf_harness::clear_vip_bits()
{
    std::ranges::fill(state_->vip_bits->words, 0);
}

void bpf_harness::use_peer_bits(std::uint32_t slot, const std::vector<std::string>& peers)
{
    std::uint32_t bits = 0;
    for (const auto& peer : peers) {
        bits |= xvrrp_peer_bit(words_of(peer).data());
    }
    config(slot).peer_bits = bits;
}

xvrrp_slot_config& bpf_harness::config(std::uint32_t slot)
{
    return state_->configs[slot];
}

void bpf_harness::follow(const std::string& address, std::uint32_t slot)
{
    auto& entry = config(slot);
    const auto unused = static_cast<std::uint8_t>(1 - entry.followed_half);
    copy_address(entry.followed[unused], address);
    entry.followed_half = unused;
}

xvrrp_control& bpf_harness::control()
{
    return *state_->control;
}

void bpf_harness::add_reflector(const reflector_setup& setup)
{
    const auto key = address_key<xvrrp_reflector_key>(setup.address, setup.interface);
    const std::uint32_t peers = setup.peers.empty() ? 0 : XVRRP_REFLECTOR_PEERS;
    const xvrrp_reflector reflector{setup.hang_limit_ns, setup.discriminator, peers, 0};
    check(bpf_map_update_elem(map_fd("sbfd_reflectors"), &key, &reflector, BPF_ANY) == 0, "sbfd_reflectors");
    add_peers(map_fd("vrrp_peers"), peers, setup.peers);
}

std::uint64_t bpf_harness::answered(const std::string& address)
{
    const auto key = address_key<xvrrp_reflector_key>(address, test_interface);
    xvrrp_reflector reflector{};
    check(bpf_map_lookup_elem(map_fd("sbfd_reflectors"), &key, &reflector) == 0, "sbfd_reflectors");
    return reflector.answered;
}

std::optional<xvrrp_bucket> bpf_harness::prober(const std::string& address)
{
    const auto key = address_key<xvrrp_prober_key>(address, test_interface);
    xvrrp_bucket bucket{};
    return bpf_map_lookup_elem(map_fd("sbfd_probers"), &key, &bucket) == 0 ? std::optional(bucket) : std::nullopt;
}

void bpf_harness::store_prober(const std::string& address, const xvrrp_bucket& bucket)
{
    const auto key = address_key<xvrrp_prober_key>(address, test_interface);
    check(bpf_map_update_elem(map_fd("sbfd_probers"), &key, &bucket, BPF_ANY) == 0, "sbfd_probers");
}

xvrrp_session& bpf_harness::session(std::uint32_t number)
{
    return state_->sessions[number];
}

xvrrp_session_record& bpf_harness::replies(std::uint32_t number)
{
    return state_->replies[number];
}

run_result bpf_harness::run_xdp(const bytes& frame) const
{
    xdp_md context{};
    context.data_end = static_cast<std::uint32_t>(frame.size());
    context.ingress_ifindex = test_interface;
    return run(xdp_fd(), frame, &context, sizeof(context));
}

run_result bpf_harness::run_egress(const bytes& frame, std::uint32_t segments, std::uint32_t wire_bytes)
{
    __sk_buff context{};
    context.ifindex = test_interface;
    context.gso_segs = segments;
    context.wire_len = wire_bytes;
    return run(bpf_program__fd(state_->egress->progs.xvrrp_egress), frame, &context, sizeof(context));
}

std::uint32_t bpf_harness::nanoseconds_per_run(int program, const bytes& frame, std::uint32_t repeat)
{
    xdp_md context{};
    context.data_end = static_cast<std::uint32_t>(frame.size());
    context.ingress_ifindex = test_interface;
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.data_in = frame.data();
    options.data_size_in = static_cast<std::uint32_t>(frame.size());
    options.ctx_in = &context;
    options.ctx_size_in = sizeof(context);
    options.repeat = static_cast<int>(repeat);
    check(bpf_prog_test_run_opts(program, &options) == 0, "BPF_PROG_TEST_RUN");
    return options.duration;
}

std::vector<xvrrp_event> bpf_harness::events()
{
    check(ring_buffer__consume(state_->ring) >= 0, "reading the ring buffer");
    return std::exchange(state_->events, {});
}

xvrrp_drop_count bpf_harness::drops(xvrrp_drop_reason reason, std::uint32_t interface)
{
    xvrrp_drop_count sum{};
    const xvrrp_drop_key key{interface, static_cast<std::uint32_t>(reason)};
    for (const auto& one : lookup_per_cpu<xvrrp_drop_key, xvrrp_drop_count>(state_->xdp->maps.vrrp_drops, key)) {
        const auto count = sum.count + one.count;
        if (one.last_ns >= sum.last_ns) {
            sum = one;
        }
        sum.count = count;
    }
    return sum;
}

std::uint64_t bpf_harness::drops_of_all_reasons()
{
    std::uint64_t sum = 0;
    for (std::uint32_t reason = 1; reason < XVRRP_REASONS; ++reason) {
        sum += drops(static_cast<xvrrp_drop_reason>(reason)).count;
    }
    return sum;
}

xvrrp_vip_count bpf_harness::vip(const std::string& address, std::uint32_t interface)
{
    xvrrp_vip_count sum{};
    const auto key = address_key<xvrrp_vip_key>(address, interface);
    for (const auto& one : lookup_per_cpu<xvrrp_vip_key, xvrrp_vip_count>(state_->xdp->maps.vrrp_vips, key)) {
        sum.slot = one.slot;
        sum.received_packets += one.received_packets;
        sum.received_bytes += one.received_bytes;
        sum.sent_packets += one.sent_packets;
        sum.sent_bytes += one.sent_bytes;
        sum.not_active_packets += one.not_active_packets;
        sum.last_received_ns = std::max(sum.last_received_ns, one.last_received_ns);
        sum.first_active_ns = std::max(sum.first_active_ns, one.first_active_ns);
    }
    return sum;
}

xvrrp_router_record bpf_harness::record(std::uint32_t slot) const
{
    xvrrp_router_record read{};
    check(bpf_map_lookup_elem_flags(map_fd("vrrp_routers"), &slot, &read, BPF_F_LOCK) == 0, "vrrp_routers");
    return read;
}

void bpf_harness::store_record(const xvrrp_router_record& record, std::uint32_t slot) const
{
    check(bpf_map_update_elem(map_fd("vrrp_routers"), &slot, &record, BPF_F_LOCK) == 0, "vrrp_routers");
}

int bpf_harness::xdp_fd() const
{
    return bpf_program__fd(state_->xdp->progs.xvrrp_xdp);
}

int bpf_harness::map_fd(const char* name) const
{
    return bpf_object__find_map_fd_by_name(state_->xdp->obj, name);
}

std::array<std::uint8_t, XVRRP_ADDRESS_BYTES> abi_address(const std::string& text)
{
    std::array<std::uint8_t, XVRRP_ADDRESS_BYTES> address{};
    std::ranges::copy(address_bytes(text), address.begin());
    return address;
}

std::string to_text(const std::uint8_t (&address)[XVRRP_ADDRESS_BYTES], std::uint8_t family)
{
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(family == XVRRP_IPV4 ? AF_INET : AF_INET6, address, text, sizeof(text));
    return text;
}

std::uint64_t monotonic_ns()
{
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

} // namespace xvrrp::test
