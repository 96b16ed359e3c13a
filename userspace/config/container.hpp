// SPDX-License-Identifier: BSD-2-Clause
//
// The configuration of the container image osixia/keepalived, of both of its generations: what its environment
// variables come to. Used by load; any thread.
#pragma once

#include <filesystem>
#include <optional>

#include "config/source.hpp"

namespace xvrrp::config {

class reporter;
class surroundings;

/// The file that the image would use instead of its variables: that of KEEPALIVED_CONF, or the first that exists of
/// those that its users mount a keepalived.conf at.
std::optional<std::filesystem::path> container_file(const surroundings& around);

/// The lines of the file that the image would write: one vrrp_instance VI_1. A line that holds the value of a variable
/// has the variable's name for its file, the number of the entry in a list for its number, and column 1 where the value
/// begins. What isn't set is the image's default, but for the notify script, which is left out unless it exists. A list
/// that can't be read is reported, and there are no lines then.
source_text container_lines(const surroundings& around, reporter& report);

} // namespace xvrrp::config
