// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/drop_log.hpp"

#include "runtime/messages.hpp"

namespace xvrrp::runtime {

namespace {

constexpr std::chrono::minutes between_lines{1};

} // namespace

std::vector<std::string> drop_log::due(std::span<const datapath::drop_counters> drops, const plan::facts& known,
                                       time_point now)
{
    std::vector<std::string> lines;
    for (const datapath::drop_counters& each : drops) {
        const auto [at, first] = said_.try_emplace({each.interface, each.reason});
        said& last = at->second;
        if (each.count < last.count) {
            last.count = 0; // attached anew: counted from zero
        }
        if (each.count == last.count || (!first && now - last.when < between_lines)) {
            continue;
        }
        const net::link* link = known.link(each.interface);
        const std::string name = link == nullptr ? "a vanished interface" : link->name;
        lines.push_back(drop_line(name, each, each.count - last.count));
        last = {.count = each.count, .when = now};
    }
    return lines;
}

} // namespace xvrrp::runtime
