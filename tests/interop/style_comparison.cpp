// SPDX-License-Identifier: BSD-2-Clause
//
// Comparing what two daemons did (see style_comparison.hpp).
#include "interop/style_comparison.hpp"

#include <regex>
#include <sstream>

namespace xvrrp::test {

const char* to_string(aspect what)
{
    switch (what) {
    case aspect::remarks:
        return "remarks";
    case aspect::addresses:
        return "addresses";
    case aspect::routes:
        return "routes";
    case aspect::adverts:
        return "adverts";
    case aspect::announcements:
        return "announcements";
    case aspect::states:
        return "states";
    case aspect::priorities:
        return "priorities";
    case aspect::calls:
        break;
    }
    return "calls";
}

namespace {

using strings = std::vector<std::string>;

strings with_replacement(const strings& lines, const difference& by)
{
    std::string text;
    for (const auto& line : lines) {
        text += line + "\n";
    }
    const std::regex pattern(by.pattern, std::regex::ECMAScript | std::regex::multiline);
    std::istringstream replaced(std::regex_replace(text, pattern, by.replacement));
    strings left;
    for (std::string line; std::getline(replaced, line);) {
        if (!line.empty()) {
            left.push_back(line);
        }
    }
    return left;
}

} // namespace

both_sides rewritten(const both_sides& seen, aspect what, const std::vector<difference>& differences)
{
    both_sides left = seen;
    for (const auto& each : differences) {
        if (each.seen_in == what) {
            auto& lines = each.of == daemon_kind::keepalived ? left.keepalived : left.xvrrpd;
            lines = with_replacement(lines, each);
        }
    }
    return left;
}

std::vector<difference> stale_differences(const both_sides& seen, aspect what,
                                          const std::vector<difference>& differences)
{
    std::vector<difference> stale;
    for (std::size_t i = 0; i < differences.size(); ++i) {
        std::vector<difference> others = differences;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        if (differences[i].seen_in == what && rewritten(seen, what, others).equal()) {
            stale.push_back(differences[i]);
        }
    }
    return stale;
}

} // namespace xvrrp::test
