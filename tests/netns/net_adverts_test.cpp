// SPDX-License-Identifier: BSD-2-Clause
//
// The socket for adverts: what goes out on the wire, group membership, and that nothing is answered to adverts
// received.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "net/advert_socket.hpp"
#include "net_support.hpp"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;
using namespace std::chrono_literals;
using testing::ElementsAreArray;
using testing::HasSubstr;

constexpr int vrrp_protocol = 112;
constexpr std::array<std::uint8_t, 12> message{0x31, 51, 100, 1, 0, 100, 0xab, 0xcd, 10, 0, 0, 70};

bool has_ethertype(const frame& seen, unsigned type)
{
    return seen.size() > 14 && seen[12] == type >> 8U && seen[13] == (type & 0xffU);
}

bool is_ipv4(const frame& seen, unsigned protocol)
{
    return has_ethertype(seen, 0x0800) && seen.size() > 23 && seen[23] == protocol;
}

bool is_ipv6(const frame& seen, unsigned next_header)
{
    return has_ethertype(seen, 0x86dd) && seen.size() > 20 && seen[20] == next_header;
}

bool is_ipv4_advert(const frame& seen)
{
    return is_ipv4(seen, vrrp_protocol);
}

bool is_ipv6_advert(const frame& seen)
{
    return is_ipv6(seen, vrrp_protocol);
}

bool contains(const frame& seen, const std::vector<std::uint8_t>& bytes)
{
    return !std::ranges::search(seen, bytes).empty();
}

/// What the tests look at in an advert's frame.
struct dissected {
    std::vector<std::uint8_t> destination_mac;
    std::vector<std::uint8_t> source_mac;
    ip_address source;
    ip_address destination;
    unsigned hop_limit = 0;
    unsigned traffic_class = 0;
    std::vector<std::uint8_t> payload;
};

dissected dissect_ipv4(const frame& seen)
{
    const auto at = [&](std::size_t from) {
        std::array<std::uint8_t, 4> bytes{};
        std::copy_n(seen.begin() + static_cast<std::ptrdiff_t>(from), bytes.size(), bytes.begin());
        return ip_address::v4(bytes);
    };
    const std::size_t total = seen.at(16) * 256U + seen.at(17);
    const std::size_t header = (seen.at(14) & 0x0fU) * 4U;
    return {.destination_mac = {seen.begin(), seen.begin() + 6},
            .source_mac = {seen.begin() + 6, seen.begin() + 12},
            .source = at(26),
            .destination = at(30),
            .hop_limit = seen.at(22),
            .traffic_class = seen.at(15),
            .payload = {seen.begin() + static_cast<std::ptrdiff_t>(14 + header),
                        seen.begin() + static_cast<std::ptrdiff_t>(14 + total)}};
}

dissected dissect_ipv6(const frame& seen)
{
    const auto at = [&](std::size_t from) {
        std::array<std::uint8_t, 16> bytes{};
        std::copy_n(seen.begin() + static_cast<std::ptrdiff_t>(from), bytes.size(), bytes.begin());
        return ip_address::v6(bytes);
    };
    return {.destination_mac = {seen.begin(), seen.begin() + 6},
            .source_mac = {seen.begin() + 6, seen.begin() + 12},
            .source = at(22),
            .destination = at(38),
            .hop_limit = seen.at(21),
            .traffic_class = (seen.at(14) & 0x0fU) << 4U | seen.at(15) >> 4U,
            .payload = {seen.begin() + 54, seen.end()}};
}

class net_adverts : public net_pair {
protected:
    [[nodiscard]] net::advert_socket_settings settings(const char* source, const char* group,
                                                       std::vector<ip_address> peers = {}) const
    {
        return {.interface = eth0, .source = ip(source), .group = ip(group), .peers = std::move(peers)};
    }
    [[nodiscard]] net::advert_socket open(const net::advert_socket_settings& how) const
    {
        return must(router.run([&] { return net::advert_socket::open(how); }));
    }
    [[nodiscard]] net::advert_socket open_ipv4() const { return open(settings("10.0.0.1", "224.0.0.18")); }
    [[nodiscard]] net::advert_socket open_ipv6() const { return open(settings("fe80::1", "ff02::12")); }

    void expect_common(const dissected& seen) const
    {
        EXPECT_EQ(seen.hop_limit, 255U);
        EXPECT_EQ(seen.traffic_class, 0xc0U);
        EXPECT_THAT(seen.source_mac, ElementsAreArray(mac.bytes));
        EXPECT_THAT(seen.payload, ElementsAreArray(message));
    }

