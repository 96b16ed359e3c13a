// SPDX-License-Identifier: BSD-2-Clause
//
// The styles (see style.hpp).
#include "interop/style.hpp"

#include <algorithm>
#include <ostream>

namespace xvrrp::test {
namespace {

style_step step(std::string name, std::function<void(style_lab&)> happens, std::vector<std::string> logged,
                std::vector<sent_priority> advertised)
{
    const bool takes_over =
        std::ranges::any_of(logged, [](const std::string& line) { return line.ends_with("Entering MASTER STATE"); });
    return {.name = std::move(name),
            .happens = std::move(happens),
            .logged = std::move(logged),
            .advertised = std::move(advertised),
            .announced = takes_over};
}

style_step started(std::vector<std::string> logged, std::vector<sent_priority> advertised)
{
    return step("started", &style_lab::start, std::move(logged), std::move(advertised));
}

style_step script_fails(const std::string& script, std::vector<std::string> logged,
                        std::vector<sent_priority> advertised)
{
    return step(
        script + " fails", [script](style_lab& router) { router.scripts().fail(script); }, std::move(logged),
        std::move(advertised));
}

style_step script_succeeds(const std::string& script, std::vector<std::string> logged,
                           std::vector<sent_priority> advertised)
{
    return step(
        script + " succeeds", [script](style_lab& router) { router.scripts().succeed(script); }, std::move(logged),
        std::move(advertised));
}

style_step goes_down(const std::string& interface, std::vector<std::string> logged,
                     std::vector<sent_priority> advertised)
{
    return step(
        interface + " goes down", [interface](style_lab& router) { router.take_down(interface); }, std::move(logged),
        std::move(advertised));
}

style_step comes_up(const std::string& interface, std::vector<std::string> logged,
                    std::vector<sent_priority> advertised)
{
    return step(
        interface + " comes up", [interface](style_lab& router) { router.bring_up(interface); }, std::move(logged),
        std::move(advertised));
}

style_step better_router_comes(std::vector<std::string> logged)
{
    return step("a better router comes", [](style_lab& router) { router.hear_router(250); }, std::move(logged), {});
}

style_step it_goes(std::vector<std::string> logged, std::vector<sent_priority> advertised)
{
    return step("it goes", &style_lab::hear_nobody, std::move(logged), std::move(advertised));
}

style_step worse_router_is_heard(std::vector<sent_priority> advertised)
{
    style_step made = step(
        "a worse router is heard", [](style_lab& router) { router.hear_one_advert(1); }, {}, std::move(advertised));
    made.announced = true;
    return made;
}

/// A remark of `xvrrpd -t` that is there for a reason.
difference remark(const std::string& pattern, const std::string& reason, const std::string& waits_for = "")
{
    return {.seen_in = aspect::remarks,
            .of = daemon_kind::xvrrpd,
            .pattern = pattern,
            .replacement = "",
            .reason = reason,
            .waits_for = waits_for};
}

difference long_password()
{
    return remark("warning: auth_pass has more than 8 characters; the first 8 are used", "keepalived says the same");
}

difference routes_and_rules()
{
    return {.seen_in = aspect::routes,
            .of = daemon_kind::keepalived,
            .pattern = "^started: .*$",
            .replacement = "",
            .reason = "not there yet",
            .waits_for = "virtual_routes, virtual_rules"};
}

difference scope_of_ipv6()
{
    return remark("warning: scope means nothing for an IPv6 address; it is left out",
                  "keepalived says the same where it isn't the scope that the address has anyway");
}

difference own_address_after_fault(const std::string& interface, const std::string& address)
{
    return {.seen_in = aspect::announcements,
            .of = daemon_kind::keepalived,
            .pattern = "^.*: " + interface + " ARP request of " + address + " .*$",
            .replacement = "",
            .reason = "with unicast, keepalived announces the host's own address when a FAULT ends"};
}

/// Of a member of a sync group that another one takes along when it hears a better router.
difference member_that_goes_says_so(const std::string& vrid)
{
    const std::string line = "^.* " + vrid + " .* priority ";
    return {.seen_in = aspect::adverts,
            .of = daemon_kind::xvrrpd,
            .pattern = line + "0 .*\n" + line + "150 .*\n(?=.* priority 0 )",
            .replacement = "",
            .reason = "a member that goes with its sync group sends priority 0"};
}

difference repeats_despite_interval(daemon_kind of)
{
    return {.seen_in = aspect::announcements,
            .of = of,
            .pattern = ", \\d+ times$",
            .replacement = "",
            .reason =
                "with vrrp_garp_interval, keepalived sends an announcement once or twice however often it should"};
}

style kubeadm_api()
{
    return {.name = "kubeadm-api",
            .around = {.script_directories = {"/etc/keepalived"}},
            .steps = {started({"(VI_1) Entering MASTER STATE"}, {{51, 101}})}};
}

style openshift_api_ingress()
{
    return {.name = "openshift-api-ingress",
            .around = {.script_directories = {"/etc/keepalived"}},
            .steps = {started({"(ocp_API_0) Entering MASTER STATE", "(ocp_INGRESS_0) Entering MASTER STATE"},
                              {{29, 65}, {30, 40}}),
                      script_fails("chk_ocp_script.sh", {"(ocp_API_0) Changing effective priority from 65 to 45"},
                                   {{29, 45}})},
            .differences = {long_password()}};
}

style kolla_internal()
{
    return {.name = "kolla-internal",
            .around = {.script_directories = {""}, .interfaces = {"br-ex"}},
            .steps = {started({"(kolla_internal_vip_51) Entering MASTER STATE"}, {{51, 3}}),
                      script_fails("check_alive.sh", {"(kolla_internal_vip_51) Entering FAULT STATE"}, {{51, 0}})},
            .differences = {long_password(), own_address_after_fault("eth0", "10.0.0.1")}};
}

style neutron_router()
{
    return {.name = "neutron-router",
            .around = {.interfaces = {"ha-3f7ac8d1-0e", "qr-81d2aa45-6b", "qg-90cc31f2-77"},
                       .prepared = {"addr add 169.254.192.4/18 dev ha-3f7ac8d1-0e"}},
            .steps = {started({"(VR_217) Entering MASTER STATE"}, {{217, 50}}),
                      goes_down("ha-3f7ac8d1-0e", {"(VR_217) Entering FAULT STATE"}, {})},
            .differences = {scope_of_ipv6()}};
}

style vyos_group()
{
    return {
        .name = "vyos-group",
        .around = {.script_directories = {"/config/scripts", "/run/keepalived"},
                   .interfaces = {"eth1", "eth2"},
                   .prepared = {"addr add 203.0.113.11/24 dev eth1", "addr add 10.21.0.11/24 dev eth2"}},
        .steps = {started({"(INSIDE) Entering MASTER STATE", "(OUTSIDE) Entering MASTER STATE"},
                          {{10, 200}, {20, 200}}),
                  goes_down("eth2", {"(INSIDE) Entering FAULT STATE", "(OUTSIDE) Entering FAULT STATE"},
                            {{10, 0}, {20, 0}}),
                  comes_up("eth2", {"(INSIDE) Entering MASTER STATE", "(OUTSIDE) Entering MASTER STATE"},
                           {{10, 200}, {20, 200}})},
        .differences = {remark("warning: unknown keyword 'garp_interval' in a vrrp_instance block; the line is skipped",
                               "keepalived says the same"),
                        own_address_after_fault("eth0", "10.0.0.1")}};
}

style haproxy_pair()
{
    return {.name = "haproxy-pair",
            .around = {.script_directories = {"/usr/local/bin"}},
            .steps = {started({"(VI_1) Entering MASTER STATE", "(VI_2) Entering MASTER STATE"}, {{51, 103}, {52, 92}}),
                      script_fails("chk_haproxy.sh",
                                   {"(VI_1) Changing effective priority from 103 to 101",
                                    "(VI_2) Changing effective priority from 92 to 90"},
                                   {{51, 101}, {52, 90}}),
                      better_router_comes({"(VI_1) Entering BACKUP STATE", "(VI_2) Entering BACKUP STATE"})}};
}

style proxmox_cluster()
{
    return {.name = "proxmox-cluster",
            .around = {.script_directories = {"/usr/local/sbin"},
                       .interfaces = {"vmbr0", "vmbr1"},
                       .prepared = {"addr add 10.0.0.12/24 dev vmbr0"}},
            .steps = {
                started({"(PVE) Entering MASTER STATE"}, {{66, 100}}),
                script_fails("check_pveproxy.sh", {"(PVE) Changing effective priority from 100 to 80"}, {{66, 80}}),
                script_succeeds("check_pveproxy.sh", {"(PVE) Changing effective priority from 80 to 100"}, {{66, 100}}),
                goes_down("vmbr1", {"(PVE) Changing effective priority from 100 to 90"}, {{66, 90}}),
                better_router_comes({"(PVE) Entering BACKUP STATE"}),
                it_goes({"(PVE) Entering MASTER STATE"}, {{66, 90}})}};
}

style swarm_container()
{
    return {.name = "swarm-container",
            .around = {.script_directories = {"/container/service/keepalived/assets"}},
            .steps = {started({"(VI_1) Entering MASTER STATE"}, {{51, 200}}),
                      better_router_comes({"(VI_1) Entering BACKUP STATE"})}};
}

style dual_stack_router()
{
    return {.name = "dual-stack-router",
            .around = {.script_directories = {"/etc/keepalived"}},
            .steps = {started({"(GW4) Entering MASTER STATE", "(GW6) Entering MASTER STATE"}, {{4, 150}, {6, 150}}),
                      better_router_comes({"(GW4) Entering BACKUP STATE", "(GW6) Entering BACKUP STATE"}),
                      it_goes({"(GW4) Entering MASTER STATE", "(GW6) Entering MASTER STATE"}, {{4, 150}, {6, 150}}),
                      step("the cable is pulled", &style_lab::pull_cable,
                           {"(GW4) Entering FAULT STATE", "(GW6) Entering FAULT STATE"}, {}),
                      step("the cable is plugged in", &style_lab::plug_in,
                           {"(GW4) Entering MASTER STATE", "(GW6) Entering MASTER STATE"}, {{4, 150}, {6, 150}})},
            .differences = {member_that_goes_says_so("VRID 6"), repeats_despite_interval(daemon_kind::keepalived),
                            repeats_despite_interval(daemon_kind::xvrrpd)}};
}

style packaged_sample()
{
    return {.name = "packaged-sample",
            .steps = {started({"(VI_1) Entering MASTER STATE"}, {{51, 100}}),
                      step("reloaded", &style_lab::reload, {}, {{51, 100}})},
            .differences = {
                remark("warning: virtual_server: load balancing \\(LVS\\) isn't done here; all such blocks are skipped",
                       "VRRP alone is xvrrpd's business")}};
}

style database_failover()
{
    return {.name = "database-failover",
            .around = {.script_directories = {"/etc/keepalived"}},
            .steps = {started({"(DB) Entering MASTER STATE"}, {{88, 100}}), worse_router_is_heard({{88, 100}}),
                      script_fails("chk_mysql.sh", {"(DB) Entering FAULT STATE"}, {{88, 0}}),
                      script_succeeds("chk_mysql.sh", {"(DB) Entering BACKUP STATE"}, {})}};
}

style octavia_amphora()
{
    return {
        .name = "octavia-amphora",
        .around = {.script_directories = {"/var/lib/octavia/vrrp"},
                   .interfaces = {"eth1"},
                   .prepared = {"addr add 10.0.0.11/24 dev eth1"}},
        .steps = {started({"(8c9c2b3e52d34a1fb2a1c75d0e6f4a17) Entering MASTER STATE"}, {{1, 100}}),
                  better_router_comes({"(8c9c2b3e52d34a1fb2a1c75d0e6f4a17) Entering BACKUP STATE"})},
        .differences = {remark("warning: nopreempt has no effect with state MASTER; write state BACKUP on every router",
                               "keepalived says the same"),
                        remark("warning: virtual_routes has no effect yet", "not there yet", "virtual_routes"),
                        remark("warning: virtual_rules has no effect yet", "not there yet", "virtual_rules"),
                        own_address_after_fault("eth1", "10.0.0.11"), routes_and_rules()}};
}

style strict_sample()
{
    return {.name = "strict-sample",
            .steps = {started({"(VI_1) Entering MASTER STATE"}, {{51, 100}}), worse_router_is_heard({{51, 100}}),
                      better_router_comes({"(VI_1) Entering BACKUP STATE"})}};
}

style ipv6_unicast()
{
    return {.name = "ipv6-unicast",
            .around = {.script_directories = {"/usr/local/lib/cloud"}},
            .steps = {started({"(V6) Entering MASTER STATE"}, {{61, 120}}),
                      better_router_comes({"(V6) Entering BACKUP STATE"}),
                      it_goes({"(V6) Entering MASTER STATE"}, {{61, 120}})},
            .differences = {{.seen_in = aspect::adverts,
                             .of = daemon_kind::keepalived,
                             .pattern = " TTL 64 ",
                             .replacement = " TTL 255 ",
                             .reason = "keepalived sends IPv6 unicast adverts with the kernel's hop limit"}}};
}

style vyos_rfc3768()
{
    return {.name = "vyos-rfc3768",
            .differences = {remark("warning: use_vmac has no effect yet", "not there yet", "virtual MAC"),
                            remark("warning: vmac_xmit_base has no effect yet", "not there yet", "virtual MAC")}};
}

} // namespace

void PrintTo(const style& of, std::ostream* out)
{
    *out << of.name;
}

const std::vector<style>& all_styles()
{
    static const std::vector<style> all{
        kubeadm_api(),       openshift_api_ingress(), kolla_internal(),  neutron_router(),    vyos_group(),
        haproxy_pair(),      proxmox_cluster(),       swarm_container(), dual_stack_router(), packaged_sample(),
        database_failover(), octavia_amphora(),       strict_sample(),   ipv6_unicast(),      vyos_rfc3768()};
    return all;
}

} // namespace xvrrp::test
