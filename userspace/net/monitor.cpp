// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications about links and addresses (rtnetlink(7)).
#include "net/monitor.hpp"

#include <linux/rtnetlink.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <optional>

#include "net/message_parser.hpp"

namespace xvrrp::net {

namespace {

std::optional<netlink_event> event_of(nlmsghdr* message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
        if (auto now = parse_link(message)) {
            return link_changed{std::move(*now)};
        }
        return std::nullopt;
    case RTM_DELLINK:
        if (auto was = parse_link(message)) {
            return link_removed{.index = was->index, .name = std::move(was->name)};
        }
        return std::nullopt;
    case RTM_NEWADDR:
        if (const auto now = parse_address(message)) {
            return address_added{*now};
        }
        return std::nullopt;
    case RTM_DELADDR:
        if (const auto was = parse_address(message)) {
            return address_removed{*was};
        }
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

} // namespace

monitor::monitor(route_socket socket) : socket_(std::move(socket)) {}

result<monitor> monitor::open()
{
    auto socket = route_socket::open();
    if (!socket) {
        return std::unexpected(socket.error());
    }
    const int status = nl_socket_add_memberships(socket->handle(), RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
                                                 RTNLGRP_IPV6_IFADDR, RTNLGRP_NONE);
    if (status < 0) {
        return fail(std::string("netlink notifications: ") + nl_geterror(status));
    }
    return monitor(std::move(*socket));
}

result<void> monitor::drain(const std::function<void(const netlink_event&)>& sink)
{
    while (true) {
        const auto datagram = socket_.receive(waiting::no);
        if (datagram) {
            for_each_message(*datagram, [&](nlmsghdr* message) {
                if (const auto event = event_of(message)) {
                    sink(*event);
                }
                return true;
            });
            continue;
        }
        switch (datagram.error()) {
        case EAGAIN:
            return {};
        case ENOBUFS:
        case EMSGSIZE:
            discard_waiting();
            sink(overrun{});
            return {};
        default:
            return fail_errno("netlink notifications", datagram.error());
        }
    }
}

void monitor::discard_waiting()
{
    while (true) {
        const auto datagram = socket_.receive(waiting::no);
        if (!datagram && datagram.error() != ENOBUFS && datagram.error() != EMSGSIZE) {
            return;
        }
    }
}

} // namespace xvrrp::net