    capture wire{peer, "eth0"};
};

TEST_F(net_adverts, TX_01_TX_02_ipv4_multicast)
{
    auto socket = open_ipv4();
    must(socket.send(message, ip("224.0.0.18")));
    const frame seen = wire.next(is_ipv4_advert);
    ASSERT_FALSE(seen.empty());
    const dissected advert = dissect_ipv4(seen);
    expect_common(advert);
    EXPECT_EQ(advert.source, ip("10.0.0.1"));
    EXPECT_EQ(advert.destination, ip("224.0.0.18"));
    EXPECT_THAT(advert.destination_mac, ElementsAreArray({0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}));
    EXPECT_EQ(seen.at(20) * 256U + seen.at(21), 0U) << "flags and fragment offset";
}

TEST_F(net_adverts, TX_01_TX_02_ipv6_multicast_from_the_link_local_address)
{
    auto socket = open_ipv6();
    must(socket.send(message, ip("ff02::12")));
    const frame seen = wire.next(is_ipv6_advert);
    ASSERT_FALSE(seen.empty());
    const dissected advert = dissect_ipv6(seen);
    expect_common(advert); // its checksum field, too, as it was given
    EXPECT_EQ(advert.source, ip("fe80::1"));
    EXPECT_EQ(advert.destination, ip("ff02::12"));
    EXPECT_THAT(advert.destination_mac, ElementsAreArray({0x33, 0x33, 0x00, 0x00, 0x00, 0x12}));
}

TEST_F(net_adverts, TX_01_unicast_to_each_peer)
{
    auto v4 = open(settings("10.0.0.1", "224.0.0.18", {ip("10.0.0.2")}));
    must(v4.send(message, ip("10.0.0.2")));
    const dissected to_v4 = dissect_ipv4(wire.next(is_ipv4_advert));
    expect_common(to_v4);
    EXPECT_EQ(to_v4.destination, ip("10.0.0.2"));
    EXPECT_THAT(to_v4.destination_mac, ElementsAreArray({0x02, 0x00, 0x00, 0x00, 0x00, 0x02}));

    auto v6 = open(settings("2001:db8::1", "ff02::12", {ip("2001:db8::2")}));
    must(v6.send(message, ip("2001:db8::2")));
    const dissected to_v6 = dissect_ipv6(wire.next(is_ipv6_advert));
    expect_common(to_v6);
    EXPECT_EQ(to_v6.source, ip("2001:db8::1"));
    EXPECT_EQ(to_v6.destination, ip("2001:db8::2"));

    auto local = open(settings("fe80::1", "ff02::12", {ip("fe80::2")}));
    must(local.send(message, ip("fe80::2")));
    EXPECT_EQ(dissect_ipv6(wire.next(is_ipv6_advert)).destination, ip("fe80::2"));
}

TEST_F(net_adverts, TX_01_a_source_that_is_not_the_hosts)
{
    auto v4 = open(settings("192.0.2.77", "224.0.0.18"));
    must(v4.send(message, ip("224.0.0.18")));
    EXPECT_EQ(dissect_ipv4(wire.next(is_ipv4_advert)).source, ip("192.0.2.77"));
    auto v6 = open(settings("fe80::77", "ff02::12"));
    must(v6.send(message, ip("ff02::12")));
    EXPECT_EQ(dissect_ipv6(wire.next(is_ipv6_advert)).source, ip("fe80::77"));
}

TEST_F(net_adverts, TX_01_multicast_needs_no_route_and_ignores_one_elsewhere)
{
    must(router.ip_batch({"link add other type veth peer name other_end", "link set other up", "link set other_end up",
                          "route add 224.0.0.0/4 dev other"}));
    auto socket = open_ipv4();
    must(socket.send(message, ip("224.0.0.18")));
    EXPECT_FALSE(wire.next(is_ipv4_advert).empty());
    must(router.ip("route flush table main"));
    must(socket.send(message, ip("224.0.0.18")));
    EXPECT_FALSE(wire.next(is_ipv4_advert).empty());
}

