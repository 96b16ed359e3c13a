// SPDX-License-Identifier: BSD-2-Clause
//
// The UDP socket for S-BFD: what it lets through, and how it answers.
#include <netinet/in.h>
#include <sys/socket.h>

#include "lab/eventually.hpp"
#include "net/sbfd_socket.hpp"
#include "net/socket_options.hpp"
#include "net_support.hpp"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;
using namespace std::chrono_literals;

constexpr std::uint16_t reflector_port = 7784;
constexpr std::uint16_t own_port = 50000;
constexpr std::array<std::uint8_t, 24> packet{0x20, 0xc8, 3, 24};

struct received {
    ip_address from;
    std::uint16_t from_port = 0;
    std::chrono::nanoseconds stamp{};
    std::vector<std::uint8_t> payload;
};

std::vector<received> wait_for(net::sbfd_socket& socket, std::size_t count)
{
    std::vector<received> all;
    std::ignore = lab::eventually(2s, [&] {
        socket.drain(
            [&](const net::sbfd_datagram& one) {
                all.push_back({one.from, one.from_port, one.stamp, {one.payload.begin(), one.payload.end()}});
            },
            16);
        return all.size() >= count;
    });
    return all;
}

class Sbfd : public net_pair {
protected:
    net::sbfd_socket open(const lab::net_namespace& place, const char* own, std::uint16_t port)
    {
        const auto index = must(place.index_of("eth0"));
        return must(place.run([&] { return net::sbfd_socket::open(index, ip(own), port); }));
    }
    /// One packet to the reflector's port by a plain socket.
    void send_plain(const char* to, int hop_limit)
    {
        must(peer.run([&]() -> result<void> {
            const bool v4 = ip(to).family() == address_family::ipv4;
            const descriptor socket(::socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            const auto index = peer.index_of("eth0");
            const auto address = net::socket_address_of(ip(to), *index, reflector_port);
            if (::setsockopt(socket.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_UNICAST_HOPS, &hop_limit,
                             sizeof hop_limit) != 0 ||
                ::sendto(socket.get(), packet.data(), packet.size(), 0, address.get(), address.length) < 0) {
                return fail_errno("sendto", errno);
            }
            return {};
        }));
    }
};

TEST_F(Sbfd, ADatagramAndItsAnswerCarryEverythingThatTheReflectorNeeds)
{
    for (const auto& [router_address, peer_address] : {std::pair{"10.0.0.1", "10.0.0.2"}, {"fe80::1", "fe80::2"}}) {
        auto reflector = open(router, router_address, reflector_port);
        auto initiator = open(peer, peer_address, own_port);
        must(initiator.send(packet, ip(router_address), reflector_port));
        const auto asked = wait_for(reflector, 1);
        ASSERT_EQ(asked.size(), 1U) << router_address;
        EXPECT_EQ(asked[0].from, ip(peer_address));
        EXPECT_EQ(asked[0].from_port, own_port);
        EXPECT_EQ(asked[0].payload, std::vector(packet.begin(), packet.end()));
        const auto age = std::chrono::system_clock::now().time_since_epoch() - asked[0].stamp;
        EXPECT_TRUE(age >= 0s && age < 2s) << "the kernel's receive time";
        must(reflector.send(packet, asked[0].from, asked[0].from_port));
        EXPECT_EQ(wait_for(initiator, 1).size(), 1U) << "sent with hop limit 255, or it wouldn't get through";
    }
}

TEST_F(Sbfd, OnlyWhatComesFromTheLinkIsHandedOver)
{
    for (const char* address : {"10.0.0.1", "fe80::1"}) {
        auto reflector = open(router, address, reflector_port);
        send_plain(address, 254);
        send_plain(address, 255);
        send_plain(address, 1);
        send_plain(address, 255);
        EXPECT_EQ(wait_for(reflector, 3).size(), 2U) << address;
    }
}

TEST_F(Sbfd, APortThatIsTakenIsAnErrorWithItsCode)
{
    const auto first = open(router, "10.0.0.1", own_port);
    const auto second = router.run([&] { return net::sbfd_socket::open(eth0, ip("10.0.0.1"), own_port); });
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EADDRINUSE);
    EXPECT_NE(second.error().what.find("10.0.0.1 port 50000"), std::string::npos) << second.error().what;
}

} // namespace
