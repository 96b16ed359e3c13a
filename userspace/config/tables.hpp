// SPDX-License-Identifier: BSD-2-Clause
//
// The tables themselves, one for each block, and the way into them.
#pragma once

#include <span>

#include "config/draft.hpp"
#include "config/keyword.hpp"

namespace xvrrp::config {

std::span<const keyword<file_draft>> root_keywords();
std::span<const keyword<global_draft>> global_keywords();
std::span<const keyword<instance_draft>> instance_keywords();

/// For a line where an entry belongs. False, with an error, if it begins with a keyword of vrrp_instance instead. A
/// block behind the entry is an error too.
bool is_entry(const statement& line, reporter& report);

/// One line of virtual_ipaddress or virtual_ipaddress_excluded; none if it is reported as an error.
std::optional<address_draft> read_address_entry(const statement& entry, reporter& report);

/// A whole file.
file_draft read_statements(std::span<const statement> statements, reporter& report);

} // namespace xvrrp::config
