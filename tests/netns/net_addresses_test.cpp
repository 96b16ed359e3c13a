// SPDX-License-Identifier: BSD-2-Clause
//
// Adding and removing addresses, many at once.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "net_support.hpp"
#include "xvrrp/abi.h"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t thousand = 1000;

ip_address numbered_v4(std::size_t number)
{
    return ip_address::v4(
        {10, 1, static_cast<std::uint8_t>(number / 250), static_cast<std::uint8_t>(number % 250 + 1)});
}

ip_address numbered_v6(std::size_t number)
{
    return ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                           static_cast<std::uint8_t>(number / 250), static_cast<std::uint8_t>(number % 250 + 1)});
}

class net_addresses : public net_pair {
protected:
    [[nodiscard]] std::vector<net::address_request> many(std::size_t count, ip_address (*address)(std::size_t)) const
    {
        std::vector<net::address_request> made;
        for (std::size_t i = 0; i < count; ++i) {
            const ip_address each = address(i);
            made.push_back(request(eth0, each, each.family() == address_family::ipv4 ? 32 : 128));
        }
        return made;
    }
    [[nodiscard]] std::optional<net::address> find(const ip_address& wanted)
    {
        const auto all = must(netlink.addresses());
        const auto found = std::ranges::find(all, wanted, &net::address::ip);
        return found == all.end() ? std::nullopt : std::optional(*found);
    }
    std::size_t count_marked()
    {
        const auto all = must(netlink.addresses());
        return static_cast<std::size_t>(
            std::ranges::count(all, std::optional<std::uint8_t>{XVRRP_IFA_PROTO}, &net::address::protocol));
    }
    /// In a thread of the namespace, so that errors name the interface.
    result<void> add(const std::vector<net::address_request>& wanted)
    {
        return router.run([&] { return netlink.add_addresses(wanted); });
    }

    net::netlink netlink = open_netlink(router);
};

TEST_F(net_addresses, a_thousand_are_added_and_removed_in_one_call)
{
    for (const auto numbered : {numbered_v4, numbered_v6}) {
        const auto wanted = many(thousand, numbered);
        must(netlink.add_addresses(wanted));
        const auto all = must(netlink.addresses());
        for (const auto& each : wanted) {
            const auto found = std::ranges::find(all, each.ip, &net::address::ip);
            ASSERT_NE(found, all.end()) << each.ip.to_string();
            EXPECT_EQ(found->interface, eth0);
            EXPECT_EQ(found->prefix_length, each.prefix_length);
            EXPECT_EQ(found->protocol, XVRRP_IFA_PROTO);
            EXPECT_TRUE(found->usable);
        }
        must(netlink.remove_addresses(wanted));
        EXPECT_EQ(count_marked(), 0U);
        EXPECT_TRUE(find(ip("10.0.0.1"))) << "the host's own address";
    }
}

TEST_F(net_addresses, what_is_there_already_is_added_and_what_is_not_is_removed_without_an_error)
{
    const auto wanted = many(300, numbered_v4);
    must(netlink.add_addresses(std::span(wanted).first(100)));
    must(netlink.add_addresses(wanted));
    EXPECT_EQ(count_marked(), 300U);
    must(netlink.remove_addresses(std::span(wanted).first(100)));
    must(netlink.remove_addresses(wanted));
    EXPECT_EQ(count_marked(), 0U);
    must(netlink.remove_addresses(std::vector{request({4242}, ip("10.0.0.70"), 32)}));
    must(netlink.add_addresses({}));
}

TEST_F(net_addresses, an_address_of_the_hosts_own_does_not_become_ours)
{
    must(netlink.add_addresses(std::vector{request(eth0, ip("10.0.0.1"), 24), request(eth0, ip("2001:db8::1"), 64)}));
    EXPECT_EQ(count_marked(), 0U);
}

TEST_F(net_addresses, a_refusal_is_named_and_the_rest_is_added)
{
    auto wanted = many(600, numbered_v4);
    wanted[17].interface = {4242};
    wanted[511].prefix_length = 33;
    wanted[599].label = "longer_than_an_interface_name";
    const auto outcome = add(wanted);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ENODEV);
    EXPECT_THAT(outcome.error().what, HasSubstr("cannot add 10.1.0.18/32 to interface 4242: No such device"));
    EXPECT_THAT(outcome.error().what, HasSubstr("cannot add 10.1.2.12/33 to eth0: Invalid argument"));
    EXPECT_THAT(outcome.error().what, HasSubstr("cannot add 10.1.2.100/32 to eth0: "));
    EXPECT_EQ(count_marked(), 597U);
}

