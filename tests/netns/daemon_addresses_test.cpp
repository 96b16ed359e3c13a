// SPDX-License-Identifier: BSD-2-Clause
//
// The virtual addresses on the interfaces: how they are put there, and that they stay.
#include <algorithm>
#include <sstream>

#include "daemon_world.hpp"
#include "lab/capture.hpp"

namespace xvrrp::test {
namespace {

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

bool has(const std::vector<std::string>& list, const std::string& what)
{
    return std::ranges::find(list, what) != list.end();
}

TEST(Addresses, AnAddressThatSomebodyElseRemovesIsPutBackAndAnnounced)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::host& host = lan["one"];
    const xvrrpd one(host.ns(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    lab::capture heard = must(lab::capture::start(lan));
    must(host.ns().ip("addr del 10.0.0.70/32 dev eth0"));
    EXPECT_TRUE(eventually(5s, [&] { return host.ns().has_address(vip); }));
    EXPECT_TRUE(eventually(5s, [&] { return one.instance("VI_1").counters.addresses_restored == 1; }));
    EXPECT_TRUE(eventually(5s, [&] {
        return std::ranges::any_of(heard.claims(), [](const lab::address_claim& each) { return each.address == vip; });
    }));
    EXPECT_TRUE(one.wait_for_log("VIP 10.0.0.70 was removed by somebody else")) << one.log();
    EXPECT_EQ(one.transitions("VI_1"), 2U) << "BACKUP, then MASTER, and no more";
}

TEST(Addresses, CarryWhatTheirLineSays)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::host& host = lan["one"];
    must(lab::add_veth(host.ns(), "eth1", host.ns(), "eth1peer"));
    instance_text instance = fast_instance(200);
    instance.addresses = {"10.9.0.70/24 brd 10.9.0.255 label eth0:vip scope link", "10.1.0.70/16 dev eth1"};
    instance.more = {"virtual_ipaddress_excluded {", "10.2.0.70", "2001:db8:2::70/64", "}"};
    const xvrrpd one(host.ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const std::string shown = must(host.ns().ip("-4 -o addr show dev eth0"));
    EXPECT_NE(shown.find("inet 10.9.0.70/24 brd 10.9.0.255 scope link"), std::string::npos) << shown;
    EXPECT_NE(shown.find("eth0:vip"), std::string::npos) << shown;
    EXPECT_TRUE(has(must(host.ns().addresses_of("eth1")), "10.1.0.70/16"));
    EXPECT_TRUE(has(must(host.ns().addresses_of("eth0")), "10.2.0.70/32"));
    EXPECT_TRUE(has(must(host.ns().addresses_of("eth0")), "2001:db8:2::70/64"));
}

TEST(Addresses, CarryTheOptionsOfTheirLineAndLoseThemByAReload)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::host& host = lan["one"];
    instance_text instance = fast_instance(200);
    instance.addresses = {"10.9.0.70 peer 10.8.0.1", "10.9.0.71/24 noprefixroute", "239.1.1.1 autojoin"};
    instance.more = {"virtual_ipaddress_excluded {", "2001:db8:1::70/64 home mngtmpaddr -nodad preferred_lft 1000",
                     "2001:db8:2::70 preferred_lft forever", "2001:db8:3::70", "}"};
    const xvrrpd one(host.ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto shows = [&](const std::vector<std::string>& parts) {
        return has_line(must(host.ns().ip("-o addr show dev eth0")), parts);
    };
    EXPECT_TRUE(shows({"10.9.0.70 peer 10.8.0.1/32"}));
    EXPECT_TRUE(shows({"10.9.0.71/24", "noprefixroute"}));
    EXPECT_TRUE(shows({"239.1.1.1/32", "autojoin"}));
    EXPECT_TRUE(shows({"2001:db8:1::70/64", "home", "mngtmpaddr"}));
    EXPECT_FALSE(shows({"2001:db8:1::70/64", "nodad"}));
    EXPECT_FALSE(shows({"2001:db8:1::70/64", "preferred_lft forever"}));
    EXPECT_TRUE(shows({"2001:db8:2::70/128", "preferred_lft forever"}));
    EXPECT_TRUE(shows({"2001:db8:3::70/128", "deprecated"}));

    instance.addresses = {"10.9.0.70/32", "10.9.0.71/24 label eth0:x", "239.1.1.1 autojoin"};
    instance.more = {"virtual_ipaddress_excluded {", "2001:db8:1::70/64", "2001:db8:2::70",
                     "2001:db8:3::70 preferred_lft forever", "}"};
    one.write_configuration(file_of(instance));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return shows({"10.9.0.70/32"}); }));
    EXPECT_FALSE(shows({"10.8.0.1"}));
    EXPECT_TRUE(shows({"10.9.0.71/24", "eth0:x"}));
    EXPECT_FALSE(shows({"10.9.0.71/24", "noprefixroute"}));
    EXPECT_TRUE(shows({"2001:db8:1::70/64", "nodad", "preferred_lft forever"}));
    EXPECT_FALSE(shows({"2001:db8:1::70/64", "home"}));
    EXPECT_TRUE(shows({"2001:db8:2::70/128", "deprecated"}));
    EXPECT_TRUE(shows({"2001:db8:3::70/128", "preferred_lft forever"}));
    EXPECT_EQ(one.transitions("VI_1"), 2U) << "BACKUP, then MASTER, and no more";
    EXPECT_EQ(one.instance("VI_1").counters.addresses_restored, 0U);
}

