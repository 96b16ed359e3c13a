// SPDX-License-Identifier: BSD-2-Clause
//
// Interfaces in error messages. Asks the kernel, so it is for errors alone.
#pragma once

#include <string>

#include "xvrrp/types.hpp"

namespace xvrrp::net {

/// Its name, "interface 7" when there is no interface of that number (any more).
[[nodiscard]] std::string interface_text(interface_index interface);

} // namespace xvrrp::net
