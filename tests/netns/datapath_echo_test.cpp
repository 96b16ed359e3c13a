// SPDX-License-Identifier: BSD-2-Clause
//
// S-BFD over a veth: probes of another host answered by XDP, and the replies to ours, native and generic.
#include <arpa/inet.h>
#include <poll.h>

#include "core/sbfd.hpp"
#include "datapath_support.hpp"
#include "lab/eventually.hpp"
#include "lab/xdp_pass.hpp"
#include "support/frame.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::test;
namespace sbfd = core::sbfd;

constexpr std::uint16_t probe_port = 49999;
constexpr std::uint32_t probe_discriminator = 0x12345678;

/// The mode is the test's parameter. In native mode the peer's end has an XDP program too, without which a veth loses
/// what the other end sends back by XDP.
class datapath_echo : public datapath_test, public testing::WithParamInterface<xdp_mode> {
protected:
    datapath_echo() : path(open())
    {
        if (GetParam() == xdp_mode::native) {
            pass = must(lab::attach_xdp_pass(peer, "eth0"));
        }
        must(attach(path, GetParam()));
        replies = must(lab::open_packet_socket(peer, "eth0", lab::packet_use::receive_all));
        path.renew_lease(std::chrono::steady_clock::now());
    }
    ~datapath_echo() override { close(path); }

    static ip_address ip(const char* text) { return *ip_address::parse(text); }
    [[nodiscard]] datapath::reflector reflector(const ip_address& address) const
    {
        return {.interface = eth,
                .address = address,
                .discriminator = sbfd::discriminator_of(address),
                .hang_limit = 1h,
                .peers = {}};
    }

    /// What the peer gets for a probe: the whole reply, or nothing within the time.
    std::optional<bytes> ask(const ip_address& from, const ip_address& to, std::chrono::milliseconds patience = 5s)
    {
        sbfd::probe_frame probe({.from_mac = must(peer.mac_of("eth0")),
                                 .to_mac = must(ours.mac_of("eth0")),
                                 .from = from,
                                 .to = to,
                                 .source_port = probe_port,
                                 .interval = 10ms,
                                 .multiplier = 3});
        probe.set_discriminator(probe_discriminator);
        send(lab::frame(probe.bytes().begin(), probe.bytes().end()));
        std::optional<bytes> found;
        (void)lab::eventually(patience, [&] { return (found = next_reply()).has_value(); }, 1ms);
        return found;
    }
    /// The state in it, checked to be a proper reply.
    std::optional<sbfd::state> ask_state(const ip_address& from, const ip_address& to,
                                         std::chrono::milliseconds patience = 5s)
    {
        const auto reply = ask(from, to, patience);
        if (!reply) {
            return std::nullopt;
        }
        const auto packet = sbfd::decode(std::span(*reply).last(sbfd::control_bytes));
        EXPECT_TRUE(packet);
        EXPECT_EQ(packet->your_discriminator, probe_discriminator);
        EXPECT_EQ(packet->my_discriminator, sbfd::discriminator_of(to));
        EXPECT_FALSE(packet->demand);
        return packet->sta;
    }
    [[nodiscard]] std::uint64_t refused(xvrrp_drop_reason reason) const
    {
        for (const auto& drops : path.read_drops()) {
            if (drops.reason == reason) {
                return drops.count;
            }
        }
        return 0;
    }

    datapath::datapath path;
    lab::file_descriptor pass;
    lab::file_descriptor replies;

private:
    /// Among what waits at the peer, the first frame from port 7784 to the probe's.
    std::optional<bytes> next_reply()
    {
        bytes frame(2048);
        for (ssize_t size = 0; (size = ::recv(replies.get(), frame.data(), frame.size(), MSG_DONTWAIT)) > 0;) {
            const std::size_t udp = frame[12] == 0x08 ? 34 : 54;
            const auto word = [&](std::size_t at) { return frame[at] << 8 | frame[at + 1]; };
            if (size == static_cast<ssize_t>(udp + 32) && word(udp) == sbfd::port && word(udp + 2) == probe_port) {
                frame.resize(static_cast<std::size_t>(size));
                return frame;
            }
        }
        return std::nullopt;
    }
};

INSTANTIATE_TEST_SUITE_P(modes, datapath_echo, testing::Values(xdp_mode::native, xdp_mode::generic),
                         [](const auto& mode) { return mode.param == xdp_mode::native ? "native" : "generic"; });

