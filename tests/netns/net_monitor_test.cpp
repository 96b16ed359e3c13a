// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications: what happens to links and addresses is heard, and a loss of notifications is noticed.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "net_support.hpp"
#include "xvrrp/abi.h"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;
using namespace std::chrono_literals;

class net_monitor : public net_pair {
protected:
    net_monitor() { drain(); }

    std::vector<net::netlink_event> drain()
    {
        std::vector<net::netlink_event> events;
        must(netlink.drain([&](const net::netlink_event& event) { events.push_back(event); }));
        return events;
    }

    /// The first event of this kind that `wanted` is true of, by poll on the monitor's descriptor.
    template <class Event> std::optional<Event> next(const std::function<bool(const Event&)>& wanted)
    {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < deadline) {
            pollfd waiting{.fd = netlink.monitor_fd(), .events = POLLIN, .revents = 0};
            if (::poll(&waiting, 1, 100) <= 0) {
                continue;
            }
            std::optional<Event> found;
            must(netlink.drain([&](const net::netlink_event& event) {
                const auto* fits = std::get_if<Event>(&event);
                if (fits != nullptr && !found && wanted(*fits)) {
                    found = *fits;
                }
            }));
            if (found) {
                return found;
            }
        }
        return std::nullopt;
    }

    net::netlink netlink = open_netlink(router);
};

TEST_F(net_monitor, addresses_that_others_add_and_remove)
{
    must(router.ip("addr add 10.0.0.70/32 dev eth0"));
    const auto added = next<net::address_added>([](const auto& event) { return event.now.ip == ip("10.0.0.70"); });
    ASSERT_TRUE(added);
    EXPECT_EQ(added->now.interface, eth0);
    EXPECT_EQ(added->now.prefix_length, 32);
    EXPECT_NE(added->now.protocol, XVRRP_IFA_PROTO);
    must(router.ip("addr del 10.0.0.70/32 dev eth0"));
    EXPECT_TRUE(next<net::address_removed>([](const auto& event) { return event.was.ip == ip("10.0.0.70"); }));
}

TEST_F(net_monitor, our_own_changes_carry_our_mark)
{
    const std::vector vip{request(eth0, ip("10.0.0.70"), 32)};
    must(netlink.add_addresses(vip));
    const auto added = next<net::address_added>([](const auto& event) { return event.now.ip == ip("10.0.0.70"); });
    ASSERT_TRUE(added);
    EXPECT_EQ(added->now.protocol, XVRRP_IFA_PROTO);
    must(router.ip("addr del 10.0.0.70/32 dev eth0"));
    const auto removed = next<net::address_removed>([](const auto& event) { return event.was.ip == ip("10.0.0.70"); });
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->was.protocol, XVRRP_IFA_PROTO);
}

TEST_F(net_monitor, a_removed_primary_takes_its_secondaries)
{
    must(router.set_sysctl("net/ipv4/conf/eth0/promote_secondaries", "0"));
    must(netlink.add_addresses(std::vector{request(eth0, ip("10.0.0.70"), 24)}));
    must(router.ip("addr del 10.0.0.1/24 dev eth0"));
    EXPECT_TRUE(next<net::address_removed>([](const auto& event) { return event.was.ip == ip("10.0.0.70"); }));
}

TEST_F(net_monitor, an_ipv6_address_becomes_usable_after_duplicate_address_detection)
{
    must(router.set_sysctl("net/ipv6/conf/eth0/accept_dad", "1"));
    must(router.ip("addr add 2001:db8::99/64 dev eth0"));
    const auto of = [](bool usable) {
        return [usable](const net::address_added& event) {
            return event.now.ip == ip("2001:db8::99") && event.now.usable == usable;
        };
    };
    EXPECT_TRUE(next<net::address_added>(of(false)));
    EXPECT_TRUE(next<net::address_added>(of(true)));
}

TEST_F(net_monitor, a_link_that_goes_down_and_up)
{
    must(router.ip("link set eth0 down"));
    const auto down = next<net::link_changed>([](const auto& event) { return !event.now.up; });
    ASSERT_TRUE(down);
    EXPECT_EQ(down->now.index, eth0);
    EXPECT_FALSE(down->now.running);
    must(router.ip("link set eth0 up"));
    EXPECT_TRUE(next<net::link_changed>([](const auto& event) { return event.now.up && event.now.running; }));
}

