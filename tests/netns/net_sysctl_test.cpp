// SPDX-License-Identifier: BSD-2-Clause
//
// The settings of the kernel that virtual routers depend on.
#include <gmock/gmock.h>

#include "net/sysctl.hpp"
#include "net_support.hpp"

namespace {

using namespace xvrrp;
using namespace xvrrp::test;

class net_sysctl : public net_pair {
protected:
    template <class Function> auto in_router(Function function, const std::string& interface)
    {
        return router.run([&] { return function(interface); });
    }
};

TEST_F(net_sysctl, promoting_secondaries_is_switched_on_once)
{
    must(router.set_sysctl("net/ipv4/conf/all/promote_secondaries", "0"));
    must(router.set_sysctl("net/ipv4/conf/eth0/promote_secondaries", "0"));
    EXPECT_FALSE(must(in_router(net::promotes_secondaries, "eth0")));
    EXPECT_TRUE(must(in_router(net::promote_secondaries, "eth0"))) << "it had to be changed";
    EXPECT_TRUE(must(in_router(net::promotes_secondaries, "eth0")));
    EXPECT_FALSE(must(in_router(net::promote_secondaries, "eth0"))) << "it was so already";

    auto netlink = open_netlink(router);
    must(netlink.add_addresses(std::vector{request(eth0, ip("10.0.0.70"), 24)}));
    must(router.ip("addr del 10.0.0.1/24 dev eth0"));
    EXPECT_TRUE(router.has_address("10.0.0.70"));
}

TEST_F(net_sysctl, promoting_secondaries_everywhere_counts)
{
    must(router.set_sysctl("net/ipv4/conf/eth0/promote_secondaries", "0"));
    must(router.set_sysctl("net/ipv4/conf/all/promote_secondaries", "1"));
    EXPECT_TRUE(must(in_router(net::promotes_secondaries, "eth0")));
    EXPECT_FALSE(must(in_router(net::promote_secondaries, "eth0")));
}

TEST_F(net_sysctl, forwarding_of_ipv6_is_read_per_interface)
{
    must(router.set_sysctl("net/ipv6/conf/eth0/forwarding", "0"));
    EXPECT_FALSE(must(in_router(net::forwards_ipv6, "eth0")));
    must(router.set_sysctl("net/ipv6/conf/eth0/forwarding", "1"));
    EXPECT_TRUE(must(in_router(net::forwards_ipv6, "eth0")));
}

TEST_F(net_sysctl, an_interface_that_is_gone_is_an_error_that_names_the_setting)
{
    const auto outcome = in_router(net::promote_secondaries, "gone0");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ENOENT);
    EXPECT_THAT(outcome.error().what, testing::HasSubstr("net.ipv4.conf.gone0.promote_secondaries"));
}

} // namespace
