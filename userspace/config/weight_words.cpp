// SPDX-License-Identifier: BSD-2-Clause
//
// What may stand behind the name of a tracked object. Called by the readers of track_interface and its like, and of
// an object's own weight.
#include <algorithm>

#include <fmt/core.h>

#include "config/tables.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

void read_weight(std::optional<int>& weight, std::span<const token> words, std::int64_t most, reporter& report)
{
    const auto given = words.size() > 1 ? parse_integer(words[1].text) : std::nullopt;
    if (!given) {
        report.error(words[0].where,
                     fmt::format("weight takes a whole number from -{} to {}; it is left out", most, most));
        return;
    }
    const std::int64_t bounded = std::clamp(*given, -most, most);
    if (bounded != *given) {
        report.error(words[1].where, fmt::format("weight takes a whole number from -{} to {}, not '{}'; {} is used",
                                                 most, most, words[1].text, bounded));
    }
    weight = bounded == 0 ? std::nullopt : std::optional(static_cast<int>(bounded));
}

} // namespace

std::optional<weight_draft> read_weight_words(std::span<const token> words, std::string_view kind, reporter& report,
                                              int most)
{
    if (words.empty()) {
        return std::nullopt;
    }
    weight_draft read;
    bool has_weight = false;
    const token& first = words.front();
    while (!words.empty()) {
        const std::string& word = words[0].text;
        std::size_t taken = 1;
        if (word == "weight") {
            read_weight(read.weight, words, most, report);
            has_weight = true;
            taken = 2;
        } else if (word == "reverse" || word == "noreverse") {
            read.reverse = word == "reverse";
        } else {
            report.error(words[0].where, fmt::format("'{}' is left out: behind {} {} only weight N and reverse may "
                                                     "stand; write one {} in each line",
                                                     word, kind == "interface" ? "an" : "a", kind, kind));
        }
        words = words.subspan(std::min(words.size(), taken));
    }
    if (!has_weight && read.reverse) {
        report.warning(first.where, "reverse has no effect without a weight");
    }
    return has_weight ? std::optional(read) : std::nullopt;
}

} // namespace xvrrp::config
