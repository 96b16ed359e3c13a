// SPDX-License-Identifier: BSD-2-Clause
//
// Through libbpf's tc calls (clsact): tcx would need kernel 6.6 and libbpf 1.3. Before kernel 6.6 a filter outlives the
// process that made it and keeps its maps, hence the replacing.
#include "datapath/egress.hpp"

#include <bpf/libbpf.h>

#include <algorithm>

#include "datapath/libbpf_messages.hpp"
#include "datapath/tc_filters.hpp"

namespace xvrrp::datapath {

namespace {

constexpr std::uint16_t our_priority = 112;
constexpr std::uint32_t handle_clsact_found = 1;
constexpr std::uint32_t handle_clsact_made = 2;

/// libbpf names a filter "PROGRAM:[ID]".
bool is_ours(const tc_filter& filter)
{
    return filter.program.starts_with("xvrrp_egress:[");
}

bpf_tc_hook hook_of(interface_index interface, int points)
{
    bpf_tc_hook hook{};
    hook.sz = sizeof hook;
    hook.ifindex = static_cast<int>(interface.value);
    hook.attach_point = static_cast<bpf_tc_attach_point>(points);
    return hook;
}

bpf_tc_opts place(std::uint32_t handle, std::uint16_t priority)
{
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.handle = handle;
    options.priority = priority;
    return options;
}

/// Whether the clsact is there because we made it just now.
result<bool> make_clsact(interface_index interface)
{
    const libbpf_messages messages;
    bpf_tc_hook hook = hook_of(interface, BPF_TC_EGRESS);
    const int failed = ::bpf_tc_hook_create(&hook);
    if (failed != 0 && failed != -EEXIST) {
        return std::unexpected(error{.what = "cannot add a clsact: " + messages.explain(-failed), .code = -failed});
    }
    return failed == 0;
}

void remove_clsact_if_empty(interface_index interface)
{
    const auto ingress = list_tc_filters(interface, tc_hook::ingress);
    const auto egress = list_tc_filters(interface, tc_hook::egress);
    if (ingress && egress && ingress->empty() && egress->empty()) {
        bpf_tc_hook clsact = hook_of(interface, BPF_TC_INGRESS | BPF_TC_EGRESS);
        ::bpf_tc_hook_destroy(&clsact);
    }
}

/// Puts the program in the place of an earlier run's filter. The clsact stays: the kernel stops the interface's sending
/// while one is added or removed (dev_deactivate in qdisc_graft), which loses packets.
bool replace_filter(int program, interface_index interface)
{
    const libbpf_messages messages;
    const auto filters = list_tc_filters(interface, tc_hook::egress);
    if (!filters || std::ranges::count_if(*filters, is_ours) != 1) {
        return false;
    }
    const tc_filter& left = *std::ranges::find_if(*filters, is_ours);
    const bpf_tc_hook hook = hook_of(interface, BPF_TC_EGRESS);
    bpf_tc_opts options = place(left.handle, left.priority);
    options.flags = BPF_TC_F_REPLACE;
    options.prog_fd = program;
    return ::bpf_tc_attach(&hook, &options) == 0;
}

} // namespace

result<void> attach_egress(int program, interface_index interface)
{
    if (replace_filter(program, interface)) {
        return {};
    }
    detach_egress(interface);
    const auto made = make_clsact(interface);
    if (!made) {
        return std::unexpected(made.error());
    }
    const libbpf_messages messages;
    const bpf_tc_hook hook = hook_of(interface, BPF_TC_EGRESS);
    bpf_tc_opts options = place(*made ? handle_clsact_made : handle_clsact_found, our_priority);
    options.prog_fd = program;
    if (const int failed = ::bpf_tc_attach(&hook, &options); failed != 0) {
        if (*made) {
            remove_clsact_if_empty(interface);
        }
        return std::unexpected(error{.what = "cannot add a tc filter: " + messages.explain(-failed), .code = -failed});
    }
    return {};
}

bool detach_egress(interface_index interface)
{
    const libbpf_messages messages;
    const auto filters = list_tc_filters(interface, tc_hook::egress);
    if (!filters) {
        return false;
    }
    bool removed = false;
    bool clsact_is_ours = false;
    const bpf_tc_hook hook = hook_of(interface, BPF_TC_EGRESS);
    for (const tc_filter& filter : *filters) {
        if (is_ours(filter)) {
            const bpf_tc_opts options = place(filter.handle, filter.priority);
            removed |= ::bpf_tc_detach(&hook, &options) == 0;
            clsact_is_ours |= filter.handle == handle_clsact_made;
        }
    }
    if (clsact_is_ours) {
        remove_clsact_if_empty(interface);
    }
    return removed;
}

} // namespace xvrrp::datapath
