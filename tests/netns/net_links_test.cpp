// SPDX-License-Identifier: BSD-2-Clause
//
// What a dump says about interfaces.
#include <algorithm>

#include "net_support.hpp"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;

class net_links : public net_pair {
protected:
    net::link find(const std::string& name)
    {
        const auto all = must(netlink.links());
        const auto found = std::ranges::find(all, name, &net::link::name);
        if (found == all.end()) {
            throw std::runtime_error("no link " + name);
        }
        return *found;
    }

    net::netlink netlink = open_netlink(router);
};

TEST_F(net_links, a_veth_has_what_was_set)
{
    must(router.ip("link set eth0 mtu 1400"));
    const net::link link = find("eth0");
    EXPECT_EQ(link.index, eth0);
    EXPECT_EQ(link.kind, "veth");
    EXPECT_EQ(link.mac, mac);
    EXPECT_EQ(link.mtu, 1400U);
    EXPECT_TRUE(link.up);
    EXPECT_TRUE(link.running);
    EXPECT_FALSE(link.master);
    EXPECT_EQ(find("lo").kind, "");
}

TEST_F(net_links, the_peer_of_a_veth_is_not_its_lower_link)
{
    must(router.ip("link add here type veth peer name there"));
    EXPECT_FALSE(find("here").lower);
    EXPECT_FALSE(find("eth0").lower) << "whose peer has an index of another namespace";
}

TEST_F(net_links, down_and_without_carrier_are_told_apart)
{
    must(peer.ip("link set eth0 down"));
    EXPECT_TRUE(lab::eventually(std::chrono::seconds(5), [&] { return !find("eth0").running; }));
    EXPECT_TRUE(find("eth0").up);
    must(router.ip("link set eth0 down"));
    EXPECT_FALSE(find("eth0").up);
    EXPECT_FALSE(find("eth0").running);
}

TEST_F(net_links, stacked_interfaces_name_what_is_above_and_beneath)
{
    must(router.ip_batch({"link add br0 type bridge", "link add mac0 link eth0 type macvlan mode bridge",
                          "link add port0 type veth peer name port1", "link set port0 master br0"}));
    EXPECT_EQ(find("br0").kind, "bridge");
    EXPECT_EQ(find("port0").master, find("br0").index);
    EXPECT_EQ(find("mac0").kind, "macvlan");
    EXPECT_EQ(find("mac0").lower, eth0);
}

TEST_F(net_links, a_lower_link_in_another_namespace_is_none)
{
    must(peer.ip("link add away link eth0 type macvlan mode bridge"));
    must(peer.ip("link set away netns " + router.name()));
    EXPECT_EQ(find("away").kind, "macvlan");
    EXPECT_FALSE(find("away").lower);
}

} // namespace