TEST(Addresses, WithOptionsOutliveAKilledDaemonAndGoWithTheNextOne)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::host& host = lan["one"];
    const std::string before = must(host.ns().ip("-o addr show dev eth0"));
    instance_text instance = fast_instance(200);
    instance.addresses = {"10.9.0.70 peer 10.8.0.1/24", "10.9.0.71/24 noprefixroute"};
    instance.more = {"virtual_ipaddress_excluded {", "2001:db8:1::70 peer 2001:db8:2::1",
                     "2001:db8:1::71/64 home mngtmpaddr", "ff05::1:1 autojoin", "}"};
    xvrrpd one(host.ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.kill();
    EXPECT_TRUE(host.ns().has_address("2001:db8:1::71"));
    one.start();
    EXPECT_TRUE(one.wait_for_log("VIPs of an earlier run are in place")) << one.log();
    EXPECT_EQ(one.log().find("isn't configured any more"), std::string::npos) << one.log();
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_EQ(must(host.ns().ip("-o addr show dev eth0")), before);
}

TEST(Addresses, WithNoTrackStaysAwayUntilTheRouterIsMasterAgain)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    lab::host& host = lan["one"];
    instance_text instance = fast_instance(100);
    instance.addresses = {vip, "10.0.0.71 no_track"};
    const xvrrpd one(host.ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(host.ns().ip("addr del 10.0.0.71/32 dev eth0"));
    EXPECT_TRUE(one.wait_for_log("VIP 10.0.0.71 was removed by somebody else; it has no_track")) << one.log();
    must(host.ns().ip("addr del 10.0.0.70/32 dev eth0"));
    EXPECT_TRUE(eventually(5s, [&] { return host.ns().has_address(vip); }));
    EXPECT_TRUE(throughout(300ms, [&] { return !host.ns().has_address("10.0.0.71"); }));
    EXPECT_EQ(one.instance("VI_1").counters.addresses_restored, 1U);
    {
        const xvrrpd two(lan["two"].ns(), file_of(fast_instance(200)));
        ASSERT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    }
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] { return host.ns().has_address("10.0.0.71"); }));
}

TEST(Addresses, RemovingOneNeverTakesAnotherWithIt)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::host& host = lan["one"];
    instance_text first = fast_instance(200);
    first.addresses = {"10.5.0.1/24"};
    instance_text second = first;
    second.name = "VI_2";
    second.vrid = 52;
    second.addresses = {"10.5.0.2/24"};
    const xvrrpd one(host.ns(), configuration_text({first, second}));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(one.wait_for_state("VI_2", "MASTER"));
    one.write_configuration(configuration_text({second}));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return !host.ns().has_address("10.5.0.1"); }));
    EXPECT_TRUE(throughout(300ms, [&] { return host.ns().has_address("10.5.0.2"); }));
}

