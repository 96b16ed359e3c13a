// SPDX-License-Identifier: BSD-2-Clause
#include "config/pattern.hpp"

namespace xvrrp::config {
namespace {

constexpr std::string_view wildcards = "*?[";

struct brace_group {
    std::size_t begin = 0; ///< of `{`
    std::size_t end = 0;   ///< behind `}`
    std::vector<std::string_view> choices;
};

/// The group that opens at `begin`; none if it doesn't close or has no comma of its own.
std::optional<brace_group> group_at(std::string_view pattern, std::size_t begin)
{
    brace_group group{.begin = begin, .end = 0, .choices = {}};
    std::size_t depth = 0;
    std::size_t choice = begin + 1;
    for (std::size_t i = begin; i < pattern.size(); ++i) {
        if (pattern[i] == '{') {
            ++depth;
        } else if (depth == 1 && (pattern[i] == ',' || pattern[i] == '}')) {
            group.choices.push_back(pattern.substr(choice, i - choice));
            choice = i + 1;
        }
        if (pattern[i] == '}' && --depth == 0) {
            group.end = i + 1;
            return group.choices.size() > 1 ? std::optional(std::move(group)) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<brace_group> first_group(std::string_view pattern)
{
    for (std::size_t at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
        if (auto group = group_at(pattern, at)) {
            return group;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::vector<std::string>> expand_braces(std::string_view pattern)
{
    std::vector<std::string> done;
    std::vector<std::string> open{std::string(pattern)};
    while (!open.empty()) {
        const std::string next = std::move(open.back());
        open.pop_back();
        const auto group = first_group(next);
        if (!group) {
            done.push_back(next);
        } else {
            const std::string_view text = next;
            for (auto choice = group->choices.rbegin(); choice != group->choices.rend(); ++choice) {
                std::string& made = open.emplace_back(text.substr(0, group->begin));
                made += *choice;
                made += text.substr(group->end);
            }
        }
        if (done.size() + open.size() > most_alternatives) {
            return std::nullopt;
        }
    }
    return done;
}

bool has_wildcard(std::string_view name)
{
    return name.find_first_of(wildcards) != std::string_view::npos;
}

std::string escape_wildcards(std::string_view name)
{
    std::string escaped;
    for (const char c : name) {
        if (c == '\\' || wildcards.find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

} // namespace xvrrp::config