TEST_F(net_monitor, a_carrier_that_is_lost_and_returns)
{
    must(peer.ip("link set eth0 down"));
    EXPECT_TRUE(next<net::link_changed>([](const auto& event) { return event.now.up && !event.now.running; }));
    must(peer.ip("link set eth0 up"));
    EXPECT_TRUE(next<net::link_changed>([](const auto& event) { return event.now.running; }));
}

TEST_F(net_monitor, a_link_that_is_renamed)
{
    must(router.ip_batch({"link set eth0 down", "link set eth0 name wan0"}));
    const auto renamed = next<net::link_changed>([](const auto& event) { return event.now.name == "wan0"; });
    ASSERT_TRUE(renamed);
    EXPECT_EQ(renamed->now.index, eth0);
}

TEST_F(net_monitor, a_link_that_is_deleted_and_made_again)
{
    must(router.ip("link del eth0"));
    const auto removed = next<net::link_removed>([&](const auto& event) { return event.index == eth0; });
    ASSERT_TRUE(removed);
    EXPECT_EQ(removed->name, "eth0");
    must(router.ip("link add eth0 type veth peer name other"));
    const auto again = next<net::link_changed>([](const auto& event) { return event.now.name == "eth0"; });
    ASSERT_TRUE(again);
    EXPECT_NE(again->now.index, eth0);
}

TEST_F(net_monitor, a_link_that_leaves_a_bridge_is_not_removed)
{
    must(router.ip_batch({"link add br0 type bridge", "link set eth0 master br0"}));
    EXPECT_TRUE(
        next<net::link_changed>([&](const auto& event) { return event.now.index == eth0 && event.now.master; }));
    must(router.ip("link set eth0 nomaster"));
    must(router.ip("link set eth0 alias last"));
    bool left = false;
    bool removed = false;
    EXPECT_TRUE(lab::eventually(5s, [&] {
        for (const auto& event : drain()) {
            const auto* changed = std::get_if<net::link_changed>(&event);
            left |= changed != nullptr && changed->now.index == eth0 && !changed->now.master;
            removed |= std::holds_alternative<net::link_removed>(event);
        }
        return left;
    }));
    EXPECT_FALSE(removed);
}

TEST_F(net_monitor, lost_notifications_are_an_overrun_after_which_it_goes_on)
{
    const int small = 16 * 1024;
    ASSERT_EQ(::setsockopt(netlink.monitor_fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    std::vector<net::address_request> wanted;
    for (std::uint8_t i = 1; i < 250; ++i) {
        wanted.push_back(request(eth0, ip_address::v4({10, 1, 0, i}), 32));
    }
    must(netlink.add_addresses(wanted));
    const auto events = drain();
    ASSERT_FALSE(events.empty());
    EXPECT_TRUE(std::holds_alternative<net::overrun>(events.back())) << "nothing older than the dump may follow it";
    EXPECT_EQ(
        std::ranges::count_if(events, [](const auto& event) { return std::holds_alternative<net::overrun>(event); }),
        1);
    EXPECT_TRUE(drain().empty());

    must(router.ip("addr del 10.1.0.7/32 dev eth0"));
    EXPECT_TRUE(next<net::address_removed>([](const auto& event) { return event.was.ip == ip("10.1.0.7"); }));
}

TEST_F(net_monitor, a_thousand_changes_of_our_own_do_not_overrun_it)
{
    std::vector<net::address_request> wanted;
    for (int i = 0; i < 1000; ++i) {
        wanted.push_back(request(
            eth0, ip_address::v4({10, 1, static_cast<std::uint8_t>(i / 250), static_cast<std::uint8_t>(i % 250 + 1)}),
            32));
    }
    must(netlink.add_addresses(wanted));
    const auto events = drain();
    EXPECT_EQ(std::ranges::count_if(
                  events, [](const auto& event) { return std::holds_alternative<net::address_added>(event); }),
              1000);
    EXPECT_FALSE(std::holds_alternative<net::overrun>(events.back()));
}

} // namespace
