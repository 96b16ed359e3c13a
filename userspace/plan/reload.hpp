// SPDX-License-Identifier: BSD-2-Clause
//
// What a reload does to the instances: which of the new file are which of the running ones. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "xvrrp/config.hpp"

namespace xvrrp::plan {

struct reload_plan {
    /// For each instance of the new file, the running one that goes on as it; none: it is new.
    std::vector<std::optional<std::size_t>> continues;
    std::vector<std::size_t> removed; ///< running ones that are in the file no more, ascending
};

/// An instance goes on when interface, VRID and family are the same, whether or not it was renamed: to the network it
/// is the same virtual router. Where one of them changed, the old router leaves and a new one starts.
[[nodiscard]] reload_plan plan_reload(std::span<const vrrp_instance> running, std::span<const vrrp_instance> wanted);

} // namespace xvrrp::plan
