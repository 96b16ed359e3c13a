// SPDX-License-Identifier: BSD-2-Clause
//
// A LAN of namespaces (see segment.hpp).
#include "lab/segment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lab/xdp_pass.hpp"

namespace xvrrp::lab {
namespace {

constexpr const char* bridge = "br0";
constexpr unsigned last_number = 250;

result<void> set_sysctls(const net_namespace& place, const std::vector<std::pair<std::string, std::string>>& settings)
{
    for (const auto& [file, value] : settings) {
        if (auto set = place.set_sysctl(file, value); !set) {
            return set;
        }
    }
    return {};
}

/// Without this br_netfilter, where it is loaded, shows bridged frames to iptables and drops those whose IPv4 header it
/// doesn't like, which no real switch does.
result<void> keep_netfilter_off_the_bridge(const net_namespace& place)
{
    if (!std::filesystem::exists("/proc/sys/net/bridge")) {
        return {};
    }
    return set_sysctls(place, {{"net/bridge/bridge-nf-call-iptables", "0"},
                               {"net/bridge/bridge-nf-call-ip6tables", "0"},
                               {"net/bridge/bridge-nf-call-arptables", "0"}});
}

/// Addresses usable at once and none but ours; `default` is for interfaces still to come.
result<void> prepare_host(const net_namespace& place)
{
    return set_sysctls(place, {{"net/ipv4/conf/all/rp_filter", "0"},
                               {"net/ipv4/conf/default/rp_filter", "0"},
                               {"net/ipv6/conf/all/accept_dad", "0"},
                               {"net/ipv6/conf/default/accept_dad", "0"},
                               {"net/ipv6/conf/default/accept_ra", "0"},
                               {"net/ipv6/conf/default/addr_gen_mode", "1"}});
}

result<void> set_port_state(const net_namespace& place, const host& host, unsigned state)
{
    auto set =
        exec_checked({"bridge", "-n", place.name(), "link", "set", "dev", host.port(), "state", std::to_string(state)});
    if (!set) {
        return std::unexpected(set.error());
    }
    return {};
}

} // namespace

host::host(net_namespace place, std::string role, unsigned number)
    : ns_(std::move(place)), role_(std::move(role)), number_(number), plug_(port())
{
}

std::string host::ipv4() const
{
    return fmt::format("10.0.0.{}", number_);
}

std::string host::link_local() const
{
    return fmt::format("fe80::{:x}", number_);
}

std::string host::ipv6() const
{
    return fmt::format("2001:db8::{:x}", number_);
}

mac_address host::mac() const
{
    return {.bytes = {0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(number_)}};
}

std::string host::port() const
{
    return fmt::format("port{}", number_);
}

std::vector<std::string> host::ports() const
{
    std::vector<std::string> all{port()};
    all.insert(all.end(), further_ports_.begin(), further_ports_.end());
    return all;
}

result<segment> segment::create(const std::vector<std::string>& roles, const segment_options& options)
{
    auto place = net_namespace::create("switch");
    if (!place) {
        return std::unexpected(place.error());
    }
    if (auto off = keep_netfilter_off_the_bridge(*place); !off) {
        return std::unexpected(off.error());
    }
    if (auto added = place->add_bridge(bridge); !added) {
        return std::unexpected(added.error());
    }
    segment made(std::move(*place), options);
    for (const auto& role : roles) {
        if (auto added = made.add_host(role); !added) {
            return std::unexpected(added.error());
        }
    }
    return made;
}

result<void> segment::add_host(const std::string& role)
{
    const auto number = static_cast<unsigned>(hosts_.size()) + 1;
    if (number > last_number) {
        return fail("a segment has 250 hosts at most");
    }
    auto place = net_namespace::create(role);
    if (!place) {
        return std::unexpected(place.error());
    }
    if (auto prepared = prepare_host(*place); !prepared) {
        return std::unexpected(prepared.error());
    }
    auto& added = hosts_.emplace_back(std::move(*place), role, number);
    auto wired = wire(added);
    if (wired) {
        wired = added.ns().ip_batch({fmt::format("addr add {}/24 dev {}", added.ipv4(), host_interface),
                                     fmt::format("link set {} up", host_interface),
                                     fmt::format("addr add {}/64 dev {} nodad", added.link_local(), host_interface),
                                     fmt::format("addr add {}/64 dev {} nodad", added.ipv6(), host_interface)});
    }
    if (wired && options_.xdp_at_switch) {
        wired = attach_xdp_at_switch(added);
    }
    if (!wired) {
        hosts_.pop_back();
    }
    return wired;
}

result<void> segment::wire(host& added)
{
    const bool spliced = std::ranges::find(options_.spliced, added.role()) != options_.spliced.end();
    if (spliced) {
        added.plug_ = fmt::format("plug{}", added.number());
    }
    auto wired = switch_.ip_batch(
        {fmt::format("link add {} type veth peer name {} address {} netns {}", added.plug(), host_interface,
                     fmt::format("02:00:00:00:00:{:02x}", added.number()), added.ns().name()),
         fmt::format("link set {} up", added.plug())});
    if (wired && spliced) {
        wired = splice_cable(added);
    }
    if (wired) {
        wired = switch_.ip_batch({fmt::format("link set {} master {} up", added.port(), bridge)});
    }
    return wired;
}

result<void> segment::add_interface(host& host, const std::string& interface)
{
    const auto number = host.further_ports_.size() + 1;
    const auto port = fmt::format("{}.{}", host.port(), number);
    auto wired =
        switch_.ip_batch({fmt::format("link add {} type veth peer name {} address 02:00:00:00:{:02x}:{:02x} netns {}",
                                      port, interface, number, host.number(), host.ns().name()),
                          fmt::format("link set {} master {} up", port, bridge)});
    if (wired) {
        wired = host.ns().ip_batch({fmt::format("link set {} up", interface)});
    }
    if (wired) {
        host.further_ports_.push_back(port);
    }
    return wired;
}

result<void> segment::splice_cable(host& added)
{
    const std::string switch_end = fmt::format("cable{}", added.number());
    auto wired = switch_.ip_batch({fmt::format("link add {} type veth peer name {}", added.port(), switch_end),
                                   fmt::format("link set {} up", switch_end)});
    if (!wired) {
        return wired;
    }
    auto made = cable::splice(switch_, added.plug(), switch_end);
    if (!made) {
        return std::unexpected(made.error());
    }
    cables_.emplace(added.number(), std::move(*made));
    return {};
}

host& segment::operator[](std::string_view role)
{
    return *std::ranges::find(hosts_, role, &host::role);
}

result<void> segment::cut(const host& host)
{
    return set_port_state(switch_, host, 0); // BR_STATE_DISABLED
}

result<void> segment::restore(const host& host)
{
    return set_port_state(switch_, host, 3); // BR_STATE_FORWARDING
}

result<void> segment::carrier(const host& host, bool up)
{
    auto set = switch_.ip(fmt::format("link set {} {}", host.plug(), up ? "up" : "down"));
    if (!set) {
        return std::unexpected(set.error());
    }
    return {};
}

result<void> segment::attach_xdp_at_switch(const host& host)
{
    auto link = attach_xdp_pass(switch_, host.plug());
    if (!link) {
        return std::unexpected(link.error());
    }
    links_.push_back(std::move(*link));
    return {};
}

} // namespace xvrrp::lab
