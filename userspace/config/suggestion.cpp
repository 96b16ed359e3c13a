// SPDX-License-Identifier: BSD-2-Clause
//
// Optimal string alignment distance on three rows. Called for unknown keywords.
#include "config/suggestion.hpp"

#include <algorithm>
#include <array>

namespace xvrrp::config {
namespace {

constexpr std::size_t longest_word = 64;
constexpr std::size_t long_enough_for_two_edits = 6;

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    a = a.substr(0, longest_word);
    b = b.substr(0, longest_word);
    using row = std::array<std::size_t, longest_word + 1>;
    row before_last{};
    row last{};
    row current{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({replaced, last[j] + 1, current[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                current[j] = std::min(current[j], before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = current;
    }
    return last[b.size()];
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates)
{
    const std::size_t most = word.size() < long_enough_for_two_edits ? 1 : 2;
    std::optional<std::string_view> best;
    std::size_t best_distance = most + 1;
    for (const std::string_view candidate : candidates) {
        if (word.size() > candidate.size() + most || candidate.size() > word.size() + most) {
            continue;
        }
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

} // namespace xvrrp::config
