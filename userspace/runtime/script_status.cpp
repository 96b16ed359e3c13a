// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "runtime/script_status.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "runtime/messages.hpp"

namespace xvrrp::runtime {

namespace {

double seconds_of(duration length)
{
    return std::chrono::duration<double>(length).count();
}

std::string joined(const std::vector<std::string>& words)
{
    std::string line;
    for (const std::string& each : words) {
        line += (line.empty() ? "" : " ") + each;
    }
    return line;
}

} // namespace

std::string_view verdict_name(core::script_verdict verdict)
{
    switch (verdict) {
    case core::script_verdict::good:
        return "succeeded";
    case core::script_verdict::bad:
        return "failed";
    case core::script_verdict::pending:
        break;
    }
    return "waiting";
}

control::script_status to_status(const track::script_check& check, std::vector<std::string> tracked_by, time_point now)
{
    const vrrp_script& script = check.settings();
    const track::script_check::history& past = check.past();
    return {
        .name = script.name,
        .command = joined(script.command),
        .state = std::string(verdict_name(check.verdict())),
        .running = check.running().has_value(),
        .last_result = past.last ? run_result_text(*past.last) : "",
        .seconds_since_last = past.last ? seconds_of(now - past.last_at) : 0,
        .interval_seconds = seconds_of(script.interval),
        .timeout_seconds = seconds_of(script.timeout),
        .runs = past.runs,
        .failures = past.failures,
        .skipped = past.skipped,
        .tracked_by = std::move(tracked_by),
    };
}

} // namespace xvrrp::runtime