TEST_F(net_adverts, TX_05_ipv4_membership_is_reported_in_igmpv3_and_ends_with_the_socket)
{
    const auto is_member = [&] { return has_line(must(router.ip("maddr show dev eth0")), {"inet ", "224.0.0.18"}); };
    // Type 0x22, one record: change to exclude mode (join) or to include mode (leave) of 224.0.0.18.
    const auto record = [](std::uint8_t change) { return std::vector<std::uint8_t>{change, 0, 0, 0, 224, 0, 0, 18}; };
    const auto reports = [&](std::uint8_t change) {
        return [=](const frame& seen) {
            return is_ipv4(seen, IPPROTO_IGMP) && contains(seen, {224, 0, 0, 22}) && contains(seen, record(change));
        };
    };
    constexpr std::uint8_t to_include = 3;
    constexpr std::uint8_t to_exclude = 4;
    EXPECT_FALSE(is_member());
    {
        const auto socket = open_ipv4();
        EXPECT_TRUE(is_member());
        EXPECT_FALSE(wire.next(reports(to_exclude)).empty());
    }
    EXPECT_FALSE(is_member());
    EXPECT_FALSE(wire.next(reports(to_include)).empty());
}

TEST_F(net_adverts, TX_05_ipv6_membership_is_reported_in_mldv2_and_ends_with_the_socket)
{
    const auto is_member = [&] { return has_line(must(router.ip("maddr show dev eth0")), {"inet6 ", "ff02::12"}); };
    const auto reports = [](std::uint8_t change) {
        std::vector<std::uint8_t> record{change, 0, 0, 0, 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12};
        return [record = std::move(record)](const frame& seen) {
            constexpr std::uint8_t version_2_report = 143;
            return has_ethertype(seen, 0x86dd) && contains(seen, {version_2_report, 0}) && contains(seen, record);
        };
    };
    constexpr std::uint8_t to_include = 3;
    constexpr std::uint8_t to_exclude = 4;
    EXPECT_FALSE(is_member());
    {
        const auto socket = open_ipv6();
        EXPECT_TRUE(is_member());
        EXPECT_FALSE(wire.next(reports(to_exclude)).empty());
    }
    EXPECT_FALSE(is_member());
    EXPECT_FALSE(wire.next(reports(to_include)).empty());
}

TEST_F(net_adverts, TX_05_unicast_joins_no_group)
{
    const auto socket = open(settings("10.0.0.1", "224.0.0.18", {ip("10.0.0.2")}));
    EXPECT_FALSE(has_line(must(router.ip("maddr show dev eth0")), {"inet ", "224.0.0.18"}));
}

TEST_F(net_adverts, many_routers_on_one_interface_have_sockets_of_their_own)
{
    std::vector<net::advert_socket> sockets;
    for (int i = 0; i < 255; ++i) {
        sockets.push_back(open_ipv4());
        must(sockets.back().send(message, ip("224.0.0.18")));
    }
    std::size_t adverts = 0;
    EXPECT_TRUE(lab::eventually(5s, [&] {
        adverts += static_cast<std::size_t>(std::ranges::count_if(wire.waiting(), is_ipv4_advert));
        return adverts >= sockets.size();
    }));
    EXPECT_EQ(adverts, sockets.size());
}

