// SPDX-License-Identifier: BSD-2-Clause
//
// Adverts that the RFC or the configuration wouldn't have, but that keepalived accepts: they are accepted, counted, and
// said once in the log for each source.
#include "daemon_world.hpp"
#include "lab/flood.hpp"

namespace xvrrp::test {
namespace {

class Oddities : public EachMode {
protected:
    /// The standby on host "one" believes in an Active router with priority 200, and its log has the line once.
    static void expect_said_once(const xvrrpd& standby, const std::string& line)
    {
        EXPECT_EQ(standby.state("VI_1"), "BACKUP");
        ASSERT_TRUE(standby.wait_for_log(line)) << standby.log();
        const std::string log = standby.log();
        EXPECT_EQ(log.find(line, log.find(line) + 1), std::string::npos) << log;
    }
};
INSTANTIATE_TEST_SUITE_P(Mode, Oddities, ::testing::Values("socket", "generic"), mode_name_of);

instance_text unicast_instance(unsigned priority, const lab::host& own, const std::vector<std::string>& peers)
{
    instance_text instance = fast_instance(priority);
    instance.unicast_src_ip = own.ipv4();
    instance.unicast_peers = peers;
    return instance;
}

TEST_P(Oddities, RX_01_UnicastOfAnotherTtlIsAccepted)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const lab::host& two = lan["two"];
    const xvrrpd one(lan["one"].ns(), file_of(unicast_instance(100, lan["one"], {two.ipv4()}), mode()));
    const lab::advert_recipe routed{.source_mac = two.mac(),
                                    .source = two.ipv4(),
                                    .destination = lan["one"].ipv4(),
                                    .destination_mac = lan["one"].mac(),
                                    .ttl = 63,
                                    .version = 3,
                                    .priority = 200,
                                    .interval = 200ms,
                                    .addresses = {vip}};
    const auto sending =
        must(lab::flood::start(two, {must(lab::forge_advert(routed))}, {.frames_per_second = 20, .time = 30s}));
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").counters.ttl_not_255 > 3; }));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    expect_said_once(one, "adverts from 10.0.0.2 have a TTL other than 255; accepted");
}

TEST_P(Oddities, AUnicastSourceThatIsNoPeerIsAccepted)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd two(lan["two"].ns(), file_of(unicast_instance(200, lan["two"], {lan["one"].ipv4()}), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    const xvrrpd one(lan["one"].ns(), file_of(unicast_instance(100, lan["one"], {"10.0.0.9"}), mode()));
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").counters.unlisted_source > 3; }));
    expect_said_once(one, "adverts from 10.0.0.2 come from no unicast_peer");
}

TEST_P(Oddities, RX_10_AnIPv6AddressListThatDoesNotBeginLinkLocalIsAccepted)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    instance_text instance = fast_instance(200);
    instance.addresses = {"2001:db8::70/64"};
    const xvrrpd two(lan["two"].ns(), file_of(instance, mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    instance.priority = 100;
    const xvrrpd one(lan["one"].ns(), file_of(instance, mode()));
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").counters.first_address_not_link_local > 3; }));
    expect_said_once(one, "adverts from fe80::2 list a first address that isn't link-local; accepted");
}

} // namespace
} // namespace xvrrp::test
