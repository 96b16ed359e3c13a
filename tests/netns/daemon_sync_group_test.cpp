// SPDX-License-Identifier: BSD-2-Clause
//
// Sync groups: two virtual routers on two networks move together.
#include <gmock/gmock.h>

#include "daemon_world.hpp"
#include "lab/capture.hpp"
#include "lab/flood.hpp"
#include "lab/peers.hpp"
#include "support/call_record.hpp"

namespace xvrrp::test {
namespace {

constexpr const char* outer_vip = "10.0.0.70";
constexpr const char* inner_vip = "10.7.0.70";

/// Hosts with eth0 on one LAN and eth1, made here, on another.
class SyncGroup : public ::testing::Test {
protected:
    SyncGroup()
    {
        must(inner_.add_bridge("br0"));
        for (lab::host& each : lan_.hosts()) {
            must(lab::add_veth(inner_, port_of(each), each.ns(), "eth1"));
            must(inner_.ip("link set " + port_of(each) + " master br0"));
            must(each.ns().ip("addr add 10.7.0." + std::to_string(each.number()) + "/24 dev eth1"));
        }
    }

    static std::string configuration(unsigned priority, const std::string& in_group = "", bool keepalived = false)
    {
        instance_text outer = fast_instance(priority);
        outer.name = "OUTER";
        outer.addresses = {outer_vip};
        instance_text inner = fast_instance(priority);
        inner.name = "INNER";
        inner.vrid = 52;
        inner.interface = "eth1";
        inner.addresses = {inner_vip};
        return "vrrp_sync_group BOTH {\n  group {\n    OUTER\n    INNER\n  }\n" + in_group + "}\n" +
               configuration_text({outer, inner}, keepalived ? std::vector<std::string>{}
                                                             : std::vector<std::string>{"fast_detect interval 20ms"});
    }
    [[nodiscard]] static bool has_both(const lab::host& host)
    {
        return host.ns().has_address(outer_vip) && host.ns().has_address(inner_vip);
    }
    [[nodiscard]] static bool has_none(const lab::host& host)
    {
        return !host.ns().has_address(outer_vip) && !host.ns().has_address(inner_vip);
    }
    [[nodiscard]] static std::string port_of(const lab::host& host) { return "p" + std::to_string(host.number()); }
    static void wait_for(const xvrrpd& daemon, const std::string& state)
    {
        for (const char* name : {"OUTER", "INNER"}) {
            ASSERT_TRUE(daemon.wait_for_state(name, state)) << name << "\n" << daemon.log();
        }
    }
    [[nodiscard]] static std::string group_state(const xvrrpd& daemon)
    {
        const auto groups = daemon.status().groups;
        return groups.size() == 1 ? groups.front().state : "";
    }