TEST_F(net_addresses, many_refusals_are_counted)
{
    auto wanted = many(20, numbered_v4);
    for (auto& each : wanted) {
        each.prefix_length = 33;
    }
    const auto outcome = add(wanted);
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().what, HasSubstr("10.1.0.8/33"));
    EXPECT_THAT(outcome.error().what, Not(HasSubstr("10.1.0.9/33")));
    EXPECT_THAT(outcome.error().what, HasSubstr("; and 12 more"));
    must(netlink.add_addresses(many(1, numbered_v4)));
    EXPECT_EQ(count_marked(), 1U) << "a refusal that isn't about IFA_PROTO must not end the marking";
}

TEST_F(net_addresses, what_the_user_asked_for_is_seen_by_iproute2)
{
    auto v4 = request(eth0, ip("10.9.0.70"), 24);
    v4.broadcast = ip("10.9.0.255");
    v4.label = "eth0:vip";
    v4.scope = address_scope::link;
    auto deprecated = request(eth0, ip("2001:db8::70"), 128);
    deprecated.preferred_lifetime = std::chrono::seconds(0);
    must(netlink.add_addresses(std::vector{v4, deprecated, request(eth0, ip("2001:db8:1::70"), 64)}));
    const std::string shown = must(router.ip("-o addr show dev eth0"));
    EXPECT_TRUE(has_line(shown, {"10.9.0.70/24", "brd 10.9.0.255", "scope link", "eth0:vip"})) << shown;
    EXPECT_TRUE(has_line(shown, {"2001:db8::70/128", "nodad", "deprecated", "valid_lft forever preferred_lft 0sec"}))
        << shown;
    EXPECT_TRUE(has_line(shown, {"2001:db8:1::70/64", "nodad", "valid_lft forever preferred_lft forever"})) << shown;
}

TEST_F(net_addresses, options_are_seen_by_iproute2_and_keep_no_address_from_being_removed)
{
    auto far = request(eth0, ip("10.9.0.70"), 24);
    far.peer = ip("10.8.0.1");
    auto far6 = request(eth0, ip("2001:db8::71"), 128);
    far6.peer = ip("2001:db8:8::1");
    auto plain = request(eth0, ip("10.9.0.71"), 24);
    plain.flags = {.noprefixroute = true};
    auto group = request(eth0, ip("239.1.1.1"), 32);
    group.flags = {.autojoin = true};
    auto group6 = request(eth0, ip("ff05::1:1"), 128);
    group6.flags = {.autojoin = true};
    auto flagged = request(eth0, ip("2001:db8:1::72"), 64);
    flagged.flags = {.noprefixroute = true, .home = true, .mngtmpaddr = true, .dad = true};
    flagged.preferred_lifetime = std::chrono::seconds(1000);
    const std::vector all{far, far6, plain, group, group6, flagged};
    must(netlink.add_addresses(all));
    const std::string shown = must(router.ip("-o addr show dev eth0"));
    EXPECT_TRUE(has_line(shown, {"10.9.0.70 peer 10.8.0.1/24"})) << shown;
    EXPECT_TRUE(has_line(shown, {"2001:db8::71 peer 2001:db8:8::1/128", "nodad"})) << shown;
    EXPECT_TRUE(has_line(shown, {"10.9.0.71/24", "noprefixroute"})) << shown;
    EXPECT_TRUE(has_line(shown, {"239.1.1.1/32", "autojoin"})) << shown;
    EXPECT_TRUE(has_line(shown, {"ff05::1:1/128", "autojoin"})) << shown;
    EXPECT_TRUE(has_line(shown, {"2001:db8:1::72/64", "home", "mngtmpaddr", "noprefixroute", "preferred_lft"}))
        << shown;
    EXPECT_FALSE(has_line(shown, {"2001:db8:1::72/64", "nodad"})) << shown;
    EXPECT_FALSE(has_line(shown, {"2001:db8:1::72/64", "preferred_lft forever"})) << shown;
    EXPECT_TRUE(has_line(must(router.ip("maddr show dev eth0")), {"239.1.1.1"}));
    EXPECT_TRUE(has_line(must(router.ip("maddr show dev eth0")), {"ff05::1:1"}));
    EXPECT_EQ(find(ip("10.9.0.70"))->peer, ip("10.8.0.1"));
    EXPECT_EQ(find(ip("2001:db8::71"))->peer, ip("2001:db8:8::1"));
    EXPECT_EQ(find(ip("10.9.0.71"))->peer, std::nullopt);
    must(netlink.add_addresses(all));
    must(netlink.remove_addresses(all));
    EXPECT_EQ(count_marked(), 0U);
}

