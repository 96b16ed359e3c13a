// SPDX-License-Identifier: BSD-2-Clause
//
// The only file that sees these two skeletons.
#include "datapath/skeleton.hpp"

#include "xvrrp/abi.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "datapath/libbpf_messages.hpp"
#include "vip_egress.skel.h"
#include "vrrp_xdp.skel.h"

namespace xvrrp::datapath {

namespace {

/// Before kernel 5.11 maps count as locked memory. Refused without CAP_SYS_RESOURCE: then the limit that is must do.
void raise_locked_memory()
{
    const rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    if (::setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0) {
        return;
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_MEMLOCK, &limit);
    }
}

bool has_coarse_clock(bpf_prog_type type)
{
    return ::libbpf_probe_bpf_helper(type, BPF_FUNC_ktime_get_coarse_ns, nullptr) == 1;
}

std::unexpected<error> refused(const char* object, int code, const libbpf_messages& messages)
{
    return std::unexpected(
        error{.what = fmt::format("cannot load the BPF object {}: {}", object, messages.explain(code)), .code = code});
}

bool is_shared(const bpf_map* map)
{
    return !::bpf_map__is_internal(map);
}

} // namespace

void bpf_objects::destroy::operator()(vrrp_xdp_bpf* object) const
{
    vrrp_xdp_bpf__destroy(object);
}
void bpf_objects::destroy::operator()(vip_egress_bpf* object) const
{
    vip_egress_bpf__destroy(object);
}

bpf_objects::bpf_objects(std::unique_ptr<vrrp_xdp_bpf, destroy> xdp, std::unique_ptr<vip_egress_bpf, destroy> egress)
    : xdp_(std::move(xdp)), egress_(std::move(egress))
{
}
bpf_objects::bpf_objects(bpf_objects&&) noexcept = default;
bpf_objects& bpf_objects::operator=(bpf_objects&&) noexcept = default;
bpf_objects::~bpf_objects() = default;

result<bpf_objects> bpf_objects::load()
{
    raise_locked_memory();
    auto xdp = load_xdp(true);
    if (!xdp && xdp.error().code == EINVAL) {
        xdp = load_xdp(false);
    }
    if (!xdp) {
        return std::unexpected(xdp.error());
    }
    auto egress = load_egress(**xdp);
    if (!egress) {
        return std::unexpected(egress.error());
    }
    return bpf_objects(std::move(*xdp), std::move(*egress));
}

result<std::unique_ptr<vrrp_xdp_bpf, bpf_objects::destroy>> bpf_objects::load_xdp(bool frags)
{
    constexpr const char* name = "vrrp_xdp";
    const libbpf_messages messages;
    std::unique_ptr<vrrp_xdp_bpf, destroy> object(vrrp_xdp_bpf__open());
    if (!object) {
        return refused(name, errno, messages);
    }
    object->rodata->coarse_clock = has_coarse_clock(BPF_PROG_TYPE_XDP) ? 1 : 0;
    object->rodata->multi_buffer = frags ? 1 : 0;
    ::bpf_program__set_flags(object->progs.xvrrp_xdp, frags ? BPF_F_XDP_HAS_FRAGS : 0);
    if (const int failed = vrrp_xdp_bpf__load(object.get()); failed != 0) {
        return refused(name, -failed, messages);
    }
    return object;
}

result<std::unique_ptr<vip_egress_bpf, bpf_objects::destroy>> bpf_objects::load_egress(const vrrp_xdp_bpf& maps_of)
{
    constexpr const char* name = "vip_egress";
    const libbpf_messages messages;
    std::unique_ptr<vip_egress_bpf, destroy> object(vip_egress_bpf__open());
    if (!object) {
        return refused(name, errno, messages);
    }
    object->rodata->coarse_clock = has_coarse_clock(BPF_PROG_TYPE_SCHED_CLS) ? 1 : 0;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object->obj)
    {
        const bpf_map* shared = ::bpf_object__find_map_by_name(maps_of.obj, ::bpf_map__name(map));
        if (!is_shared(map) || shared == nullptr) {
            continue;
        }
        if (const int failed = ::bpf_map__reuse_fd(map, ::bpf_map__fd(shared)); failed != 0) {
            return refused(name, -failed, messages);
        }
    }
    if (const int failed = vip_egress_bpf__load(object.get()); failed != 0) {
        return refused(name, -failed, messages);
    }
    return object;
}

int bpf_objects::xdp_program() const
{
    return ::bpf_program__fd(xdp_->progs.xvrrp_xdp);
}
int bpf_objects::egress_program() const
{
    return ::bpf_program__fd(egress_->progs.xvrrp_egress);
}

map_descriptors bpf_objects::maps() const
{
    const auto& maps = xdp_->maps;
    return {.slots = ::bpf_map__fd(maps.vrrp_slots),
            .config = ::bpf_map__fd(maps.vrrp_config),
            .secrets = ::bpf_map__fd(maps.vrrp_secrets),
            .peers = ::bpf_map__fd(maps.vrrp_peers),
            .routers = ::bpf_map__fd(maps.vrrp_routers),
            .drops = ::bpf_map__fd(maps.vrrp_drops),
            .vips = ::bpf_map__fd(maps.vrrp_vips),
            .vip_bits = ::bpf_map__fd(maps.vrrp_vip_bits),
            .events = ::bpf_map__fd(maps.vrrp_events),
            .control = ::bpf_map__fd(maps.vrrp_control),
            .reflectors = ::bpf_map__fd(maps.sbfd_reflectors),
            .probes = ::bpf_map__fd(maps.sbfd_probes),
            .sessions = ::bpf_map__fd(maps.sbfd_sessions)};
}

std::vector<std::pair<std::string, int>> bpf_objects::public_maps() const
{
    std::vector<std::pair<std::string, int>> found;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, xdp_->obj)
    {
        if (is_shared(map) && map != xdp_->maps.vrrp_secrets) {
            found.emplace_back(::bpf_map__name(map), ::bpf_map__fd(map));
        }
    }
    return found;
}

} // namespace xvrrp::datapath
