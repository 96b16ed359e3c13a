// SPDX-License-Identifier: BSD-2-Clause
//
// Watching an address (see address_watch.hpp).
#include "lab/address_watch.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <mutex>
#include <thread>

namespace xvrrp::lab {
namespace {

result<file_descriptor> open_monitor()
{
    file_descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_IPV4_IFADDR;
    if (!socket || bind(socket.get(), reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) {
        return fail_errno("netlink", errno);
    }
    return socket;
}

/// Whether the message is of the address: IFA_LOCAL.
bool speaks_of(const nlmsghdr& header, const in_addr& address)
{
    const auto* message = static_cast<const ifaddrmsg*>(NLMSG_DATA(&header));
    auto left = static_cast<unsigned>(IFA_PAYLOAD(&header));
    for (const rtattr* each = IFA_RTA(message); RTA_OK(each, left); each = RTA_NEXT(each, left)) {
        if (each->rta_type == IFA_LOCAL && std::memcmp(RTA_DATA(each), &address, sizeof address) == 0) {
            return true;
        }
    }
    return false;
}

} // namespace

struct address_watch::state {
    file_descriptor monitor;
    file_descriptor wake;
    in_addr address{};
    mutable std::mutex mutex;
    std::vector<address_change> changes;
    std::jthread thread;

    void run(const std::stop_token& stopped);
    void read();
};

void address_watch::state::read()
{
    alignas(nlmsghdr) std::array<char, 8192> buffer{};
    const ssize_t length = recv(monitor.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    const auto now = std::chrono::steady_clock::now();
    auto left = static_cast<unsigned>(length > 0 ? length : 0);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data()); NLMSG_OK(header, left);
         header = NLMSG_NEXT(header, left)) {
        const bool added = header->nlmsg_type == RTM_NEWADDR;
        if ((added || header->nlmsg_type == RTM_DELADDR) && speaks_of(*header, address)) {
            const std::lock_guard lock(mutex);
            changes.push_back({.time = now, .present = added});
        }
    }
}

void address_watch::state::run(const std::stop_token& stopped)
{
    std::array<pollfd, 2> waiting{pollfd{.fd = monitor.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = wake.get(), .events = POLLIN, .revents = 0}};
    while (!stopped.stop_requested()) {
        poll(waiting.data(), waiting.size(), -1);
        read();
    }
}

address_watch::address_watch(std::unique_ptr<state> owned) : state_(std::move(owned)) {}

address_watch::address_watch(address_watch&&) noexcept = default;

address_watch& address_watch::operator=(address_watch&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

address_watch::~address_watch()
{
    if (state_ && state_->thread.joinable()) {
        state_->thread.request_stop();
        eventfd_write(state_->wake.get(), 1);
        state_->thread.join();
    }
}

result<address_watch> address_watch::start(const net_namespace& place, const std::string& address)
{
    auto made = std::make_unique<state>();
    if (inet_pton(AF_INET, address.c_str(), &made->address) != 1) {
        return fail(address + ": not an IPv4 address");
    }
    auto monitor = place.run(open_monitor);
    if (!monitor) {
        return std::unexpected(monitor.error());
    }
    made->monitor = std::move(*monitor);
    made->wake = file_descriptor(eventfd(0, EFD_CLOEXEC));
    made->thread = std::jthread([at = made.get()](const std::stop_token& stopped) { at->run(stopped); });
    return address_watch(std::move(made));
}

std::vector<address_change> address_watch::changes() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->changes;
}

} // namespace xvrrp::lab
