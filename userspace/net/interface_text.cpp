// SPDX-License-Identifier: BSD-2-Clause
//
// Interfaces in error messages.
#include "net/interface_text.hpp"

#include <net/if.h>

#include <array>

namespace xvrrp::net {

std::string interface_text(interface_index interface)
{
    std::array<char, IF_NAMESIZE> name{};
    if (::if_indextoname(interface.value, name.data()) != nullptr) {
        return name.data();
    }
    return "interface " + std::to_string(interface.value);
}

} // namespace xvrrp::net
