// SPDX-License-Identifier: BSD-2-Clause
//
// What must be so for one instance, by its configuration and the facts of its interfaces.
#include "plan/router_plan.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "core/event.hpp"
#include "plan_world.hpp"

namespace xvrrp::plan::test {
namespace {

constexpr std::uint32_t bit(core::fault reason)
{
    return static_cast<std::uint32_t>(reason);
}

facts host()
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{make_address(2, "10.0.0.1")});
    return known;
}

TEST(plan_router, an_interface_with_an_address_is_ready_to_run)
{
    const router_plan plan = plan_router(make_instance(), host(), {});
    EXPECT_EQ(plan.faults, 0U);
    EXPECT_EQ(plan.source, ip("10.0.0.1"));
    EXPECT_EQ(plan.effective_priority, priority{100});
    ASSERT_EQ(plan.addresses.size(), 1U);
    EXPECT_EQ(plan.addresses[0].request.ip, ip("10.0.0.70"));
    EXPECT_EQ(plan.addresses[0].request.interface, interface_index{2});
    EXPECT_FALSE(plan.addresses[0].host_owned);
}

TEST(plan_router, an_address_is_asked_for_with_all_that_its_line_says)
{
    vrrp_instance instance = make_instance();
    virtual_address& vip = instance.virtual_addresses[0];
    vip.broadcast = ip("10.0.0.255");
    vip.label = "eth0:vip";
    vip.scope = address_scope::link;
    vip.peer = ip("10.9.0.1");
    vip.flags = {.noprefixroute = true};
    vip.preferred_lifetime = std::chrono::seconds(7);
    vip.tracked = false;
    const router_plan plan = plan_router(instance, host(), {});
    ASSERT_EQ(plan.addresses.size(), 1U);
    EXPECT_EQ(plan.addresses[0].request, (net::address_request{.interface = {2},
                                                               .ip = vip.address,
                                                               .prefix_length = 32,
                                                               .broadcast = vip.broadcast,
                                                               .label = "eth0:vip",
                                                               .scope = address_scope::link,
                                                               .peer = vip.peer,
                                                               .flags = vip.flags,
                                                               .preferred_lifetime = std::chrono::seconds(7)}));
    EXPECT_FALSE(plan.addresses[0].tracked);
}

TEST(plan_router, a_missing_interface_is_a_fault)
{
    const router_plan plan = plan_router(make_instance(), facts{}, {});
    EXPECT_EQ(plan.faults, bit(core::fault::interface_missing));
    EXPECT_FALSE(plan.link);
    EXPECT_TRUE(plan.addresses.empty());
}

TEST(plan_router, a_link_without_carrier_is_a_fault)
{
    facts known = host();
    known.apply(net::link_changed{make_link(2, "eth0", false)});
    EXPECT_EQ(plan_router(make_instance(), known, {}).faults, bit(core::fault::link_down));
}

TEST(plan_router, an_interface_without_an_address_is_a_fault)
{
    facts known = host();
    known.apply(net::address_removed{make_address(2, "10.0.0.1")});
    EXPECT_EQ(plan_router(make_instance(), known, {}).faults, bit(core::fault::no_address));
}

TEST(plan_router, our_own_virtual_address_is_no_source_of_adverts)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{marked(make_address(2, "10.0.0.70", 32))});
    EXPECT_EQ(plan_router(make_instance(), known, {}).faults, bit(core::fault::no_address));
    known.apply(net::address_added{make_address(2, "10.0.0.1")});
    EXPECT_EQ(plan_router(make_instance(), known, {}).source, ip("10.0.0.1"));
}

TEST(plan_router, a_configured_source_is_taken_as_it_is)
{
    vrrp_instance instance = make_instance();
    instance.source = ip("10.9.9.9");
    EXPECT_EQ(plan_router(instance, host(), {}).source, ip("10.9.9.9"));
}

TEST(plan_router, a_watched_source_that_isnt_there_is_a_fault)
{
    vrrp_instance instance = make_instance();
    instance.source = ip("10.9.9.9");
    instance.track_source = true;
    facts known = host();
    EXPECT_EQ(plan_router(instance, known, {}).faults, bit(core::fault::no_address));
    known.apply(net::address_added{make_address(2, "10.9.9.9")});
    EXPECT_EQ(plan_router(instance, known, {}).faults, 0U);
    EXPECT_EQ(plan_router(instance, known, {}).source, ip("10.9.9.9"));
}

TEST(plan_router, an_interface_that_isnt_tracked_may_be_down)
{
    vrrp_instance instance = make_instance();
    instance.track_primary = false;
    facts known = host();
    known.apply(net::link_changed{make_link(2, "eth0", false)});
    EXPECT_EQ(plan_router(instance, known, {}).faults, 0U);
    known.apply(net::link_removed{.index = {2}, .name = "eth0"});
    EXPECT_EQ(plan_router(instance, known, {}).faults, bit(core::fault::interface_missing));
}

