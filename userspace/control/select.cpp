// SPDX-License-Identifier: BSD-2-Clause
//
// One instance out of all.
#include "control/select.hpp"

#include <algorithm>

namespace xvrrp::control {

result<daemon_status> select_instance(daemon_status status, std::string_view name)
{
    const auto wanted = std::find_if(status.instances.begin(), status.instances.end(),
                                     [name](const instance_status& each) { return each.name == name; });
    if (wanted == status.instances.end()) {
        std::string known;
        for (const instance_status& each : status.instances) {
            known += (known.empty() ? "" : ", ") + each.name;
        }
        return fail("no instance " + std::string(name) + "; there is " + (known.empty() ? "none" : known));
    }
    instance_status chosen = std::move(*wanted);
    std::erase_if(status.drops, [&chosen](const drop_status& each) { return each.interface != chosen.interface; });
    std::erase_if(status.scripts, [&chosen](const script_status& each) {
        return std::find(each.tracked_by.begin(), each.tracked_by.end(), chosen.name) == each.tracked_by.end();
    });
    std::erase_if(status.processes, [&chosen](const process_status& each) {
        return std::find(each.tracked_by.begin(), each.tracked_by.end(), chosen.name) == each.tracked_by.end();
    });
    std::erase_if(status.files, [&chosen](const file_status& each) {
        return std::find(each.tracked_by.begin(), each.tracked_by.end(), chosen.name) == each.tracked_by.end();
    });
    std::erase_if(status.groups, [&chosen](const group_status& each) {
        return std::find(each.members.begin(), each.members.end(), chosen.name) == each.members.end();
    });
    status.instances.clear();
    status.instances.push_back(std::move(chosen));
    return status;
}

std::vector<failover_report> failovers_of(std::vector<failover_report> failovers, std::string_view name)
{
    std::erase_if(failovers, [name](const failover_report& each) { return each.instance != name; });
    return failovers;
}

} // namespace xvrrp::control
