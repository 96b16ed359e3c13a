// SPDX-License-Identifier: BSD-2-Clause
//
// Which addresses a virtual router has: one family in the adverts, as many as fit, none twice.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

/// The count is a byte (RFC 9568 5.2.5), and an advert isn't fragmented at an MTU of 1500: an IPv4 header of 20 bytes
/// or an IPv6 header of 40, the VRRP header of 8, in version 2 authentication data of 8.
std::size_t most_addresses(address_family family)
{
    constexpr std::size_t mtu = 1500;
    constexpr std::size_t count_limit = 255;
    return family == address_family::ipv4 ? std::min(count_limit, (mtu - 20 - 8 - 8) / 4)
                                          : std::min(count_limit, (mtu - 40 - 8) / 16);
}

class address_completion {
public:
    address_completion(const instance_draft& draft, vrrp_instance& instance, reporter& report)
        : draft_(draft), instance_(instance), report_(report)
    {
    }

    bool run()
    {
        for (const address_draft& each : draft_.addresses) {
            if (each.address.address.family() != instance_.family) {
                report_.error(each.where,
                              fmt::format("{} isn't of the family of the first address; it is left out: put it into "
                                          "virtual_ipaddress_excluded, or into an instance of its own",
                                          each.address.address.to_string()));
            } else {
                add(each, instance_.virtual_addresses);
            }
        }
        for (const address_draft& each : draft_.excluded) {
            add(each, instance_.excluded_addresses);
        }
        move_excess();
        return has_enough() && begins_well();
    }

private:
    void add(const address_draft& entry, std::vector<virtual_address>& to)
    {
        virtual_address address = entry.address;
        if (address.device.empty()) {
            address.device = instance_.interface;
        }
        if (!seen_.emplace(address.address, address.device).second) {
            report_.error(entry.where, fmt::format("{} stands in vrrp_instance {} already; it is taken once",
                                                   address.address.to_string(), instance_.name));
            return;
        }
        to.push_back(std::move(address));
    }

    void move_excess()
    {
        std::vector<virtual_address>& addresses = instance_.virtual_addresses;
        const std::size_t most = most_addresses(instance_.family);
        if (addresses.size() <= most) {
            return;
        }
        report_.warning(
            draft_.addresses[most].where,
            fmt::format("an advert has room for {} addresses; the other {} are treated as virtual_ipaddress_excluded",
                        most, addresses.size() - most));
        const auto excess = addresses.begin() + static_cast<std::ptrdiff_t>(most);
        instance_.excluded_addresses.insert(instance_.excluded_addresses.begin(), std::make_move_iterator(excess),
                                            std::make_move_iterator(addresses.end()));
        addresses.erase(excess, addresses.end());
    }

    /// RFC 9568 5.2.5: at least one address. Version 2 routers are known that run without.
    bool has_enough()
    {
        if (!instance_.virtual_addresses.empty()) {
            if (draft_.no_virtual_ipaddress) {
                report_.warning(
                    draft_.no_virtual_ipaddress->where,
                    fmt::format("no_virtual_ipaddress has no effect: vrrp_instance {} has addresses", instance_.name));
            }
            return true;
        }
        if (instance_.strict) {
            return refuse("strict_mode needs one");
        }
        if (draft_.no_virtual_ipaddress) {
            return true;
        }
        if (instance_.version == vrrp_version::v3) {
            return refuse("version 3 needs one, or the line no_virtual_ipaddress");
        }
        report_.warning(draft_.where,
                        fmt::format("virtual_ipaddress has no address: vrrp_instance {} elects a MASTER that serves "
                                    "no address of its adverts",
                                    instance_.name));
        return true;
    }

    bool refuse(std::string_view need)
    {
        report_.error(draft_.where, fmt::format("virtual_ipaddress has no address, and {}; vrrp_instance {} is left "
                                                "out",
                                                need, instance_.name));
        return false;
    }

    /// RFC 9568 5.2.9: the first IPv6 address is link-local.
    bool begins_well()
    {
        if (instance_.family == address_family::ipv4 || instance_.virtual_addresses.empty() ||
            instance_.virtual_addresses.front().address.is_link_local()) {
            return true;
        }
        const std::string text = "the first IPv6 address should be link-local (fe80::/10, RFC 9568 5.2.9)";
        const place where = draft_.addresses.front().where;
        if (instance_.strict) {
            report_.error(where, fmt::format("{}, and strict_mode demands it; vrrp_instance {} is left out", text,
                                             instance_.name));
            return false;
        }
        report_.warning(where, text + "; routers that are strict discard such adverts");
        return true;
    }

    const instance_draft& draft_;
    vrrp_instance& instance_;
    reporter& report_;
    std::set<std::pair<ip_address, std::string>> seen_;
};

} // namespace

bool complete_addresses(const instance_draft& draft, vrrp_instance& instance, reporter& report)
{
    return address_completion(draft, instance, report).run();
}

} // namespace xvrrp::config