TEST(plan_router, an_ipv6_router_speaks_from_the_link_local_address)
{
    facts known = host();
    known.apply(net::address_added{make_address(2, "2001:db8::1", 64)});
    vrrp_instance instance = make_instance();
    instance.family = address_family::ipv6;
    instance.version = vrrp_version::v3;
    instance.virtual_addresses = {make_vip("fe80::70", "eth0", 128)};
    EXPECT_EQ(plan_router(instance, known, {}).faults, bit(core::fault::no_address));
    net::address tentative = make_address(2, "fe80::1", 64);
    tentative.usable = false;
    known.apply(net::address_added{tentative});
    EXPECT_EQ(plan_router(instance, known, {}).faults, bit(core::fault::no_address));
    known.apply(net::address_added{make_address(2, "fe80::1", 64)});
    EXPECT_EQ(plan_router(instance, known, {}).source, ip("fe80::1"));
}

TEST(plan_router, the_hosts_own_address_is_announced_but_never_added_or_removed)
{
    facts known = host();
    known.apply(net::address_added{make_address(2, "10.0.0.70")});
    EXPECT_TRUE(plan_router(make_instance(), known, {}).addresses[0].host_owned);
    EXPECT_FALSE(plan_router(make_instance(), known, {{interface_index{2}, ip("10.0.0.70")}}).addresses[0].host_owned);
}

TEST(plan_router, an_owner_without_another_address_speaks_from_the_one_it_owns)
{
    facts known;
    known.apply(net::link_changed{make_link(2, "eth0")});
    known.apply(net::address_added{make_address(2, "10.0.0.70")});
    vrrp_instance instance = make_instance();
    EXPECT_FALSE(plan_router(instance, known, {}).source);
    instance.priority = owner_priority;
    EXPECT_EQ(plan_router(instance, known, {}).source, ip("10.0.0.70"));
}

TEST(plan_router, addresses_go_to_their_device)
{
    facts known = host();
    vrrp_instance instance = make_instance();
    instance.excluded_addresses = {make_vip("192.168.0.70", "eth1", 24)};
    EXPECT_EQ(plan_router(instance, known, {}).missing_devices, std::vector<std::string>{"eth1"});
    known.apply(net::link_changed{make_link(7, "eth1")});
    const router_plan plan = plan_router(instance, known, {});
    ASSERT_EQ(plan.addresses.size(), 2U);
    EXPECT_EQ(plan.addresses[1].request.interface, interface_index{7});
    EXPECT_EQ(plan.addresses[1].mac, make_link(7, "eth1").mac);
}

TEST(plan_router, a_tracked_interface_faults_or_weighs)
{
    facts known = host();
    vrrp_instance instance = make_instance();
    instance.track_interfaces = {{.name = "eth1", .weight = std::nullopt, .reverse = false}};
    EXPECT_EQ(plan_router(instance, known, {}).faults, bit(core::fault::tracked_interface));
    known.apply(net::link_changed{make_link(7, "eth1")});
    EXPECT_EQ(plan_router(instance, known, {}).faults, 0U);
    instance.track_interfaces[0].weight = -30;
    EXPECT_EQ(plan_router(instance, known, {}).effective_priority, priority{100});
    known.apply(net::link_changed{make_link(7, "eth1", false)});
    EXPECT_EQ(plan_router(instance, known, {}).effective_priority, priority{70});
    EXPECT_EQ(plan_router(instance, known, {}).faults, 0U);
}

TEST(plan_router, the_hosts_own_address_among_the_peers_is_left_out)
{
    vrrp_instance instance = make_instance();
    instance.unicast_peers = {ip("10.0.0.1"), ip("10.0.0.2")};
    EXPECT_EQ(plan_router(instance, host(), {}).peers, std::vector<ip_address>{ip("10.0.0.2")});
    instance.unicast_peers = {ip("10.0.0.1")};
    EXPECT_EQ(plan_router(instance, host(), {}).peers, instance.unicast_peers) << "never none: that would be multicast";
    instance.fault_without_peer = true;
    EXPECT_EQ(plan_router(instance, host(), {}).faults, bit(core::fault::no_peer));
    instance.unicast_peers = {};
    EXPECT_EQ(plan_router(instance, host(), {}).faults, bit(core::fault::no_peer));
    instance.unicast_peers = {ip("10.0.0.2")};
    EXPECT_EQ(plan_router(instance, host(), {}).faults, 0U);
}

TEST(plan_router, the_state_machine_gets_every_setting_of_the_instance)
{
    using namespace std::chrono_literals;
    vrrp_instance instance = make_instance();
    instance.version = vrrp_version::v3;
    instance.priority = {150};
    instance.advert_interval = 250ms;
    instance.preempt = false;
    instance.preempt_delay = 7s;
    instance.leave_if_degraded = true;
    instance.down_timer_adverts = 5;
    instance.lower_prio_no_advert = true;
    instance.owner_ignore_adverts = true;
    instance.timer_expired_backup = priority{200};
    instance.sync_group = "G";
    instance.garp = {.master_delay = 1s,
                     .master_repeat = 2,
                     .refresh = 3s,
                     .refresh_repeat = 4,
                     .lower_prio_repeat = 6,
                     .lower_prio_delay = 8s};
    EXPECT_TRUE(router_settings_of(instance) == (core::router_settings{.version = vrrp_version::v3,
                                                                       .base_priority = {150},
                                                                       .advertisement_interval = 250ms,
                                                                       .preempt_mode = false,
                                                                       .preempt_delay = 7s,
                                                                       .leave_if_degraded = true,
                                                                       .down_timer_adverts = 5,
                                                                       .lower_prio_no_advert = true,
                                                                       .owner_ignore_adverts = true,
                                                                       .timer_expired_backup = priority{200},
                                                                       .in_sync_group = true,
                                                                       .announcements = {.master_delay = 1s,
                                                                                         .master_repeat = 2,
                                                                                         .refresh = 3s,
                                                                                         .refresh_repeat = 4,
                                                                                         .lower_prio_repeat = 6,
                                                                                         .lower_prio_delay = 8s}}));
}

