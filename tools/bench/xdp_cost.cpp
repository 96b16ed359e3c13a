// SPDX-License-Identifier: BSD-2-Clause
//
// What the XDP program costs a packet: nanoseconds in the kernel by BPF_PROG_TEST_RUN, beside an empty program in the
// same run. Cases take turns in many short rounds, because a shared machine is noisy: medians are what to look at.
#include <CLI/CLI.hpp>
#include <bpf/bpf.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "bpf/harness.hpp"

namespace {

using namespace xvrrp::test;

constexpr std::size_t frame_bytes = 60;
constexpr int vips = 64;
/// As adverts, a batch fits the ring buffer.
constexpr std::uint32_t packet_batch = 2000;

struct bench_case {
    std::string name;
    int program = -1;
    bytes frame;
    std::optional<int> aim = {};                   ///< nanoseconds above the empty program
    std::function<void(bpf_harness&)> before = {}; ///< each round
    std::function<void(bpf_harness&)> after = {};
    std::vector<std::uint32_t> nanoseconds = {};
};

class empty_program {
public:
    empty_program()
    {
        const std::array<bpf_insn, 2> code{
            bpf_insn{
                .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = XDP_PASS},
            bpf_insn{.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};
        fd_ = bpf_prog_load(BPF_PROG_TYPE_XDP, "empty", "GPL", code.data(), code.size(), nullptr);
        if (fd_ < 0) {
            throw std::system_error(errno, std::generic_category(), "loading an empty XDP program");
        }
    }
    ~empty_program() { close(fd_); }
    empty_program(const empty_program&) = delete;
    empty_program& operator=(const empty_program&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_ = -1;
};

void set_up(bpf_harness& kernel)
{
    kernel.add_router({.slot = 0, .followed = "10.0.0.2"});
    kernel.add_router({.slot = 1,
                       .vrid = 52,
                       .version = 2,
                       .flags = XVRRP_SLOT_AUTH_PASS,
                       .followed = "10.0.0.2",
                       .password = "secret"});
    kernel.add_router({.slot = 2, .vrid = 53, .flags = XVRRP_SLOT_CHECK_SOURCE, .peers = {"10.0.0.2"}});
    for (int i = 0; i < vips / 2; ++i) {
        kernel.add_vip(fmt::format("10.0.0.{}", 70 + i));
        kernel.add_vip(fmt::format("2001:db8::{}", 70 + i));
    }
    kernel.use_vip_bits();
    kernel.use_peer_bits(2, {"10.0.0.2"});
}

/// Empties the ring buffer and lets the followed router's buckets hold a batch: they were filled in the future, so that
/// the program neither refills them nor cuts them down.
void refill(bpf_harness& kernel)
{
    kernel.events();
    xvrrp_router_record record{};
    record.generation = 1;
    record.followed_bucket = {.refilled_ns = monotonic_ns() + 3'600'000'000'000,
                              .credit = packet_batch * 1'000'000'000ULL};
    kernel.store_record(record, 0);
    kernel.store_record(record, 1);
}

void expect_all_told(bpf_harness& kernel)
{
    if (const auto told = kernel.events().size(); told != packet_batch) {
        throw std::runtime_error(fmt::format("{} of {} adverts reached the ring buffer", told, packet_batch));
    }
}

std::vector<bench_case> cases(int empty, int xdp)
{
    const ethernet link{.pad_to = frame_bytes};
    const auto udp4 = [&](const char* to) { return packet(link, ipv4{.destination = to, .protocol = 17}, bytes(8)); };
    const auto udp6 = [&](const char* to) {
        return packet(link, ipv6{.destination = to, .next_header = 17}, bytes(6));
    };
    const vrrp v2{.version = 2, .vrid = 52, .auth_type = 1, .password = "secret"};
    auto wrong_password = v2;
    wrong_password.password = "guess";
    return {
        {"empty program", empty, udp4("10.0.0.9")},
        {"IPv4, neither VRRP nor for a VIP", xdp, udp4("10.0.0.9"), 15},
        {"IPv6, neither VRRP nor for a VIP", xdp, udp6("2001:db8::9"), 15},
        {"IPv4, for a VIP", xdp, udp4("10.0.0.70"), 40},
        {"IPv6, for a VIP", xdp, udp6("2001:db8::70"), 40},
        {"forged advert: TTL 254", xdp, advert(link, ipv4{.ttl = 254}, vrrp{}), 60},
        {"forged advert: foreign VRID", xdp, advert(link, ipv4{}, vrrp{.vrid = 99}), 60},
        {"forged advert: wrong checksum", xdp, advert(link, ipv4{}, vrrp{.add_to_checksum = 1}), 60},
        {"forged advert: wrong password", xdp, advert(link, ipv4{}, wrong_password), 60},
        {"forged advert: not in unicast_peer", xdp, advert(link, ipv4{.source = "10.0.0.66"}, vrrp{.vrid = 53}), 60},
        {"valid advert, version 3, told", xdp, advert(link, ipv4{}, vrrp{}), 200, refill, expect_all_told},
        {"valid advert, version 2 PASS, told", xdp, advert(link, ipv4{}, v2), 200, refill, expect_all_told},
        {"valid advert, recorded but over the rate", xdp, advert(link, ipv4{.source = "10.0.0.2"}, vrrp{.vrid = 53}),
         200},
    };
}

std::uint32_t percentile(std::vector<std::uint32_t> values, std::size_t percent)
{
    std::ranges::sort(values);
    return values[(values.size() - 1) * percent / 100];
}

void print(const std::vector<bench_case>& measured)
{
    const auto empty = percentile(measured.front().nanoseconds, 50);
    fmt::print("{:<44}{:>8}{:>8}{:>8}{:>10}{:>8}\n", "ns per packet", "least", "median", "p90", "above", "aim");
    for (const auto& each : measured) {
        const auto median = percentile(each.nanoseconds, 50);
        fmt::print("{:<44}{:>8}{:>8}{:>8}{:>10}{:>8}\n", each.name, percentile(each.nanoseconds, 0), median,
                   percentile(each.nanoseconds, 90), static_cast<int>(median) - static_cast<int>(empty),
                   each.aim ? fmt::format("{}", *each.aim) : "");
    }
}

void run(unsigned rounds, bool exact_clock)
{
    const empty_program empty;
    bpf_harness kernel({.coarse_clock = !exact_clock});
    set_up(kernel);
    auto all = cases(empty.fd(), kernel.xdp_fd());
    for (unsigned round = 0; round < rounds; ++round) {
        for (auto& each : all) {
            if (each.before) {
                each.before(kernel);
            }
            each.nanoseconds.push_back(bpf_harness::nanoseconds_per_run(each.program, each.frame, packet_batch));
            if (each.after) {
                each.after(kernel);
            }
        }
    }
    print(all);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app{"What xvrrp's XDP program costs a packet, beside an empty program, with 64 VIPs configured"};
    unsigned rounds = 500;
    bool exact_clock = false;
    app.add_option("--rounds", rounds, "Rounds of all cases")->check(CLI::PositiveNumber);
    app.add_flag("--exact-clock", exact_clock, "As on kernels before 5.11, which have no coarse clock for BPF");
    CLI11_PARSE(app, argc, argv);
    try {
        run(rounds, exact_clock);
    } catch (const std::exception& error) {
        fmt::print(stderr, "xdp_cost: {} (it needs root, or CAP_BPF and CAP_PERFMON)\n", error.what());
        return 1;
    }
    return 0;
}
