// SPDX-License-Identifier: BSD-2-Clause
//
// The two BPF programs loaded as the daemon loads them, run on one frame at a time by BPF_PROG_TEST_RUN, with the maps
// that they left behind. Belongs to one test; no interface is touched, the frames go nowhere. Failing set-up throws.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/frame.hpp"
#include "xvrrp/abi.h"

namespace xvrrp::test {

/// BPF_PROG_TEST_RUN asks for an interface that exists: the loopback device is one everywhere.
inline constexpr std::uint32_t test_interface = 1;
/// Another one, that no frame comes in on.
inline constexpr std::uint32_t other_interface = 4711;

struct router_setup {
    std::uint32_t slot = 0;
    std::uint32_t interface = test_interface;
    std::uint8_t family = XVRRP_IPV4;
    std::uint8_t vrid = 51;
    std::uint8_t version = 3;
    std::uint32_t flags = 0;
    xvrrp_state state = XVRRP_BACKUP;
    std::uint8_t priority = 100;
    std::uint8_t interval_seconds = 1;
    std::uint32_t generation = 1;
    std::string source = {}; ///< unset: 10.0.0.1 or fe80::1
    std::string followed = {};
    std::string password = {};
    std::vector<std::string> peers = {};
    xvrrp_peer limits = {.min_ttl = 0, .max_ttl = 255, .zero = 0}; ///< of all peers
    std::uint64_t hang_limit_ns = 3'600'000'000'000;
};

/// The address has the family of the text; what isn't named is as in the frames of `bfd`.
struct reflector_setup {
    std::string address = "10.0.0.1";
    std::uint32_t interface = test_interface;
    std::uint32_t discriminator = 0x0a000001;
    std::uint64_t hang_limit_ns = 3'600'000'000'000;
    std::vector<std::string> peers = {}; ///< none: anybody may ask
};

struct run_result {
    std::uint32_t verdict = 0;
    bytes frame; ///< as the program left it
};

class bpf_harness {
public:
    struct options {
        bool coarse_clock = true;
        bool multi_buffer = false; ///< loaded for frames in several buffers
        std::uint32_t ring_bytes = XVRRP_EVENTS_BYTES;
    };
    bpf_harness() : bpf_harness(options{}) {}
    explicit bpf_harness(options how);
    ~bpf_harness();
    bpf_harness(const bpf_harness&) = delete;
    bpf_harness& operator=(const bpf_harness&) = delete;

    void add_router(const router_setup& setup);
    void add_vip(const std::string& address, std::uint32_t slot = 0, std::uint32_t interface = test_interface);
    /// From here on packets ask the bits of vrrp_vip_bits first.
    void use_vip_bits();
    void clear_vip_bits();
    /// And the sources of adverts those of their slot.
    void use_peer_bits(std::uint32_t slot, const std::vector<std::string>& peers);
    /// The slot's configuration in mapped memory, as the daemon writes it.
    xvrrp_slot_config& config(std::uint32_t slot = 0);
    void follow(const std::string& address, std::uint32_t slot = 0);

    /// As the daemon writes it. At first it is in control.
    xvrrp_control& control();
    void add_reflector(const reflector_setup& setup);
    /// How many probes were answered there.
    std::uint64_t answered(const std::string& address);
    /// The bucket of a source of probes, if it has one.
    std::optional<xvrrp_bucket> prober(const std::string& address);
    void store_prober(const std::string& address, const xvrrp_bucket& bucket);
    xvrrp_session& session(std::uint32_t number);
    xvrrp_session_record& replies(std::uint32_t number);

    run_result run_xdp(const bytes& frame) const;
    std::uint32_t xdp_verdict(const bytes& frame) const { return run_xdp(frame).verdict; }
    /// `segments`, `wire_bytes`: what a network card will make of the frame; 0: the frame itself.
    run_result run_egress(const bytes& frame, std::uint32_t segments = 0, std::uint32_t wire_bytes = 0);
    std::uint32_t egress_verdict(const bytes& frame) { return run_egress(frame).verdict; }
    /// Nanoseconds per run of a program over `repeat` runs in the kernel; `program` from xdp_fd() or elsewhere.
    static std::uint32_t nanoseconds_per_run(int program, const bytes& frame, std::uint32_t repeat);

    /// Takes what is in the ring buffer.
    std::vector<xvrrp_event> events();
    /// All CPUs' together; the last source, VRID and time are those of the latest.
    xvrrp_drop_count drops(xvrrp_drop_reason reason, std::uint32_t interface = test_interface);
    std::uint64_t drops_of_all_reasons();
    xvrrp_vip_count vip(const std::string& address, std::uint32_t interface = test_interface);
    xvrrp_router_record record(std::uint32_t slot = 0) const;
    /// For tests that set the scene in it.
    void store_record(const xvrrp_router_record& record, std::uint32_t slot = 0) const;

    [[nodiscard]] int xdp_fd() const;
    [[nodiscard]] int map_fd(const char* name) const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// As abi.h lays out addresses.
std::array<std::uint8_t, XVRRP_ADDRESS_BYTES> abi_address(const std::string& text);
std::string to_text(const std::uint8_t (&address)[XVRRP_ADDRESS_BYTES], std::uint8_t family);
/// CLOCK_MONOTONIC, as the programs read it.
std::uint64_t monotonic_ns();

} // namespace xvrrp::test
