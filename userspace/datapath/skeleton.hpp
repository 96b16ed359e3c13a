// SPDX-License-Identifier: BSD-2-Clause
//
// The BPF objects of XDP and tc, loaded, with one set of maps between them. Owned by the datapath.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "xvrrp/result.hpp"

struct vrrp_xdp_bpf;
struct vip_egress_bpf;

namespace xvrrp::datapath {

/// Descriptors of the maps, borrowed from the objects.
struct map_descriptors {
    int slots;
    int config;
    int secrets;
    int peers;
    int routers;
    int drops;
    int vips;
    int vip_bits;
    int events;
    int control;
    int reflectors;
    int probes;
    int sessions;
};

class bpf_objects {
public:
    /// Loads both objects with fresh maps. Multi-buffer packets (xdp.frags, kernel 5.18) are allowed where the kernel
    /// can. The error says what libbpf or the kernel refused.
    static result<bpf_objects> load();
    bpf_objects(bpf_objects&&) noexcept;
    bpf_objects& operator=(bpf_objects&&) noexcept;
    ~bpf_objects();

    [[nodiscard]] int xdp_program() const;
    [[nodiscard]] int egress_program() const;
    [[nodiscard]] map_descriptors maps() const;
    /// Name and descriptor of the maps that may be pinned: all but the passwords and the compiler's own.
    [[nodiscard]] std::vector<std::pair<std::string, int>> public_maps() const;

private:
    struct destroy {
        void operator()(vrrp_xdp_bpf* object) const;
        void operator()(vip_egress_bpf* object) const;
    };
    bpf_objects(std::unique_ptr<vrrp_xdp_bpf, destroy> xdp, std::unique_ptr<vip_egress_bpf, destroy> egress);
    static result<std::unique_ptr<vrrp_xdp_bpf, destroy>> load_xdp(bool frags);
    static result<std::unique_ptr<vip_egress_bpf, destroy>> load_egress(const vrrp_xdp_bpf& maps_of);

    std::unique_ptr<vrrp_xdp_bpf, destroy> xdp_;
    std::unique_ptr<vip_egress_bpf, destroy> egress_;
};

} // namespace xvrrp::datapath