TEST_F(net_addresses, an_ipv6_vip_that_is_never_preferred_is_not_chosen_as_a_source_address)
{
    auto deprecated = request(eth0, ip("2001:db8::2:70"), 128);
    deprecated.preferred_lifetime = std::chrono::seconds(0);
    must(netlink.add_addresses(std::vector{deprecated}));
    EXPECT_THAT(must(router.ip("-6 route get 2001:db8::2:71")), HasSubstr("src 2001:db8::1 "));
}

TEST_F(net_addresses, TX_06_an_ipv6_vip_joins_its_solicited_node_group)
{
    capture wire(peer, "eth0");
    must(netlink.add_addresses(std::vector{request(eth0, ip("2001:db8::12:3456"), 128)}));
    EXPECT_TRUE(lab::eventually(std::chrono::seconds(5), [&] {
        return has_line(must(router.ip("maddr show dev eth0")), {"inet6", "ff02::1:ff12:3456"});
    }));
    const std::vector<std::uint8_t> group{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x12, 0x34, 0x56};
    const frame report = wire.next([&](const frame& seen) {
        constexpr std::size_t mld_destination = 14 + 24;
        const bool to_mld_routers =
            seen.size() > mld_destination + 16 && seen[mld_destination] == 0xff && seen[mld_destination + 15] == 0x16;
        return to_mld_routers && !std::ranges::search(seen, group).empty();
    });
    EXPECT_FALSE(report.empty()) << "no MLDv2 report to ff02::16 with the group";
}

TEST_F(net_addresses, secondary_addresses_are_told_from_primary_ones)
{
    must(netlink.add_addresses(std::vector{request(eth0, ip("10.0.0.70"), 24), request(eth0, ip("10.0.0.71"), 32)}));
    EXPECT_FALSE(find(ip("10.0.0.1"))->secondary);
    EXPECT_TRUE(find(ip("10.0.0.70"))->secondary);
    EXPECT_FALSE(find(ip("10.0.0.71"))->secondary);
}

/// The kernel continues a dump by counting: without the repetition of interrupted dumps, an address that is removed
/// before the place that the dump has come to makes it miss the next one. (With them one may still be missed: the
/// kernel takes an address off its list a moment before it marks dumps as interrupted.)
TEST_F(net_addresses, a_dump_is_complete_while_addresses_change)
{
    const auto steady = [](const net::address& each) { return each.ip.bytes()[0] == 10 && each.ip.bytes()[1] == 1; };
    std::vector<net::address_request> unsteady;
    for (std::uint8_t i = 1; i < 250; ++i) {
        unsteady.push_back(request(eth0, ip_address::v4({10, 200, 0, i}), 32));
    }
    must(netlink.add_addresses(unsteady));
    must(netlink.add_addresses(many(thousand, numbered_v4)));
    auto other = open_netlink(router);
    std::atomic<bool> done = false;
    std::jthread removals([&] {
        for (const auto& each : unsteady) {
            must(other.remove_addresses(std::span(&each, 1)));
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        done = true;
    });
    int dumps = 0;
    int incomplete = 0;
    while (!done) {
        ++dumps;
        if (std::ranges::count_if(must(netlink.addresses()), steady) != static_cast<std::ptrdiff_t>(thousand)) {
            ++incomplete;
        }
    }
    EXPECT_LE(incomplete * 10, dumps);
}

/// The request socket is found as the socket that opening added beside the monitor.
TEST_F(net_addresses, refusals_that_overrun_the_socket_are_made_up_for)
{
    const auto wanted = many(thousand, numbered_v4);
    must(netlink.add_addresses(wanted));
    const int before = ::dup(0);
    ::close(before);
    auto small = open_netlink(router);
    int shrunk = 0;
    for (int fd = before; fd < before + 4; ++fd) {
        const int smallest = 0;
        shrunk += fd != small.monitor_fd() && ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest) == 0;
    }
    ASSERT_EQ(shrunk, 1);
    must(small.add_addresses(wanted)); // a thousand times EEXIST
    must(small.remove_addresses(wanted));
    EXPECT_EQ(count_marked(), 0U);
    must(small.remove_addresses(wanted)); // a thousand times EADDRNOTAVAIL
}

} // namespace
