// SPDX-License-Identifier: BSD-2-Clause
//
// Timelines (see timeline.hpp).
#include "failover/timeline.hpp"

#include <algorithm>
#include <ranges>

namespace xvrrp::failover {
namespace {

std::optional<duration> from_microseconds(std::optional<double> value)
{
    if (!value) {
        return std::nullopt;
    }
    return std::chrono::duration_cast<duration>(std::chrono::duration<double, std::micro>(*value));
}

} // namespace

const control::failover_report* last_takeover(const std::vector<control::failover_report>& records,
                                              const std::string& since)
{
    for (const auto& each : std::views::reverse(records)) {
        if (each.to == "MASTER" && each.when > since) {
            return &each;
        }
    }
    return nullptr;
}

stage_lengths stages_of(const control::failover_report& takeover, std::optional<duration> advert_after)
{
    const control::failover_stages& at = takeover.stages;
    const auto detected = from_microseconds(at.loss_detected_microseconds);
    const auto sent = from_microseconds(at.advert_microseconds);
    stage_lengths lengths{};
    if (advert_after && detected && sent) {
        lengths[static_cast<std::size_t>(stage::detection)] =
            std::max<duration>(*advert_after - (*sent - *detected), duration(0));
    }
    duration before = detected.value_or(duration(0));
    const auto add = [&](stage which, std::optional<duration> reached) {
        if (reached) {
            lengths[static_cast<std::size_t>(which)] = std::max<duration>(*reached - before, duration(0));
            before = std::max(before, *reached);
        }
    };
    add(stage::decision, detected ? std::optional(duration(0)) : std::nullopt);
    add(stage::addresses, from_microseconds(at.addresses_microseconds));
    add(stage::advert, sent);
    add(stage::first_garp, from_microseconds(at.first_garp_microseconds));
    add(stage::last_garp, from_microseconds(at.last_garp_microseconds));
    add(stage::answer, from_microseconds(at.first_packet_microseconds));
    return lengths;
}

} // namespace xvrrp::failover
