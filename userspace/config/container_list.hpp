// SPDX-License-Identifier: BSD-2-Clause
//
// The lists in the environment of the container image osixia/keepalived, in every form that its users write. Pure; used
// by container.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::config {

/// Why a value is no list.
struct list_fault {
    std::size_t offset = 0; ///< in the unquoted value, in bytes
    std::string what;
    friend bool operator==(const list_fault&, const list_fault&) = default;
};

/// White space around a value is taken off, and so are quotes around the whole of it, which env files leave there.
std::string unquoted(std::string_view value);

/// A list as Python (`#PYTHON2BASH:['a', 'b']`) or JSON (`#JSON2BASH:["a", "b"]`) writes it, with or without the tag;
/// or entries between commas, line ends or blanks. Words behind an address belong to it: "10.0.0.1/24 dev
/// eth0 10.0.0.2" is two entries. An empty value is an empty list.
std::expected<std::vector<std::string>, list_fault> list_entries(std::string_view value);

} // namespace xvrrp::config