TEST_P(datapath_echo, a_probe_comes_back_over_ipv4)
{
    must(path.set_reflectors({reflector(ip("10.0.0.9"))}));
    const auto reply = ask(ip("10.0.0.1"), ip("10.0.0.9"));
    ASSERT_TRUE(reply);
    auto expected =
        udp_packet({.destination = must(peer.mac_of("eth0")).bytes, .source = must(ours.mac_of("eth0")).bytes},
                   ipv4{.source = "10.0.0.9", .destination = "10.0.0.1", .fragment = 0x4000},
                   {.source = 7784, .destination = probe_port},
                   bfd_message({.state = 3,
                                .demand = false,
                                .mine = 0x0a000009,
                                .yours = probe_discriminator,
                                .desired_min_tx = 10'000,
                                .required_min_rx = 100}));
    EXPECT_EQ(*reply, expected);
}

TEST_P(datapath_echo, a_probe_comes_back_over_ipv6_with_a_right_checksum)
{
    must(path.set_reflectors({reflector(ip("fe80::9"))}));
    const auto reply = ask(ip("fe80::1"), ip("fe80::9"));
    ASSERT_TRUE(reply);
    bytes covered(reply->begin() + 22, reply->begin() + 54); // both addresses
    covered.insert(covered.end(), {0, 0, 0, 32, 0, 0, 0, 17});
    covered.insert(covered.end(), reply->begin() + 54, reply->end());
    EXPECT_EQ(internet_checksum(covered), 0);
    EXPECT_EQ(reply->at(21), 255) << "hop limit";
}

TEST_P(datapath_echo, says_whether_the_daemon_is_in_control)
{
    auto patient = reflector(ip("10.0.0.9"));
    auto strict = reflector(ip("10.0.0.8"));
    strict.hang_limit = 1ns;
    must(path.set_reflectors({patient, strict}));
    EXPECT_EQ(ask_state(ip("10.0.0.1"), ip("10.0.0.9")), sbfd::state::up);
    EXPECT_EQ(ask_state(ip("10.0.0.1"), ip("10.0.0.8")), sbfd::state::admin_down) << "hangs, by its own limit";
    path.renew_lease(std::chrono::steady_clock::now() - 2h);
    EXPECT_EQ(ask_state(ip("10.0.0.1"), ip("10.0.0.9")), sbfd::state::admin_down);
    path.renew_lease(std::chrono::steady_clock::now());
    EXPECT_EQ(ask_state(ip("10.0.0.1"), ip("10.0.0.9")), sbfd::state::up);
    path.announce_leaving();
    path.renew_lease(std::chrono::steady_clock::now());
    EXPECT_EQ(ask_state(ip("10.0.0.1"), ip("10.0.0.9")), sbfd::state::admin_down);
}

TEST_P(datapath_echo, reflectors_are_exchanged_as_they_change)
{
    const auto from = ip("10.0.0.1");
    must(path.set_reflectors({reflector(ip("10.0.0.9")), reflector(ip("10.0.0.8"))}));
    EXPECT_EQ(ask_state(from, ip("10.0.0.9")), sbfd::state::up);
    EXPECT_EQ(ask_state(from, ip("10.0.0.8")), sbfd::state::up);
    must(path.set_reflectors({reflector(ip("10.0.0.8")), reflector(ip("fe80::9"))}));
    EXPECT_EQ(ask_state(from, ip("10.0.0.9"), 50ms), std::nullopt) << "gone";
    EXPECT_EQ(ask_state(from, ip("10.0.0.8")), sbfd::state::up);
    EXPECT_EQ(ask_state(ip("fe80::1"), ip("fe80::9")), sbfd::state::up);
    must(path.set_reflectors({}));
    EXPECT_EQ(ask_state(from, ip("10.0.0.8"), 50ms), std::nullopt);
    EXPECT_EQ(refused(XVRRP_DROP_PROBE_DISCRIMINATOR), 0U) << "passed on to the host";
}

