// SPDX-License-Identifier: BSD-2-Clause
//
// The XDP program that passes everything on (see xdp_pass.hpp): two instructions, loaded without an object file.
#include "lab/xdp_pass.hpp"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#include <array>

namespace xvrrp::lab {

result<file_descriptor> attach_xdp_pass(const net_namespace& place, const std::string& interface)
{
    const auto index = place.index_of(interface);
    if (!index) {
        return std::unexpected(index.error());
    }
    std::array<bpf_insn, 2> program{};
    program[0].code = BPF_ALU64 | BPF_MOV | BPF_K; // r0 = XDP_PASS
    program[0].imm = XDP_PASS;
    program[1].code = BPF_JMP | BPF_EXIT;
    const file_descriptor loaded(
        bpf_prog_load(BPF_PROG_TYPE_XDP, "lab_pass", "BSD", program.data(), program.size(), nullptr));
    if (!loaded) {
        return fail_errno("can't load the XDP program that passes everything on", errno);
    }
    return place.run([&]() -> result<file_descriptor> {
        bpf_link_create_opts options{};
        options.sz = sizeof options;
        options.flags = XDP_FLAGS_DRV_MODE;
        file_descriptor link(bpf_link_create(loaded.get(), static_cast<int>(index->value), BPF_XDP, &options));
        if (!link) {
            return fail_errno(interface + ": can't attach native XDP", errno);
        }
        return link;
    });
}

} // namespace xvrrp::lab
