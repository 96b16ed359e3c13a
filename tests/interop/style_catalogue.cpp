// SPDX-License-Identifier: BSD-2-Clause
//
// The styles (see style.hpp).
#include "interop/style.hpp"

#include <ostream>

namespace xvrrp::test {
namespace {

style_step started(std::vector<std::string> logged, std::vector<sent_priority> advertised)
{
    return {.name = "started",
            .happens = [](style_lab& router) { router.start(); },
            .logged = std::move(logged),
            .advertised = std::move(advertised)};
}

style_step script_fails(const std::string& script, std::vector<std::string> logged,
                        std::vector<sent_priority> advertised)
{
    return {.name = script + " fails",
            .happens = [script](style_lab& router) { router.scripts().fail(script); },
            .logged = std::move(logged),
            .advertised = std::move(advertised)};
}

difference long_password()
{
    return {.seen_in = aspect::remarks,
            .of = daemon_kind::xvrrpd,
            .pattern = "warning: auth_pass has more than 8 characters; the first 8 are used",
            .replacement = "",
            .reason = "keepalived says the same"};
}

difference own_address_after_fault()
{
    return {.seen_in = aspect::announcements,
            .of = daemon_kind::keepalived,
            .pattern = "eth0 announces 10\\.0\\.0\\.1 by .*",
            .replacement = "",
            .reason = "with unicast, keepalived announces the host's own address when a FAULT ends"};
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
            .differences = {long_password(), own_address_after_fault()}};
}

} // namespace

void PrintTo(const style& of, std::ostream* out)
{
    *out << of.name;
}

const std::vector<style>& all_styles()
{
    static const std::vector<style> all{kubeadm_api(), openshift_api_ingress(), kolla_internal()};
    return all;
}

} // namespace xvrrp::test