    lab::segment lan_ = make_lan("auto", {"one", "two"});
    lab::net_namespace inner_ = must(lab::net_namespace::create("inner"));
    lab::host& one_ = lan_["one"];
    lab::host& two_ = lan_["two"];
};

TEST_F(SyncGroup, S_M5_ALosingAdvertOnOneNetworkHasTheOthersAnnounced)
{
    lab::host& one = lan_["one"];
    const lab::host& two = lan_["two"];
    std::string file = configuration(200);
    file.replace(file.find("fast_detect"), 0, "vrrp_garp_master_delay 0\n  ");
    const xvrrpd router(one.ns(), file);
    wait_for(router, "MASTER");
    const auto announced = [&] { return router.instance("INNER").counters.garp_sent; };
    ASSERT_TRUE(eventually(5s, [&] { return announced() == 5; }));
    const lab::advert_recipe losing{.source_mac = two.mac(),
                                    .source = two.ipv4(),
                                    .version = 3,
                                    .priority = 50,
                                    .interval = 200ms,
                                    .addresses = {outer_vip}};
    const auto sending =
        must(lab::flood::start(two, {must(lab::forge_advert(losing))}, {.frames_per_second = 10, .time = 30s}));
    EXPECT_TRUE(eventually(5s, [&] { return announced() >= 10; })) << announced();
}

TEST_F(SyncGroup, ALostLinkOfOneMemberMovesBothAndItsReturnMovesBothBack)
{
    const xvrrpd one(one_.ns(), configuration(200));
    wait_for(one, "MASTER");
    const xvrrpd two(two_.ns(), configuration(100));
    wait_for(two, "BACKUP");
    EXPECT_EQ(group_state(one), "MASTER");
    EXPECT_EQ(group_state(two), "BACKUP");
    must(inner_.ip("link set " + port_of(one_) + " down"));
    wait_for(two, "MASTER");
    wait_for(one, "FAULT");
    EXPECT_TRUE(eventually(5s, [&] { return has_both(two_) && has_none(one_); }));
    EXPECT_EQ(group_state(one), "FAULT");
    EXPECT_TRUE(one.wait_for_log("VRRP_Group(BOTH) Syncing instances to FAULT state")) << one.log();
    must(inner_.ip("link set " + port_of(one_) + " up"));
    wait_for(one, "MASTER");
    wait_for(two, "BACKUP");
    EXPECT_TRUE(eventually(5s, [&] { return has_both(one_) && has_none(two_); }));
}

TEST_F(SyncGroup, ADeadDaemonIsReplacedInBothAtOnce)
{
    xvrrpd one(one_.ns(), configuration(200));
    wait_for(one, "MASTER");
    const xvrrpd two(two_.ns(), configuration(100));
    wait_for(two, "BACKUP");
    ASSERT_TRUE(eventually(10s, [&] { return two.ctl({"sessions"}).output.find("up") != std::string::npos; }));
    one.kill();
    wait_for(two, "MASTER");
    EXPECT_TRUE(has_both(two_));
}

TEST_F(SyncGroup, AFailureThatOneNetworkAloneSeesMovesNothing)
{
    const xvrrpd one(one_.ns(), configuration(200));
    wait_for(one, "MASTER");
    const xvrrpd two(two_.ns(), configuration(100));
    wait_for(two, "BACKUP");
    must(lan_.cut(one_));
    EXPECT_TRUE(throughout(1500ms, [&] { return two.state("OUTER") == "BACKUP" && two.state("INNER") == "BACKUP"; }));
    EXPECT_EQ(one.state("INNER"), "MASTER");
}

TEST_F(SyncGroup, ItsScriptsHearOfItAsOne)
{
    const call_record calls;
    xvrrpd one(one_.ns(), configuration(200, "  notify " + calls.command("") + "\n"));
    wait_for(one, "MASTER");
    ASSERT_EQ(one.stop(), 0);
    EXPECT_TRUE(eventually(5s, [&] { return calls.calls().size() == 3; }));
    EXPECT_THAT(calls.calls(), testing::ElementsAre("GROUP BOTH BACKUP 0", "GROUP BOTH MASTER 0", "GROUP BOTH STOP 0"));
}

TEST_F(SyncGroup, AReloadMakesAndEndsItWithoutATransition)
{
    xvrrpd one(one_.ns(), configuration(200));
    wait_for(one, "MASTER");
    const std::string grouped = configuration(200);
    const std::string alone = grouped.substr(grouped.find("global_defs"));
    for (const std::string& text : {alone, grouped}) {
        one.write_configuration(text);
        ASSERT_TRUE(one.reload().ok());
        EXPECT_EQ(group_state(one), text == grouped ? "MASTER" : "");
    }
    EXPECT_EQ(one.transitions("OUTER"), 2U);
    EXPECT_EQ(one.transitions("INNER"), 2U);
    EXPECT_TRUE(has_both(one_));
}

TEST_F(SyncGroup, MovesWithKeepalivedOnTheOtherHost)
{
    auto other = must(lab::keepalived::start(one_.ns(), configuration(200, "", true)));
    ASSERT_TRUE(eventually(20s, [&] { return has_both(one_); })) << other.log();
    const xvrrpd ours(two_.ns(), configuration(100));
    wait_for(ours, "BACKUP");
    must(inner_.ip("link set " + port_of(one_) + " down"));
    wait_for(ours, "MASTER");
    EXPECT_TRUE(eventually(5s, [&] { return has_both(two_) && has_none(one_); })) << other.log();
    must(inner_.ip("link set " + port_of(one_) + " up"));
    wait_for(ours, "BACKUP");
    EXPECT_TRUE(eventually(10s, [&] { return has_both(one_) && has_none(two_); })) << other.log();
}

} // namespace
} // namespace xvrrp::test
