// SPDX-License-Identifier: BSD-2-Clause
//
// Which interfaces share a garp_group: each is in one at most, and a group without interfaces or gaps is none.
#include <set>

#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {

std::vector<garp_group> complete_garp_groups(const file_draft& file, reporter& report)
{
    std::vector<garp_group> groups;
    std::set<std::string> grouped;
    for (const garp_group_draft& draft : file.garp_groups) {
        garp_group group{.interfaces = {},
                         .garp_interval = value_or(draft.garp_interval, duration::zero()),
                         .gna_interval = value_or(draft.gna_interval, duration::zero())};
        for (const auto& each : draft.interfaces) {
            if (grouped.insert(each.value).second) {
                group.interfaces.push_back(each.value);
            } else {
                report.error(each.where,
                             fmt::format("{} is in another garp_group already; it isn't in this one", each.value));
            }
        }
        if (group.interfaces.empty()) {
            report.error(draft.where, "this garp_group names no interface; it is left out");
            continue;
        }
        if (group.garp_interval == duration::zero() && group.gna_interval == duration::zero()) {
            report.warning(draft.where, "this garp_group has neither garp_interval nor gna_interval: announcements on "
                                        "its interfaces aren't held back");
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

} // namespace xvrrp::config
