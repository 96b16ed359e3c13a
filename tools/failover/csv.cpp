// SPDX-License-Identifier: BSD-2-Clause
//
// CSV (see csv.hpp).
#include "failover/csv.hpp"

#include <fmt/format.h>

#include "failover/fields.hpp"

namespace xvrrp::failover {
namespace {

std::string quoted(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string inner;
    for (const char each : text) {
        inner += each == '"' ? "\"\"" : std::string(1, each);
    }
    return '"' + inner + '"';
}

struct to_cell {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(std::uint64_t count) const { return std::to_string(count); }
    std::string operator()(double value) const { return fmt::format("{:.10g}", value); }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(bool yes) const { return yes ? "1" : "0"; }
};

void add_names(std::string& line, const std::vector<field>& fields)
{
    for (const field& each : fields) {
        line += (line.empty() ? "" : ",") + each.name;
    }
}

void add_values(std::string& line, bool& first, const std::vector<field>& fields)
{
    for (const field& each : fields) {
        line += (first ? "" : ",") + std::visit(to_cell(), each.value);
        first = false;
    }
}

} // namespace

std::string to_csv(const std::vector<series>& all)
{
    std::string text;
    add_names(text, fields_of(series()));
    add_names(text, fields_of(trial()));
    text += "\n";
    for (const series& one : all) {
        for (const trial& each : one.trials) {
            bool first = true;
            add_values(text, first, fields_of(one));
            add_values(text, first, fields_of(each));
            text += "\n";
        }
    }
    return text;
}

} // namespace xvrrp::failover