TEST(plan_router, concerns_every_interface_that_an_instance_names)
{
    vrrp_instance instance = make_instance();
    instance.excluded_addresses = {make_vip("192.168.0.70", "eth1", 24)};
    instance.track_interfaces = {{.name = "eth2", .weight = std::nullopt, .reverse = false}};
    EXPECT_TRUE(concerns(instance, "eth0"));
    EXPECT_TRUE(concerns(instance, "eth1"));
    EXPECT_TRUE(concerns(instance, "eth2"));
    EXPECT_FALSE(concerns(instance, "eth3"));
}

TEST(plan_router, scripts_weigh_fault_and_are_waited_for)
{
    vrrp_instance instance = make_instance();
    instance.track_scripts = {{.name = "weighted", .weight = 5, .reverse = false},
                              {.name = "needed", .weight = {}, .reverse = false}};
    const auto plan = [&](const script_verdicts& scripts) {
        return plan_router(instance, host(), {}, {.scripts = scripts, .files = {}, .processes = {}});
    };
    using core::script_verdict;

    const router_plan unknown = plan({});
    EXPECT_EQ(unknown.faults, bit(core::fault::awaiting_scripts));
    EXPECT_EQ(unknown.effective_priority, priority{100});

    const router_plan good = plan({{"weighted", script_verdict::good}, {"needed", script_verdict::good}});
    EXPECT_EQ(good.faults, 0U);
    EXPECT_EQ(good.effective_priority, priority{105});
    EXPECT_TRUE(good.failed_scripts.empty());

    const router_plan bad = plan({{"weighted", script_verdict::bad}, {"needed", script_verdict::bad}});
    EXPECT_EQ(bad.faults, bit(core::fault::tracked_script));
    EXPECT_EQ(bad.effective_priority, priority{100});
    EXPECT_EQ(bad.failed_scripts, std::vector<std::string>{"needed"});
}

TEST(plan_router, files_weigh_fault_and_are_waited_for)
{
    vrrp_instance instance = make_instance();
    instance.track_files = {{.name = "weighted", .weight = 2, .reverse = false},
                            {.name = "needed", .weight = {}, .reverse = false}};
    const auto plan = [&](const file_numbers& files) {
        return plan_router(instance, host(), {}, {.scripts = {}, .files = files, .processes = {}});
    };
    EXPECT_EQ(plan({{"weighted", 3}}).faults, bit(core::fault::awaiting_scripts));
    const router_plan good = plan({{"weighted", 3}, {"needed", 0}});
    EXPECT_EQ(good.faults, 0U);
    EXPECT_EQ(good.effective_priority, priority{106});
    const router_plan bad = plan({{"weighted", -127}, {"needed", 1}});
    EXPECT_EQ(bad.faults, bit(core::fault::tracked_file));
    EXPECT_EQ(bad.failed_files, (std::vector<std::string>{"weighted", "needed"}));
}

TEST(plan_router, processes_weigh_fault_and_are_waited_for)
{
    vrrp_instance instance = make_instance();
    instance.track_processes = {{.name = "weighted", .weight = 5, .reverse = false},
                                {.name = "needed", .weight = {}, .reverse = false}};
    const auto plan = [&](const process_verdicts& processes) {
        return plan_router(instance, host(), {}, {.scripts = {}, .files = {}, .processes = processes});
    };
    EXPECT_EQ(plan({{"weighted", true}}).faults, bit(core::fault::awaiting_scripts));
    const router_plan good = plan({{"weighted", true}, {"needed", true}});
    EXPECT_EQ(good.faults, 0U);
    EXPECT_EQ(good.effective_priority, priority{105});
    const router_plan bad = plan({{"weighted", false}, {"needed", false}});
    EXPECT_EQ(bad.faults, bit(core::fault::tracked_process));
    EXPECT_EQ(bad.failed_processes, std::vector<std::string>{"needed"});
}

TEST(plan_router, leave_if_degraded_is_a_setting_of_the_router)
{
    vrrp_instance instance = make_instance();
    EXPECT_FALSE(router_settings_of(instance).leave_if_degraded);
    instance.leave_if_degraded = true;
    EXPECT_TRUE(router_settings_of(instance).leave_if_degraded);
}

} // namespace
} // namespace xvrrp::plan::test
