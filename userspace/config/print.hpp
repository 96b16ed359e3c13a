// SPDX-License-Identifier: BSD-2-Clause
//
// A configuration as the text of a keepalived.conf: every value written out, but a gap of 0, which
// keepalived doesn't take. parse() of it gives the same configuration.
#pragma once

#include <string>

#include "xvrrp/config.hpp"

namespace xvrrp::config {

/// Passwords included. Ends with a newline.
std::string print(const configuration& config);

} // namespace xvrrp::config
