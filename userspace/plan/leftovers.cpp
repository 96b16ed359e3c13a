// SPDX-License-Identifier: BSD-2-Clause
#include "plan/leftovers.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "xvrrp/abi.h"

namespace xvrrp::plan {

namespace {

/// What an address needs beside its interface to be the kernel's same one.
struct subnet {
    std::uint8_t prefix_length;
    std::optional<ip_address> peer;
    friend bool operator==(const subnet&, const subnet&) = default;
};

std::map<recorded_address, subnet> configured(const configuration& wanted)
{
    std::map<recorded_address, subnet> all;
    for (const vrrp_instance& instance : wanted.instances) {
        for (const auto* list : {&instance.virtual_addresses, &instance.excluded_addresses}) {
            for (const virtual_address& each : *list) {
                all.emplace(recorded_address{.interface = each.device, .ip = each.address},
                            subnet{.prefix_length = each.prefix_length, .peer = each.peer});
            }
        }
    }
    return all;
}

std::string_view next_part(std::string_view& text, char end)
{
    const std::size_t length = std::min(text.find(end), text.size());
    const std::string_view part = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    return part;
}

} // namespace

std::vector<recorded_address> may_add(const configuration& wanted, const facts& known, const own_addresses& ours)
{
    std::vector<recorded_address> record;
    for (const auto& [each, where] : configured(wanted)) {
        const net::link* link = known.link(each.interface);
        const net::address* there = link == nullptr ? nullptr : known.address(link->index, each.ip);
        const bool host_owned =
            there != nullptr && there->protocol != XVRRP_IFA_PROTO && !ours.contains({there->interface, there->ip});
        if (!host_owned) {
            record.push_back(each);
        }
    }
    return record;
}

std::string format_record(std::span<const recorded_address> record)
{
    std::string text;
    for (const recorded_address& each : record) {
        text += each.interface + ' ' + each.ip.to_string() + '\n';
    }
    return text;
}

std::vector<recorded_address> parse_record(std::string_view text)
{
    std::vector<recorded_address> record;
    // A line without its end was cut off, perhaps in the middle of an address.
    while (text.find('\n') != std::string_view::npos) {
        std::string_view line = next_part(text, '\n');
        const std::string_view interface = next_part(line, ' ');
        const std::optional<ip_address> ip = ip_address::parse(line);
        if (!interface.empty() && ip) {
            record.push_back({.interface = std::string(interface), .ip = *ip});
        }
    }
    return record;
}

leftovers find_leftovers(const configuration& wanted, const facts& known, std::span<const recorded_address> record,
                         bool kernel_keeps_protocol)
{
    const std::map<recorded_address, subnet> still_wanted = configured(wanted);
    const std::set<recorded_address> recorded(record.begin(), record.end());
    leftovers found;
    for (const auto& [index, link] : known.links()) {
        for (const net::address& each : known.addresses(index)) {
            const recorded_address name{.interface = link.name, .ip = each.ip};
            const bool left = kernel_keeps_protocol ? each.protocol == XVRRP_IFA_PROTO : recorded.contains(name);
            if (!left) {
                continue;
            }
            const auto same = still_wanted.find(name);
            const subnet there{.prefix_length = each.prefix_length, .peer = each.peer};
            const bool adopted = same != still_wanted.end() && same->second == there;
            auto& list = adopted ? found.adopt : found.remove;
            list.push_back({.interface = index, .ip = each.ip, .prefix_length = each.prefix_length, .peer = each.peer});
        }
    }
    return found;
}

void set_succeeded_aside(leftovers& left, const configuration& wanted, const facts& known,
                         const std::function<bool(const vrrp_instance&)>& is_succeeded)
{
    std::set<recorded_address> given_up;
    std::set<recorded_address> still_ours;
    for (const vrrp_instance& instance : wanted.instances) {
        std::set<recorded_address>& its = is_succeeded(instance) ? given_up : still_ours;
        for (const auto* list : {&instance.virtual_addresses, &instance.excluded_addresses}) {
            for (const virtual_address& each : *list) {
                its.insert({.interface = each.device, .ip = each.address});
            }
        }
    }
    std::erase_if(left.adopt, [&](const net::address_request& each) {
        const net::link* link = known.link(each.interface);
        const recorded_address name{.interface = link == nullptr ? "" : link->name, .ip = each.ip};
        const bool goes = given_up.contains(name) && !still_ours.contains(name);
        if (goes) {
            left.succeeded.push_back(each);
        }
        return goes;
    });
}

bool keeps_address_protocol(std::string_view kernel_release)
{
    std::pair<int, int> version{0, 0};
    const std::string_view major = next_part(kernel_release, '.');
    const std::string_view minor = kernel_release.substr(0, kernel_release.find_first_not_of("0123456789"));
    std::from_chars(major.data(), major.data() + major.size(), version.first);
    std::from_chars(minor.data(), minor.data() + minor.size(), version.second);
    return version >= std::pair{5, 18};
}

} // namespace xvrrp::plan
