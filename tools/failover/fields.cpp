// SPDX-License-Identifier: BSD-2-Clause
//
// The fields of a trial (see fields.hpp). xvrrp-failover(1) explains each.
#include "failover/fields.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

field_value of(std::optional<duration> length)
{
    return length ? field_value(milliseconds(*length)) : field_value();
}

field_value of(duration length)
{
    return milliseconds(length);
}

std::string_view name_of(outcome ended)
{
    switch (ended) {
    case outcome::taken_over:
        return "taken_over";
    case outcome::served_on:
        return "served_on";
    case outcome::no_successor:
        break;
    }
    return "no_successor";
}

void add_stages(std::vector<field>& fields, std::string_view prefix, const stage_lengths& lengths)
{
    for (std::size_t i = 0; i < stage_count; ++i) {
        std::string name = fmt::format("{}_{}_ms", prefix, failover::name_of(static_cast<stage>(i)));
        std::ranges::replace(name, ' ', '_');
        std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
        fields.push_back({.name = name, .value = of(lengths.at(i))});
    }
}

} // namespace

std::string to_utc(std::chrono::system_clock::time_point when)
{
    const auto since = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                       (since - seconds).count());
}

std::vector<field> fields_of(const series& one)
{
    const setting& contender = one.contender;
    const bool ours = contender.daemon == daemon_kind::xvrrp;
    const bool known = ours && contender.probing && contender.detect.has_value();
    const detection* detect = known ? &*contender.detect : nullptr;
    return {
        {.name = "contender", .value = label(contender)},
        {.name = "daemon", .value = std::string(name_of(contender.daemon))},
        {.name = "failure", .value = std::string(name_of(one.failure))},
        {.name = "advert_ms", .value = of(contender.advert)},
        {.name = "detect_ms", .value = known ? of(detect->interval) : field_value()},
        {.name = "multiplier", .value = known ? field_value(std::uint64_t{detect->multiplier}) : field_value()},
        {.name = "hang_limit_ms", .value = known ? of(detect->hang_limit) : field_value()},
        {.name = "xdp_mode", .value = ours ? field_value(contender.xdp_mode) : field_value()},
        {.name = "routers", .value = std::uint64_t{contender.routers}},
        {.name = "probes_per_second", .value = one.probe_rate},
    };
}

std::vector<field> fields_of(const trial& one)
{
    const auto word_or_nothing = [](const std::string& word) {
        return word.empty() ? field_value() : field_value(word);
    };
    std::vector<field> fields{
        {.name = "trial", .value = std::uint64_t{one.number}},
        {.name = "started", .value = to_utc(one.started)},
        {.name = "outcome", .value = std::string(name_of(one.ended))},
        {.name = "successor", .value = word_or_nothing(one.successor)},
        {.name = "longest_gap_ms", .value = of(one.longest_gap)},
        {.name = "takeover_gap_ms", .value = of(one.takeover_gap)},
        {.name = "probes", .value = one.probes},
        {.name = "lost", .value = one.lost},
        {.name = "duplicates", .value = one.duplicates},
        {.name = "alternations", .value = one.alternations},
        {.name = "advert_after_ms", .value = of(one.advert_after)},
        {.name = "garp_after_ms", .value = of(one.garp_after)},
        {.name = "answer_after_ms", .value = of(one.answer_after)},
        {.name = "rivals", .value = std::uint64_t{one.rivals}},
        {.name = "rivals_left_ms", .value = of(one.rivals_left)},
        {.name = "old_answers", .value = one.old_answers},
        {.name = "old_answers_left_ms", .value = of(one.old_answers_left)},
        {.name = "old_claims", .value = one.old_claims},
        {.name = "address_kept", .value = one.address_kept},
        {.name = "address_gone_ms", .value = of(one.address_gone)},
        {.name = "return_gap_ms", .value = of(one.return_gap)},
        {.name = "return_lost", .value = one.return_lost},
        {.name = "client_stall_ms", .value = of(one.client_stall)},
        {.name = "machine_stall_ms", .value = of(one.machine_stall)},
        {.name = "stalled", .value = one.stalled},
        {.name = "detected_by", .value = word_or_nothing(one.detected_by)},
    };
    add_stages(fields, "timeline", one.timeline);
    return fields;
}

} // namespace xvrrp::failover
