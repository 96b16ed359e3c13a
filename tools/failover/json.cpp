// SPDX-License-Identifier: BSD-2-Clause
//
// JSON (see json.hpp).
#include "failover/json.hpp"

#include <nlohmann/json.hpp>

#include "failover/fields.hpp"
#include "failover/figures.hpp"

namespace xvrrp::failover {
namespace {

using nlohmann::ordered_json;

struct to_value {
    ordered_json operator()(std::monostate) const { return nullptr; }
    template <class T> ordered_json operator()(const T& value) const { return value; }
};

ordered_json object_of(const std::vector<field>& fields)
{
    ordered_json object = ordered_json::object();
    for (const field& each : fields) {
        object[each.name] = std::visit(to_value(), each.value);
    }
    return object;
}

ordered_json bound(std::optional<double> value)
{
    return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json object_of(const summary& figures)
{
    return {{"count", figures.count},
            {"p50", figures.p50},
            {"p90", figures.p90},
            {"p99", figures.p99},
            {"max", figures.max},
            {"p99_confidence_95", {bound(figures.p99_confidence.low), bound(figures.p99_confidence.high)}}};
}

} // namespace

ordered_json to_json(const run_facts& facts, const std::vector<series>& all)
{
    ordered_json document{{"version", facts.version},
                          {"started", facts.started},
                          {"kernel", facts.kernel},
                          {"processors", facts.processors},
                          {"stall_limit_ms", facts.stall_limit_ms},
                          {"awake", facts.awake},
                          {"series", ordered_json::array()}};
    for (const series& one : all) {
        ordered_json object = object_of(fields_of(one));
        object["longest_gap_ms"] = object_of(summarize(longest_gaps(one, trials_to_count::all)));
        object["longest_gap_without_stalled_ms"] =
            object_of(summarize(longest_gaps(one, trials_to_count::undisturbed)));
        object["return_gap_ms"] = object_of(summarize(return_gaps(one, trials_to_count::all)));
        object["trials"] = ordered_json::array();
        for (const trial& each : one.trials) {
            object["trials"].push_back(object_of(fields_of(each)));
        }
        document["series"].push_back(std::move(object));
    }
    return document;
}

} // namespace xvrrp::failover
