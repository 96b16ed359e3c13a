// SPDX-License-Identifier: BSD-2-Clause
//
// The build gives the number, so that it stands in one place: the top CMakeLists.txt.
#include "control/version.hpp"

namespace xvrrp::control {

std::string_view program_version()
{
    return XVRRP_VERSION;
}

} // namespace xvrrp::control
