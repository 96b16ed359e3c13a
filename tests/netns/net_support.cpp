// SPDX-License-Identifier: BSD-2-Clause
//
// Two namespaces, a capture, and small things around them.
#include "net_support.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <sstream>

namespace xvrrp::test {

using namespace std::chrono_literals;

namespace {

result<lab::file_descriptor> open_capture(const std::string& interface)
{
    lab::file_descriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int bytes = 64 * 1024 * 1024;
    const int on = 1;
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);
    place.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0 ||
        ::setsockopt(socket.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0) {
        return fail_errno("capture on " + interface, errno);
    }
    return socket;
}

frame receive(int socket)
{
    frame received(65536);
    const ssize_t length = ::recv(socket, received.data(), received.size(), 0);
    received.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return received;
}

} // namespace

capture::capture(const lab::net_namespace& place, const std::string& interface)
    : socket_(must(place.run([&] { return open_capture(interface); })))
{
}

frame capture::next(const std::function<bool(const frame&)>& wanted)
{
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
        pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, 100) > 0) {
            if (frame received = receive(socket_.get()); wanted(received)) {
                return received;
            }
        }
    }
    return {};
}

std::vector<frame> capture::waiting()
{
    std::vector<frame> all;
    while (true) {
        frame received = receive(socket_.get());
        if (received.empty()) {
            return all;
        }
        all.push_back(std::move(received));
    }
}

net_pair::net_pair()
{
    for (const auto* place : {&router, &peer}) {
        must(place->set_sysctl("net/ipv6/conf/default/accept_dad", "0"));
        must(place->set_sysctl("net/ipv6/conf/default/addr_gen_mode", "1"));
    }
    must(lab::add_veth(router, "eth0", peer, "eth0"));
    must(router.ip_batch({"link set eth0 address 02:00:00:00:00:01", "addr add 10.0.0.1/24 dev eth0",
                          "addr add fe80::1/64 dev eth0 nodad", "addr add 2001:db8::1/64 dev eth0 nodad"}));
    must(peer.ip_batch({"link set eth0 address 02:00:00:00:00:02", "addr add 10.0.0.2/24 dev eth0",
                        "addr add fe80::2/64 dev eth0 nodad", "addr add 2001:db8::2/64 dev eth0 nodad"}));
    eth0 = must(router.index_of("eth0"));
    mac = must(router.mac_of("eth0"));
}

net::netlink open_netlink(const lab::net_namespace& place)
{
    return must(place.run([] { return net::netlink::open(); }));
}

ip_address ip(const char* text)
{
    return ip_address::parse(text).value();
}

net::address_request request(interface_index interface, const ip_address& address, std::uint8_t prefix_length)
{
    return {.interface = interface,
            .ip = address,
            .prefix_length = prefix_length,
            .broadcast = {},
            .label = {},
            .scope = address_scope::global};
}

bool has_line(const std::string& output, const std::vector<std::string>& parts)
{
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (std::ranges::all_of(parts, [&](const std::string& part) { return line.find(part) != std::string::npos; })) {
            return true;
        }
    }
    return false;
}

} // namespace xvrrp::test
