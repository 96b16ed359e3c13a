// SPDX-License-Identifier: BSD-2-Clause
#include "plan/leftovers.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "xvrrp/abi.h"

namespace xvrrp::plan {

namespace {

std::set<recorded_address> configured(const configuration& wanted)
{
    std::set<recorded_address> all;
    for (const vrrp_instance& instance : wanted.instances) {
        for (const virtual_address& each : instance.virtual_addresses) {
            all.insert({.interface = each.device, .ip = each.address});
        }
        for (const virtual_address& each : instance.excluded_addresses) {
            all.insert({.interface = each.device, .ip = each.address});
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
    for (const recorded_address& each : configured(wanted)) {
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
    while (!text.empty()) {
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
    const std::set<recorded_address> still_wanted = configured(wanted);
    const std::set<recorded_address> recorded(record.begin(), record.end());
    leftovers found;
    for (const auto& [index, link] : known.links()) {
        for (const net::address& each : known.addresses(index)) {
            const recorded_address name{.interface = link.name, .ip = each.ip};
            const bool left = kernel_keeps_protocol ? each.protocol == XVRRP_IFA_PROTO : recorded.contains(name);
            if (!left) {
                continue;
            }
            auto& list = still_wanted.contains(name) ? found.adopt : found.remove;
            list.push_back({.interface = index, .ip = each.ip, .prefix_length = each.prefix_length});
        }
    }
    return found;
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