/// Of the virtual addresses, unsolicited.
std::vector<lab::address_claim> announcements(const lab::capture& heard)
{
    auto all = heard.claims();
    std::erase_if(
        all, [](const lab::address_claim& each) { return !each.address.starts_with("10.9.") || !each.unsolicited; });
    return all;
}

TEST(Addresses, AreAnnouncedWithTheGapsOfTheirGroupOfInterfaces)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::host& host = lan["one"];
    must(lab::add_veth(host.ns(), "eth1", host.ns(), "eth1peer"));
    lab::capture heard = must(lab::capture::start(lan));
    instance_text instance = fast_instance(200);
    instance.addresses = {"10.9.0.70", "10.8.0.71 dev eth1", "10.9.0.72"};
    instance.more = {"garp_master_delay 0", "garp_master_repeat 3"};
    const std::string group = "garp_group {\n garp_interval 0.3\n interfaces { eth0 eth1 }\n}\n";
    const xvrrpd one(host.ns(), file_of(instance) + group);
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(10s, [&] { return announcements(heard).size() >= 4; })) << announcements(heard).size();
    const auto all = announcements(heard);
    EXPECT_LT(all[1].time - all[0].time, 200ms) << "the first of each isn't held back";
    EXPECT_GT(all[3].time - all[2].time, 590ms) << "that of eth1 has its turn between them";
    one.write_configuration(file_of(instance));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return announcements(heard).size() == 6; })) << announcements(heard).size();
}

class Without : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Without, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Without, AddressesTwoRoutersElectAllTheSame)
{
    for (const unsigned version : {2U, 3U}) {
        lab::segment lan = make_lan(mode(), {"one", "two"});
        instance_text instance;
        instance.version = version;
        instance.advert_int = version == 2 ? "1" : "0.2";
        instance.priority = 200;
        instance.addresses = {};
        instance.more = {"no_virtual_ipaddress", "virtual_ipaddress_excluded {", vip, "}"};
        const xvrrpd one(lan["one"].ns(), file_of(instance, mode()));
        ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
        instance.priority = 100;
        const xvrrpd two(lan["two"].ns(), file_of(instance, mode()));
        EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").active.has_value(); })) << two.log();
        EXPECT_EQ(two.state("VI_1"), "BACKUP");
        EXPECT_TRUE(lan["one"].ns().has_address(vip));
        EXPECT_EQ(two.instance("VI_1").counters.became_master, 0U) << two.log();
    }
}

TEST(Addresses, ATakeoverIsAnnouncedInTwoBursts)
{
    lab::segment lan = make_lan("auto", {"one"});
    lab::capture heard = must(lab::capture::start(lan));
    instance_text instance = fast_instance(200);
    instance.more = {"garp_master_delay 1", "garp_master_repeat 3"};
    const xvrrpd one(lan["one"].ns(), file_of(instance));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const auto claims = [&] {
        auto all = heard.claims();
        std::erase_if(all, [](const lab::address_claim& each) { return each.address != vip || !each.unsolicited; });
        return all;
    };
    ASSERT_TRUE(eventually(10s, [&] { return claims().size() >= 6; })) << claims().size();
    EXPECT_TRUE(throughout(300ms, [&] { return claims().size() == 6; })) << claims().size();
    const auto all = claims();
    EXPECT_LT(all[2].time - all[0].time, 500ms) << "a burst";
    EXPECT_GT(all[3].time - all[2].time, 900ms) << "garp_master_delay";
    EXPECT_EQ(all[0].mac, lan["one"].mac());
    EXPECT_EQ(one.instance("VI_1").counters.garp_sent, 6U);
    const auto first_advert = heard.wait_for_advert([](const lab::advert& each) { return each.vrid == 51; }, 1s);
    ASSERT_TRUE(first_advert);
    EXPECT_LE(first_advert->time, all[0].time) << "the advert goes before the announcements";
}

} // namespace
} // namespace xvrrp::test
