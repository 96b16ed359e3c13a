// SPDX-License-Identifier: BSD-2-Clause
//
// What `xvrrpctl cleanup` does when no daemon runs. tc filters are looked for on the interfaces that have a pinned
// link, in the network namespace of the caller.
#include <fmt/format.h>
#include <net/if.h>

#include <array>

#include "datapath/attach.hpp"
#include "datapath/datapath.hpp"
#include "datapath/egress.hpp"
#include "datapath/pins.hpp"

namespace xvrrp::datapath {

namespace {

std::string name_of(interface_index interface)
{
    std::array<char, IF_NAMESIZE> name{};
    return ::if_indextoname(interface.value, name.data()) != nullptr ? name.data()
                                                                     : fmt::format("interface {}", interface.value);
}

} // namespace

result<std::vector<std::string>> cleanup(const std::filesystem::path& pin_directory_path)
{
    std::vector<std::string> removed;
    const auto pins = pin_directory::open(pin_directory_path, pin_directory::if_missing::fail);
    if (!pins) {
        if (pins.error().code == ENOENT) {
            return removed;
        }
        return std::unexpected(pins.error());
    }
    for (const interface_index interface : pins->pinned_links()) {
        const std::string name = name_of(interface);
        drop_pinned_link(interface, *pins);
        removed.push_back(fmt::format("{}: XDP program detached", name));
        if (detach_egress(interface)) {
            removed.push_back(fmt::format("{}: tc filter removed", name));
        }
    }
    for (const std::string& pin : pins->pins()) {
        removed.push_back(fmt::format("{}: unpinned", (pins->path() / pin).native()));
    }
    pins->remove();
    return removed;
}

} // namespace xvrrp::datapath
