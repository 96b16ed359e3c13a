// SPDX-License-Identifier: BSD-2-Clause
//
// bpf_program__attach_xdp() takes no mode, hence bpf_link_create().
#include "datapath/attach.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>

#include <algorithm>

#include "datapath/libbpf_messages.hpp"

namespace xvrrp::datapath {

namespace {

std::optional<bpf_link_info> read_info(int link)
{
    bpf_link_info info{};
    __u32 size = sizeof info;
    if (::bpf_obj_get_info_by_fd(link, &info, &size) != 0 || info.type != BPF_LINK_TYPE_XDP) {
        return std::nullopt;
    }
    return info;
}

/// How a program is attached to an interface of this network namespace; nothing if it isn't. The link alone doesn't
/// tell: it knows no flavour, and its interface may have the same number in another namespace.
std::optional<xdp_flavour> flavour_of(interface_index interface, __u32 program_id)
{
    const libbpf_messages messages;
    bpf_xdp_query_opts query{};
    query.sz = sizeof query;
    if (program_id == 0 || ::bpf_xdp_query(static_cast<int>(interface.value), 0, &query) != 0) {
        return std::nullopt;
    }
    if (query.drv_prog_id == program_id) {
        return xdp_flavour::native;
    }
    if (query.skb_prog_id == program_id) {
        return xdp_flavour::generic;
    }
    return std::nullopt;
}

} // namespace

bool xdp_link::alive() const
{
    const auto info = read_info(link_.get());
    return info && info->xdp.ifindex == interface_.value;
}

void xdp_link::detach(const pin_directory& pins)
{
    ::bpf_link_detach(link_.get());
    pins.unpin(pin_directory::link_name(interface_));
}

std::optional<xdp_link> adopt_xdp(int program, interface_index interface, std::span<const xdp_flavour> wanted,
                                  const pin_directory& pins)
{
    descriptor link = pins.open_link(interface);
    if (!link) {
        return std::nullopt;
    }
    const auto info = read_info(link.get());
    const auto flavour = info ? flavour_of(interface, info->prog_id) : std::nullopt;
    const bool fits = flavour && std::ranges::find(wanted, *flavour) != wanted.end();
    if (fits && ::bpf_link_update(link.get(), program, nullptr) == 0) {
        return xdp_link(std::move(link), interface, *flavour, true);
    }
    drop_pinned_link(interface, pins);
    return std::nullopt;
}

result<xdp_link> attach_xdp(int program, interface_index interface, xdp_flavour flavour, const pin_directory& pins)
{
    const libbpf_messages messages;
    bpf_link_create_opts how{};
    how.sz = sizeof how;
    how.flags = flavour == xdp_flavour::native ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE;
    descriptor link(::bpf_link_create(program, static_cast<int>(interface.value), BPF_XDP, &how));
    if (!link) {
        // EEXIST: a program of the other flavour is there, or an interface above has one.
        const int code = errno == EEXIST ? EBUSY : errno;
        return fail_errno("cannot attach XDP", code);
    }
    if (auto pinned = pins.pin(link.get(), pin_directory::link_name(interface)); !pinned) {
        return std::unexpected(pinned.error());
    }
    return xdp_link(std::move(link), interface, flavour, false);
}

bool drop_pinned_link(interface_index interface, const pin_directory& pins)
{
    const std::string name = pin_directory::link_name(interface);
    if (!std::filesystem::exists(pins.path() / name)) {
        return false;
    }
    // The last reference would go with the pin, but then the kernel detaches in its own time.
    if (const descriptor link = pins.open_link(interface); link && read_info(link.get())) {
        ::bpf_link_detach(link.get());
    }
    pins.unpin(name);
    return true;
}

} // namespace xvrrp::datapath
