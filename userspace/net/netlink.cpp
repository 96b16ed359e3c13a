// SPDX-License-Identifier: BSD-2-Clause
//
// The two rtnetlink sockets of the daemon, and the dumps.
#include "net/netlink.hpp"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstring>

#include "net/address_changes.hpp"
#include "net/message_parser.hpp"
#include "net/monitor.hpp"
#include "net/request_socket.hpp"

namespace xvrrp::net {

namespace {

/// Everything about links but their counters, which are most of what a dump would carry.
std::array<std::uint8_t, sizeof(ifinfomsg) + RTA_LENGTH(sizeof(std::uint32_t))> link_dump_header()
{
    struct {
        ifinfomsg header{};
        rtattr attribute{.rta_len = RTA_LENGTH(sizeof(std::uint32_t)), .rta_type = IFLA_EXT_MASK};
        std::uint32_t mask = RTEXT_FILTER_SKIP_STATS;
    } const request;
    std::array<std::uint8_t, sizeof(ifinfomsg) + RTA_LENGTH(sizeof(std::uint32_t))> bytes{};
    static_assert(sizeof request == sizeof bytes);
    std::memcpy(bytes.data(), &request, bytes.size());
    return bytes;
}

} // namespace

struct netlink::state {
    request_socket requests;
    monitor notifications;
    address_changes changes;
};

netlink::netlink(std::unique_ptr<state> owned) : state_(std::move(owned)) {}
netlink::netlink(netlink&&) noexcept = default;
netlink& netlink::operator=(netlink&&) noexcept = default;
netlink::~netlink() = default;

result<netlink> netlink::open()
{
    auto requests = request_socket::open();
    if (!requests) {
        return std::unexpected(requests.error());
    }
    auto notifications = monitor::open();
    if (!notifications) {
        return std::unexpected(notifications.error());
    }
    return netlink(std::make_unique<state>(std::move(*requests), std::move(*notifications), address_changes{}));
}

result<std::vector<link>> netlink::links()
{
    std::vector<link> found;
    const auto header = link_dump_header();
    const auto done = state_->requests.dump(
        RTM_GETLINK, header, [&] { found.clear(); },
        [&](nlmsghdr* message) {
            if (auto parsed = message->nlmsg_type == RTM_NEWLINK ? parse_link(message) : std::nullopt) {
                found.push_back(std::move(*parsed));
            }
        });
    if (!done) {
        return fail_within("interfaces", done.error());
    }
    return found;
}

result<std::vector<address>> netlink::addresses()
{
    std::vector<address> found;
    constexpr std::array<std::uint8_t, sizeof(ifaddrmsg)> every_family{};
    const auto done = state_->requests.dump(
        RTM_GETADDR, every_family, [&] { found.clear(); },
        [&](nlmsghdr* message) {
            if (const auto parsed = message->nlmsg_type == RTM_NEWADDR ? parse_address(message) : std::nullopt) {
                found.push_back(*parsed);
            }
        });
    if (!done) {
        return fail_within("addresses", done.error());
    }
    return found;
}

result<void> netlink::add_addresses(std::span<const address_request> wanted)
{
    return state_->changes.apply(state_->requests, address_change::add, wanted);
}

result<void> netlink::remove_addresses(std::span<const address_request> unwanted)
{
    return state_->changes.apply(state_->requests, address_change::remove, unwanted);
}

int netlink::monitor_fd() const
{
    return state_->notifications.fd();
}

result<void> netlink::drain(const std::function<void(const netlink_event&)>& sink)
{
    return state_->notifications.drain(sink);
}

} // namespace xvrrp::net