/// The kernel's answer to a protocol that nobody listens to; its absence is judged by what a later ping brings, and the
/// test has failed to see it if it doesn't come once the socket is gone.
class net_adverts_unanswered : public net_adverts {
protected:
    net_adverts_unanswered()
    {
        // Answers of this kind are rate-limited; several are asked for here.
        must(router.set_sysctl("net/ipv4/icmp_ratelimit", "0"));
        must(router.set_sysctl("net/ipv6/icmp/ratelimit", "0"));
    }
    void send_from_peer(const char* to) const
    {
        must(peer.run([&]() -> result<void> {
            const ip_address address = ip(to);
            const bool ipv4 = address.family() == address_family::ipv4;
            const lab::file_descriptor socket(
                ::socket(ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, vrrp_protocol));
            sockaddr_in v4{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
            sockaddr_in6 v6{
                .sin6_family = AF_INET6, .sin6_port = 0, .sin6_flowinfo = 0, .sin6_addr = {}, .sin6_scope_id = 0};
            std::ranges::copy(address.bytes(), ipv4 ? reinterpret_cast<std::uint8_t*>(&v4.sin_addr)
                                                    : reinterpret_cast<std::uint8_t*>(&v6.sin6_addr));
            const auto* destination =
                ipv4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
            const socklen_t length = ipv4 ? sizeof v4 : sizeof v6;
            if (::sendto(socket.get(), message.data(), message.size(), 0, destination, length) < 0) {
                return fail_errno("sendto", errno);
            }
            return {};
        }));
    }
    /// Whether the error came before the echo reply that was asked for afterwards.
    [[nodiscard]] bool answered(const char* to, const std::function<bool(const frame&)>& is_error,
                                const std::function<bool(const frame&)>& is_echo_reply)
    {
        [[maybe_unused]] const auto settled = wire.waiting();
        send_from_peer(to);
        EXPECT_TRUE(must(peer.exec({"ping", "-c", "1", "-W", "5", to})).ok());
        bool error = false;
        EXPECT_FALSE(wire.next([&](const frame& seen) {
                             error |= is_error(seen);
                             return is_echo_reply(seen);
                         })
                         .empty());
        return error;
    }
};

TEST_F(net_adverts_unanswered, an_ipv4_advert_gets_no_protocol_unreachable_while_the_socket_lives)
{
    const auto is_icmp = [](unsigned type) {
        return [type](const frame& seen) { return is_ipv4(seen, IPPROTO_ICMP) && seen.at(34) == type; };
    };
    constexpr unsigned unreachable = 3;
    constexpr unsigned echo_reply = 0;
    {
        const auto socket = open(settings("10.0.0.1", "224.0.0.18", {ip("10.0.0.2")}));
        EXPECT_FALSE(answered("10.0.0.1", is_icmp(unreachable), is_icmp(echo_reply)));
    }
    EXPECT_TRUE(answered("10.0.0.1", is_icmp(unreachable), is_icmp(echo_reply)));
}

TEST_F(net_adverts_unanswered, an_ipv6_advert_gets_no_parameter_problem_while_the_socket_lives)
{
    const auto is_icmp = [](unsigned type) {
        return [type](const frame& seen) { return is_ipv6(seen, IPPROTO_ICMPV6) && seen.at(54) == type; };
    };
    constexpr unsigned parameter_problem = 4;
    constexpr unsigned echo_reply = 129;
    {
        const auto socket = open(settings("2001:db8::1", "ff02::12", {ip("2001:db8::2")}));
        EXPECT_FALSE(answered("2001:db8::1", is_icmp(parameter_problem), is_icmp(echo_reply)));
    }
    EXPECT_TRUE(answered("2001:db8::1", is_icmp(parameter_problem), is_icmp(echo_reply)));
}

TEST_F(net_adverts, our_own_adverts_are_not_looped_back)
{
    // A listener of the same host and group: it hears the peer's adverts, and would hear ours.
    const auto listen = [](const lab::net_namespace& place) {
        return must(place.run([]() -> result<lab::file_descriptor> {
            lab::file_descriptor socket(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, vrrp_protocol));
            const timeval patience{.tv_sec = 10, .tv_usec = 0};
            if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) {
                return fail_errno("SO_RCVTIMEO", errno);
            }
            return socket;
        }));
    };
    const auto listener = listen(router);
    auto ours = open_ipv4();
    const interface_index theirs_interface = must(peer.index_of("eth0"));
    auto theirs = must(peer.run([&] {
        return net::advert_socket::open(
            {.interface = theirs_interface, .source = ip("10.0.0.2"), .group = ip("224.0.0.18"), .peers = {}});
    }));
    must(ours.send(message, ip("224.0.0.18")));
    must(theirs.send(message, ip("224.0.0.18")));
    std::array<std::uint8_t, 256> packet{};
    ASSERT_GT(::recv(listener.get(), packet.data(), packet.size(), 0), 20);
    constexpr std::size_t last_byte_of_source = 15;
    EXPECT_EQ(packet[last_byte_of_source], 2) << "the first advert to be heard is the peer's";
}

TEST_F(net_adverts, nothing_is_sent_on_an_interface_that_is_down)
{
    auto socket = open_ipv4();
    must(router.ip("link set eth0 down"));
    const auto outcome = router.run([&] { return socket.send(message, ip("224.0.0.18")); });
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().what, HasSubstr("cannot send advert to 224.0.0.18 on eth0: "));
    must(router.ip("link set eth0 up"));
    EXPECT_TRUE(lab::eventually(5s, [&] { return socket.send(message, ip("224.0.0.18")).has_value(); }));
}

TEST_F(net_adverts, a_missing_interface_is_an_error)
{
    auto how = settings("10.0.0.1", "224.0.0.18");
    how.interface = {4242};
    const auto outcome = router.run([&] { return net::advert_socket::open(how); });
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().what, HasSubstr("interface 4242"));
}

TEST_F(net_adverts, nothing_is_sent_on_an_interface_whose_ipv6_is_off)
{
    auto socket = open_ipv6();
    must(router.set_sysctl("net/ipv6/conf/eth0/disable_ipv6", "1"));
    const auto outcome = router.run([&] { return socket.send(message, ip("ff02::12")); });
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().what, HasSubstr("cannot send advert to ff02::12 on eth0: "));
}

} // namespace
