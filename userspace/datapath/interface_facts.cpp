// SPDX-License-Identifier: BSD-2-Clause
//
// ioctl(2) and /proc/thread-self are of the thread's network namespace; /sys/class/net would be of the one that mounted
// it.
#include "datapath/interface_facts.hpp"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>

#include "xvrrp/descriptor.hpp"

namespace xvrrp::datapath {

namespace {

template <class Command> bool ethtool(int socket, const std::string& name, Command& command)
{
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&command);
    return ::ioctl(socket, SIOCETHTOOL, &request) == 0;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

bool interface_facts::native_by_default() const
{
    constexpr std::array<std::string_view, 8> without{"veth",   "bonding", "bridge", "macvlan",
                                                      "ipvlan", "team",    "dummy",  "802.1Q VLAN Support"};
    return !driver.empty() && std::ranges::find(without, driver) == without.end();
}

interface_facts read_interface_facts(const std::string& name)
{
    interface_facts facts;
    const descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ethtool_drvinfo driver{};
    driver.cmd = ETHTOOL_GDRVINFO;
    if (ethtool(socket.get(), name, driver)) {
        facts.driver.assign(driver.driver, ::strnlen(driver.driver, sizeof driver.driver));
    }
    ethtool_value flags{.cmd = ETHTOOL_GFLAGS, .data = 0};
    facts.strips_vlan_tags = ethtool(socket.get(), name, flags) && (flags.data & ETH_FLAG_RXVLAN) != 0;
    std::ifstream config("/proc/thread-self/net/vlan/config");
    facts.has_vlan_children = is_vlan_parent(std::string(std::istreambuf_iterator<char>(config), {}), name);
    return facts;
}

bool is_vlan_parent(std::string_view vlan_config, std::string_view name)
{
    while (!vlan_config.empty()) {
        const std::string_view line = vlan_config.substr(0, vlan_config.find('\n'));
        vlan_config.remove_prefix(std::min(line.size() + 1, vlan_config.size()));
        const auto bar = line.rfind('|');
        if (bar != std::string_view::npos && std::ranges::count(line, '|') == 2 &&
            trimmed(line.substr(bar + 1)) == name) {
            return true;
        }
    }
    return false;
}

} // namespace xvrrp::datapath