TEST_P(datapath_echo, unicast_peers_alone_are_answered)
{
    auto unicast = reflector(ip("10.0.0.9"));
    unicast.peers = {ip("10.0.0.1"), ip("10.0.0.2")};
    auto other = reflector(ip("10.0.0.8"));
    other.peers = {ip("10.0.0.3")};
    must(path.set_reflectors({unicast, other}));
    EXPECT_EQ(ask_state(ip("10.0.0.2"), ip("10.0.0.9")), sbfd::state::up);
    EXPECT_EQ(ask_state(ip("10.0.0.3"), ip("10.0.0.8")), sbfd::state::up);
    EXPECT_EQ(ask_state(ip("10.0.0.3"), ip("10.0.0.9"), 50ms), std::nullopt) << "a peer of the other address";
    EXPECT_EQ(refused(XVRRP_DROP_PROBE_SOURCE), 1U);
    unicast.peers = {ip("10.0.0.3")};
    must(path.set_reflectors({unicast, other}));
    EXPECT_EQ(ask_state(ip("10.0.0.3"), ip("10.0.0.9")), sbfd::state::up);
    EXPECT_EQ(ask_state(ip("10.0.0.2"), ip("10.0.0.9"), 50ms), std::nullopt) << "no peer any more";
    unicast.peers.clear();
    must(path.set_reflectors({unicast}));
    EXPECT_EQ(ask_state(ip("10.0.0.7"), ip("10.0.0.9")), sbfd::state::up) << "everybody on the link";
}

TEST_P(datapath_echo, routers_and_reflectors_keep_their_peers_apart)
{
    auto settings = router();
    settings.unicast = true;
    settings.check_source = true;
    settings.peers = {ip("10.0.0.1")};
    const auto slot = must(path.add_router(settings));
    auto unicast = reflector(ip("10.0.0.9"));
    unicast.peers = settings.peers;
    must(path.set_reflectors({unicast}));
    path.remove_router(slot);
    EXPECT_EQ(ask_state(ip("10.0.0.1"), ip("10.0.0.9")), sbfd::state::up) << "with the router's gone";
    must(path.add_router(settings));
    must(path.set_reflectors({}));
    auto advert = valid();
    advert.destination = "10.0.0.9";
    advert.destination_mac = must(ours.mac_of("eth0"));
    send(advert);
    EXPECT_EQ(drain(path, 1).size(), 1U) << "with the reflector's gone";
}

TEST_P(datapath_echo, a_reply_to_a_probe_of_ours_is_in_the_memory)
{
    const auto memory = path.sessions();
    ASSERT_EQ(memory.probes.size(), static_cast<std::size_t>(XVRRP_MAX_SESSIONS));
    ASSERT_EQ(memory.replies.size(), static_cast<std::size_t>(XVRRP_MAX_SESSIONS));
    constexpr std::uint32_t number = 5;
    constexpr std::uint32_t discriminator = 0x70000000 + number * XVRRP_PROBES + 9;
    xvrrp_session& session = memory.probes[number];
    session.family = XVRRP_IPV4;
    session.port = probe_port;
    ip("10.0.0.1").to_abi(session.peer);
    const time_point before = std::chrono::steady_clock::now();
    session.probes[9] = {
        .sent_ns = static_cast<__u64>(before.time_since_epoch().count()), .discriminator = discriminator, .zero = 0};
    session.ifindex = eth.value;
    send(udp_packet({.destination = must(ours.mac_of("eth0")).bytes},
                    ipv4{.source = "10.0.0.1", .destination = "10.0.0.9"},
                    {.source = sbfd::port, .destination = probe_port},
                    bfd_message({.state = 3, .demand = false, .mine = 0x0a000001, .yours = discriminator})));
    const xvrrp_session_record& record = memory.replies[number];
    ASSERT_TRUE(lab::eventually(5s, [&] {
        return std::atomic_ref(const_cast<__u32&>(record.reply[9].discriminator)).load() == discriminator;
    }));
    EXPECT_EQ(record.reply[9].state, static_cast<__u32>(XVRRP_BFD_UP));
    EXPECT_GE(time_point(duration(record.reply[9].stamp_ns)), before);
    EXPECT_LE(time_point(duration(record.reply[9].stamp_ns)), std::chrono::steady_clock::now());
    EXPECT_EQ(record.replies, 1U);
}

using datapath_sessions = datapath_test;

TEST_F(datapath_sessions, there_is_memory_without_bpf_too)
{
    auto path = open(false);
    const auto memory = path.sessions();
    ASSERT_EQ(memory.probes.size(), static_cast<std::size_t>(XVRRP_MAX_SESSIONS));
    ASSERT_EQ(memory.replies.size(), static_cast<std::size_t>(XVRRP_MAX_SESSIONS));
    EXPECT_EQ(memory.replies.back().replies, 0U);
    memory.replies.back().replies = 1;
    must(path.set_reflectors({{.interface = eth, .address = *ip_address::parse("10.0.0.9"), .peers = {}}}));
    path.renew_lease(std::chrono::steady_clock::now());
    path.announce_leaving();
    EXPECT_TRUE(path.death_refusal());
}

} // namespace
