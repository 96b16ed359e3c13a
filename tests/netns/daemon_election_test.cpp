// SPDX-License-Identifier: BSD-2-Clause
//
// Who becomes Active, end to end, in each attach mode.
#include <algorithm>
#include <map>
#include <memory>

#include "daemon_world.hpp"
#include "lab/capture.hpp"
#include "lab/flood.hpp"

namespace xvrrp::test {
namespace {

class Election : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Election, ::testing::Values("socket", "generic", "native"), mode_name_of);

/// A file that a user of Docker Swarm has, as it is.
std::string swarm_file(const std::string& state, unsigned priority, const std::string& mode)
{
    return "global_defs {\n  router_id DOCKER_INGRESS\n  xdp_mode " + mode + "\n}\nvrrp_instance VI_1 {\n  state " +
           state + "\n  interface eth0\n  virtual_router_id 51\n  priority " + std::to_string(priority) +
           "\n  advert_int 1\n  authentication {\n    auth_type PASS\n    auth_pass mypassword\n  }\n"
           "  virtual_ipaddress {\n  10.0.0.70\n  }\n}\n";
}

/// The router that holds the VIP, or none, or "several".
std::string holder(lab::segment& lan)
{
    std::string who = "none";
    for (lab::host& each : lan.hosts()) {
        if (each.ns().has_address(vip)) {
            who = who == "none" ? each.role() : "several";
        }
    }
    return who;
}

TEST_P(Election, FourRoutersPassTheAddressDownAndBackHome)
{
    lab::segment lan = make_lan(mode(), {"r100", "r90", "r80", "r70"});
    std::map<std::string, std::unique_ptr<xvrrpd>> routers;
    for (lab::host& each : lan.hosts()) {
        const auto priority = static_cast<unsigned>(std::stoul(each.role().substr(1)));
        const std::string state = priority == 100 ? "MASTER" : "BACKUP";
        routers[each.role()] = std::make_unique<xvrrpd>(each.ns(), swarm_file(state, priority, mode()));
    }
    ASSERT_TRUE(eventually(15s, [&] { return holder(lan) == "r100"; })) << holder(lan);
    EXPECT_EQ(routers["r100"]->instance("VI_1").attach_mode, mode());
    const auto addresses = must(lan["r100"].ns().addresses_of("eth0"));
    EXPECT_NE(std::ranges::find(addresses, "10.0.0.70/32"), addresses.end());
    for (const char* other : {"r90", "r80", "r70"}) {
        EXPECT_TRUE(reaches(lan[other], vip)) << other;
    }
    const std::vector<std::pair<std::string, std::string>> successions = {
        {"r100", "r90"}, {"r90", "r80"}, {"r80", "r70"}};
    for (const auto& [gone, next] : successions) {
        EXPECT_EQ(routers[gone]->stop(), 0);
        EXPECT_TRUE(eventually(15s, [&, wanted = next] { return holder(lan) == wanted; })) << holder(lan);
    }
    for (const char* back : {"r80", "r90", "r100"}) {
        routers[back]->start();
        EXPECT_TRUE(eventually(15s, [&] { return holder(lan) == back; })) << holder(lan);
    }
}

TEST_P(Election, ASilentRouterIsReplacedAndComesBack)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    must(lan.cut(lan["one"]));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(reaches(lan["client"], vip));
    must(lan.restore(lan["one"]));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(eventually(5s, [&] { return !lan["two"].ns().has_address(vip); }));
    EXPECT_EQ(one.state("VI_1"), "MASTER");
    EXPECT_TRUE(reaches(lan["client"], vip));
}

TEST_P(Election, WithNopreemptTheAddressStays)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    instance_text first = fast_instance(200);
    first.more = {"nopreempt"};
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    const xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    EXPECT_TRUE(throughout(2500ms, [&] { return one.state("VI_1") == "BACKUP" && two.state("VI_1") == "MASTER"; }));
}

TEST_P(Election, EqualPrioritiesAreDecidedByTheAddress)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(100), mode()));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(eventually(10s, [&] { return (one.state("VI_1") == "MASTER") != (two.state("VI_1") == "MASTER"); }));
    // Both Active after a partition: the greater address stays.
    must(lan.cut(lan["one"]));
    must(lan.cut(lan["two"]));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    must(lan.restore(lan["one"]));
    must(lan.restore(lan["two"]));
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(two.state("VI_1"), "MASTER");
}

TEST_P(Election, TheOwnerIsActiveAtOnceAndItsAddressIsNeverTouched)
{
    lab::segment lan = make_lan(mode(), {"owner", "other"});
    instance_text owner = fast_instance(255);
    owner.state = "MASTER";
    owner.addresses = {lan["owner"].ipv4()};
    instance_text other = fast_instance(100);
    other.addresses = owner.addresses;
    xvrrpd first(lan["owner"].ns(), file_of(owner, mode()));
    EXPECT_TRUE(first.wait_for_log("(VI_1) Entering MASTER STATE")) << first.log();
    EXPECT_EQ(first.transitions("VI_1"), 1U) << "not by way of BACKUP";
    const xvrrpd second(lan["other"].ns(), file_of(other, mode()));
    EXPECT_TRUE(throughout(1500ms, [&] { return second.state("VI_1") == "BACKUP"; }));
    EXPECT_EQ(first.stop(), 0);
    EXPECT_TRUE(lan["owner"].ns().has_address(lan["owner"].ipv4()));
}

TEST_P(Election, TwoActiveRoutersAreShownToTheOperator)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    // A router of somebody else that doesn't yield.
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    lab::advert_recipe recipe;
    recipe.source_mac = lan["two"].mac();
    recipe.source = lan["two"].ipv4();
    recipe.version = 3;
    recipe.interval = 200ms;
    recipe.priority = 50;
    recipe.addresses = {vip};
    const lab::flood stubborn =
        must(lab::flood::start(lan["two"], {must(lab::forge_advert(recipe))}, {.frames_per_second = 20, .time = 20s}));
    EXPECT_TRUE(eventually(10s, [&] {
        const auto others = one.instance("VI_1").other_actives;
        return others.size() == 1 && others[0].address == "10.0.0.2" && others[0].priority == 50;
    }));
    EXPECT_NE(one.ctl({"status"}).output.find("two Active routers"), std::string::npos);
    EXPECT_EQ(one.state("VI_1"), "MASTER");
}

TEST_P(Election, UnicastPeersElectToo)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    instance_text first = fast_instance(200);
    first.unicast_src_ip = lan["one"].ipv4();
    first.unicast_peers = {lan["two"].ipv4()};
    instance_text second = fast_instance(100);
    second.unicast_src_ip = lan["two"].ipv4();
    second.unicast_peers = {lan["one"].ipv4()};
    xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    const xvrrpd two(lan["two"].ns(), file_of(second, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
}

TEST_P(Election, IPv6RoutersElectAndAnnounce)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    instance_text first = fast_instance(200);
    first.addresses = {"fe80::70", "2001:db8::70"};
    instance_text second = first;
    second.priority = 100;
    const xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    const xvrrpd two(lan["two"].ns(), file_of(second, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    EXPECT_TRUE(reaches(lan["client"], "2001:db8::70"));
    must(lan.cut(lan["one"]));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(reaches(lan["client"], "2001:db8::70"));
}

} // namespace
} // namespace xvrrp::test
